"""Two who act on one message at the same moment: each pair has one outcome, and no word is lost."""

from uuid import uuid4

import pytest

from models.tables.letters import Letter
from models.tables.messages import Message
from models.vocabulary import MessageEnding, Role
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services import cases, erasure, messages


@pytest.fixture
def replying(it, make):
    """A reply whose transaction is open while something else begins."""

    def to(message):
        given = {"message_id": message.id, "reply_id": uuid4(), "words": "First."}
        return lambda session: messages.reply(session, actor=it.mine, at=make.now, **given)

    return to


def handing_over(it, make, session):
    given = {"case_id": it.case.id, "colleague_id": it.colleague.account_id, "at": make.now}
    cases.hand_over_case(session, actor=it.mine, **given)


@pytest.fixture(autouse=True)
def colleague(it, make):
    it.colleague = make.actor(Role.CLINICIAN)


def test_of_two_who_reply_the_second_is_told_that_it_is_done(it, edge, replying, meanwhile):
    message = it.write()

    problem = meanwhile(replying(message), lambda: it.reply(message, "Second."))

    assert isinstance(problem, MoveNotAllowed)
    assert edge.count(Message) == 2


def test_who_replies_to_what_was_just_handed_over_is_not_in_charge_any_more(it, make, meanwhile):
    message = it.write()

    problem = meanwhile(lambda session: handing_over(it, make, session), lambda: it.reply(message))

    assert isinstance(problem, AccessDenied)
    assert it.now(message).is_waiting
    assert it.now(message).to_id == it.colleague.account_id


def test_what_was_just_replied_to_does_not_go_along_with_the_case(
    it, edge, make, replying, meanwhile
):
    message = it.write()

    def give():
        with edge.database.writing() as session:
            handing_over(it, make, session)
            session.commit()

    assert meanwhile(replying(message), give) is None

    assert it.now(message).settled_by == it.mine.account_id
    assert it.letters(it.colleague) == []


def test_who_replies_to_somebody_who_is_being_erased_finds_nobody(it, edge, make, meanwhile):
    stranger = make.actor()
    message = it.write(actor=stranger)
    given = {"actor": console(make.root.path), "person_id": stranger.person_id, "reason": "asked"}

    problem = meanwhile(
        lambda session: erasure.erase_person(session, **given, at=make.now),
        lambda: it.reply(message, actor=it.duty),
    )

    assert isinstance(problem, RecordNotFound)
    assert it.now(message).ending is MessageEnding.OVER


def test_an_erasure_ends_what_waits_with_its_letters_and_overwrites_its_words(it, edge, make):
    stranger = make.actor()
    message = it.write(actor=stranger)
    entry = make.notebook_entry(stranger)
    before = {"message": it.now(message).content, "entry": entry.content}
    given = {"actor": console(make.root.path), "person_id": stranger.person_id, "reason": "asked"}

    edge.act(erasure.erase_person, **given, at=make.now)

    after = it.now(message)
    assert (after.ending, after.next_nudge_at) == (MessageEnding.OVER, None)
    assert edge.count(Letter) == 0
    (stored,) = edge.rows(type(entry))
    assert after.content != before["message"] and stored.content != before["entry"]
    assert len(after.content) == len(before["message"])
