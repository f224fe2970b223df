"""What using a link changes: the password, what was open before, the own address."""

import pytest

from models import vault
from models.tables.accounts import WebSession
from models.tables.doors import KnownDevice, Passkey
from models.tables.people import Identity
from models.vocabulary import InvitationPurpose
from tests.services.joining.links import NEW, WHO, link_now, use
from welfare.errors import InputRefused
from welfare.policies.own_email import OWN_EMAIL


def test_a_password_that_cannot_be_used_does_not_use_up_the_link(edge, make, newcomer):
    _, token = newcomer(service_number="SN-7788")

    for password, own_email, field in (
        ("short", "", "password"),
        ("password1234", "", "password"),
        ("Noor Castellane", "", "password"),
        (NEW, "no address", "own_email"),
    ):
        with pytest.raises(InputRefused) as refused:
            use(edge, make, token, "7788", password=password, own_email=own_email)
        assert set(refused.value.problems) == {field}

    assert link_now(edge).used_at is None and link_now(edge).failures == 0
    use(edge, make, token, "7788")


def test_a_new_password_ends_what_was_open_before(edge, make, staff):
    clinician, token, code = staff()
    make.web_session(clinician)
    with make.kept() as session:
        session.add(
            KnownDevice(
                token_digest=bytes(32),
                account_id=clinician.account_id,
                made_at=make.now,
                seen_at=make.now,
            )
        )
        session.add(passkey(clinician, make))

    use(edge, make, token, code)

    assert [each.ended_at for each in edge.rows(WebSession)] == [make.now]
    assert edge.count(KnownDevice) == 0
    assert edge.count(Passkey) == 1


def passkey(actor, make):
    return Passkey(
        account_id=actor.account_id,
        credential_id=b"own",
        public_key=b"key",
        sign_count=0,
        made_at=make.now,
    )


def test_a_lost_second_factor_goes_only_when_its_owner_uses_the_link(edge, make, staff):
    clinician, token, code = staff(with_factors=True)
    with make.kept() as session:
        session.add(passkey(clinician, make))

    waiting = edge.count(Passkey)
    use(edge, make, token, code)

    assert (waiting, edge.count(Passkey)) == (1, 0)
    assert link_now(edge).purpose is InvitationPurpose.RESET_FACTORS


def test_an_own_address_is_kept_beside_the_one_an_administrator_gave(edge, make, newcomer):
    account, token = newcomer()

    use(edge, make, token, own_email="own@example.org")

    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=account.person_id)
        kept = vault.opened(key, session.get_one(Identity, account.person_id), "content")
    assert kept == WHO | {OWN_EMAIL: "own@example.org"}
