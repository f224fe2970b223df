"""Joining by a link: it opens with what only its owner knows."""

import pytest

from models import vault
from models.tables.people import Identity
from models.vocabulary import Act, Role
from tests.services.doors import come_in
from tests.services.joining.links import NEW, account_now, use
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies.links import Fact, token_for
from welfare.services.invitations import invite
from welfare.services.joining import look_at_link


def test_a_newcomer_chooses_a_password_and_signs_in_with_it(edge, make, newcomer):
    account, token = newcomer(service_number="SN-12.34")

    use(edge, make, token, " 12-34 ")

    assert not account_now(edge, account.id).must_change_password
    assert edge.act(come_in, login="noor", password=NEW, network="", at=make.now)
    assert edge.acts()[Act.INVITATION_USED] == 1


@pytest.mark.parametrize(
    ("details", "fact", "right", "wrong"),
    [
        ({"service_number": "SN-7788"}, Fact.SERVICE_NUMBER, "7788", "7789"),
        ({"service_number": "SN-7788", "birth_year": "1990"}, Fact.SERVICE_NUMBER, "7788", "1990"),
        ({"service_number": "7", "birth_year": "1990"}, Fact.BIRTH_YEAR, "1990", "7"),
        ({"birth_year": "1990"}, Fact.BIRTH_YEAR, " 1990", ""),
    ],
)
def test_the_second_fact_is_the_strongest_that_is_known(
    edge, make, newcomer, details, fact, right, wrong
):
    _, token = newcomer(**details)

    asked = edge.look(look_at_link, token=token, at=make.now).fact
    with pytest.raises(InputRefused) as refused:
        use(edge, make, token, wrong)
    use(edge, make, token, right)

    assert asked is fact
    assert refused.value.problems == {"fact": "not_right"}


def test_where_nothing_is_known_the_link_alone_opens(edge, make, newcomer):
    account, token = newcomer()

    assert edge.look(look_at_link, token=token, at=make.now).fact is Fact.NONE
    use(edge, make, token)

    assert not account_now(edge, account.id).must_change_password


def test_neither_the_link_nor_the_code_alone_opens_a_clinical_account(edge, make, staff):
    clinician, token, code = staff()
    before = account_now(edge, clinician.account_id).password_hash

    for fact in ("", "00000000", code[:-1], code[::-1] + "1"):
        with pytest.raises(InputRefused):
            use(edge, make, token, fact)
    with pytest.raises(RecordNotFound):
        use(edge, make, code, code)

    assert account_now(edge, clinician.account_id).password_hash == before
    use(edge, make, token, f" {code[:4]} {code[4:]}")
    assert account_now(edge, clinician.account_id).password_hash != before


def test_the_service_number_does_not_stand_in_for_the_code(edge, make, staff):
    clinician, token, _ = staff()
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=clinician.person_id)
        identity = vault.opened(key, session.get_one(Identity, clinician.person_id), "content")

    with pytest.raises(InputRefused):
        use(edge, make, token, identity["service_number"][-4:])


def test_an_unconfirmed_link_opens_nothing_even_with_the_code(edge, make, admin):
    auditor = make.actor(Role.AUDITOR)
    asked = edge.act(invite, actor=admin, account_id=auditor.account_id, at=make.now)
    token = token_for(edge.database.keys, asked.invitation.id)  # as somebody with the key file

    with pytest.raises(RecordNotFound):
        use(edge, make, token, asked.code)


def test_looking_at_a_link_uses_nothing_up_and_names_nobody(edge, make, newcomer):
    _, token = newcomer(service_number="SN-7788")
    before = edge.contents()

    seen = [edge.look(look_at_link, token=token, at=make.now) for _ in range(3)]

    assert edge.contents() == before
    assert seen[0].is_new and len(set(seen)) == 1
