"""A link that is over, made up or refused does nothing, and looks like every other."""

import threading
from datetime import timedelta

import pytest

from models.session import transaction
from models.tables.letters import Letter
from models.vocabulary import Act, LetterKind, LinkEnding
from tests.services.doors import come_in
from tests.services.joining.links import NEW, link_now, use
from welfare.errors import InputRefused, RecordNotFound
from welfare.services.accounts import disable_account
from welfare.services.invitations import invite, withdraw_invitation
from welfare.services.joining import look_at_link, refuse_link, use_link


@pytest.mark.parametrize("ending", ["used", "old", "withdrawn", "disabled", "refused", "replaced"])
def test_a_link_that_is_over_does_nothing_any_more(edge, make, admin, newcomer, ending):
    account, token = newcomer()
    link, later = link_now(edge), make.now
    if ending == "used":
        use(edge, make, token)
    elif ending == "old":
        later = make.now + timedelta(hours=72)
    elif ending == "withdrawn":
        edge.act(withdraw_invitation, actor=admin, invitation_id=link.id, at=make.now)
    elif ending == "disabled":
        edge.act(disable_account, actor=admin, account_id=account.id, at=make.now)
    elif ending == "refused":
        edge.act(refuse_link, token=token, at=make.now)
    else:
        edge.act(invite, actor=admin, account_id=account.id, at=make.now)
    before = edge.contents(but=())

    with pytest.raises(RecordNotFound):
        edge.look(look_at_link, token=token, at=later)
    with pytest.raises(RecordNotFound):
        use(edge, make, token, at=later)
    with pytest.raises(RecordNotFound):
        edge.act(refuse_link, token=token, at=later)

    assert edge.contents(but=()) == before


@pytest.mark.parametrize("token", ["", "x", "é" * 48, "A" * 48, "A" * 5000, "../../etc"])
def test_a_made_up_token_is_nobodys(edge, make, newcomer, token):
    newcomer()

    with pytest.raises(RecordNotFound):
        use(edge, make, token)


def test_a_token_of_another_site_is_nobodys(edge, make, newcomer):
    _, token = newcomer()
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    swapped = token[24:] + token[:24]

    for wrong in (changed, swapped):
        with pytest.raises(RecordNotFound):
            use(edge, make, wrong)


def test_after_five_wrong_facts_the_link_is_over_and_its_maker_is_asked_to_look(
    edge, make, admin, newcomer
):
    _, token = newcomer(service_number="SN-7788")

    for _ in range(5):
        with pytest.raises(InputRefused):
            use(edge, make, token, "0000")

    with pytest.raises(RecordNotFound):
        use(edge, make, token, "7788")
    link, (letter,) = link_now(edge), edge.rows(Letter)
    assert (link.failures, link.closed_for) == (5, LinkEnding.WRONG_CODES)
    assert (letter.kind, letter.recipient_id) == (LetterKind.NOTICE, admin.account_id)
    assert edge.acts()[Act.INVITATION_REFUSED] == 5


def test_this_is_not_me_ends_the_link_and_its_maker_is_asked_to_look(edge, make, admin, newcomer):
    _, token = newcomer(service_number="SN-7788")

    edge.act(refuse_link, token=token, at=make.now)

    (letter,) = edge.rows(Letter)
    assert link_now(edge).closed_for is LinkEnding.NOT_ME
    assert (letter.kind, letter.recipient_id) == (LetterKind.NOTICE, admin.account_id)


def test_of_devices_that_use_one_link_at_once_exactly_one_wins(edge, make, newcomer, watched):
    account, token = newcomer()
    start, outcomes = threading.Barrier(4), []

    def join(number):
        start.wait()
        try:
            with transaction(watched) as session:
                use_link(
                    session,
                    token=token,
                    fact="",
                    password=f"{NEW} {number}",
                    own_email="",
                    at=make.now,
                )
            outcomes.append(number)
        except RecordNotFound:
            outcomes.append(None)

    threads = [threading.Thread(target=join, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = [each for each in outcomes if each is not None]
    assert len(outcomes) == 4
    assert edge.act(come_in, login="noor", password=f"{NEW} {winner}", network="", at=make.now)
    assert edge.acts()[Act.INVITATION_USED] == 1
