"""Whoever should reply: what waits for them, what they may read, and how it is settled."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.messages import Message
from models.vocabulary import Act, CaseStatus, MessageEnding, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.message_tasks import tasks_of
from welfare.services import messages
from welfare.services.message_list import list_waiting, note_seen, read_thread

LATER = timedelta(minutes=1)


@pytest.fixture
def thread(edge, make, it):
    def read(actor):
        return edge.look(read_thread, actor=actor, person_id=it.member.person_id, at=make.now)

    return read


def test_a_reply_settles_the_message_and_tells_the_person_neutrally(it, edge, words_of):
    message = it.write()

    answer = it.reply(message)

    settled = it.now(message)
    assert (settled.ending, settled.settled_by) == (MessageEnding.REPLIED, it.mine.account_id)
    assert settled.read_at and settled.next_nudge_at is None
    assert words_of(it.now(answer)) == "Come in on Monday."
    (letter,) = it.letters(it.member)
    assert letter.message_id == answer.id
    assert edge.acts() == {Act.MESSAGE_WRITTEN: 1, Act.MESSAGE_REPLIED: 1}


def test_it_settles_what_was_sent_before_and_not_what_came_later(it, make):
    first, second = it.write("1"), it.write("2", at=make.now + LATER)
    third = it.write("3", at=make.now + 2 * LATER)

    it.reply(second, at=make.now + 3 * LATER)

    assert [it.now(each).is_waiting for each in (first, second, third)] == [False, False, True]


def test_a_doubled_form_replies_once_and_other_words_are_refused(it, edge):
    message, key = it.write(), uuid4()
    answer = it.reply(message, "Yes.", reply_id=key)

    assert it.reply(message, "Yes.", reply_id=key).id == answer.id
    with pytest.raises(InputRefused) as refused:
        it.reply(message, "No.", reply_id=key)

    assert refused.value.problems == {"words": "sent_already"}
    assert edge.count(Message) == 2


@pytest.mark.parametrize(("words", "code"), [("", "empty"), ("w" * 4001, "too_long")])
def test_an_empty_or_endless_reply_is_refused(it, words, code):
    message = it.write()

    with pytest.raises(InputRefused) as refused:
        it.reply(message, words)

    assert refused.value.problems == {"words": code}
    assert it.now(message).is_waiting


def test_no_reply_needed_is_said_to_the_person_with_a_name(it, edge, make, thread):
    message = it.write()

    edge.act(messages.settle, actor=it.mine, message_id=message.id, at=make.now)

    (said,) = thread(it.mine).said
    assert said.ending is MessageEnding.NO_REPLY and said.settled_by
    assert edge.acts()[Act.MESSAGE_SETTLED] == 1
    with pytest.raises(MoveNotAllowed):
        it.reply(message)


def test_whoever_has_no_case_reads_and_answers_what_was_written_to_them_and_no_record(
    it, edge, make
):
    stranger = make.actor()
    message = it.write(actor=stranger)
    make.message(stranger.person_id, it.mine, "To somebody else.")

    seen = edge.look(read_thread, actor=it.duty, person_id=stranger.person_id, at=make.now)
    it.reply(message, actor=it.duty)

    assert [each.words for each in seen.said] == ["The nights are long."]
    assert not seen.is_in_care
    assert edge.acts()[Act.RECORD_READ] == 0


def test_a_second_clinician_reads_and_replies_too(it, edge, make, thread):
    second = make.actor(Role.CLINICIAN)
    make.case(it.person, make.actor(Role.CLINICIAN), second_id=second.account_id)
    message = it.write()

    assert len(thread(second).said) == 1
    it.reply(message, actor=second)

    assert it.now(message).settled_by == second.account_id


@pytest.mark.parametrize(
    "role",
    [
        Role.CLINICIAN,
        Role.CLINIC_LEAD,
        Role.COMMANDER,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.PRIVACY_OFFICER,
        Role.WELFARE_OFFICER,
        Role.MEMBER,
    ],
)
def test_nobody_else_reads_lists_or_settles_it(it, edge, make, thread, role):
    other, message = make.actor(role), it.write()

    with pytest.raises(RecordNotFound):
        thread(other)
    with pytest.raises(AccessDenied):
        it.reply(message, actor=other)
    with pytest.raises(AccessDenied):
        edge.act(messages.settle, actor=other, message_id=message.id, at=make.now)
    with pytest.raises(AccessDenied):
        edge.act(messages.take_over, actor=other, message_id=message.id, at=make.now)
    inbox = edge.look(list_waiting, actor=other, at=make.now)
    assert (inbox.own, inbox.overdue) == ((), ())


def test_a_former_clinician_sees_no_message_that_came_since(it, make, thread):
    former = make.actor(Role.CLINICIAN)
    make.case(it.person, former, status=CaseStatus.CLOSED, closed_at=make.now)
    it.write()

    with pytest.raises(RecordNotFound):
        thread(former)


def test_the_list_names_each_person_once_records_it_and_takes_as_many_questions(it, edge, make):
    it.write()
    given = {"actor": it.mine, "at": make.now}
    one = edge.queries(list_waiting, **given)
    it.write()
    for _ in range(3):
        make.message(make.actor().person_id, it.mine)

    inbox = edge.look(list_waiting, **given)

    assert sorted(each.count for each in inbox.own) == [1, 1, 1, 2]
    assert all(each.is_mine and each.name for each in inbox.own)
    assert edge.queries(list_waiting, **given) == one
    assert edge.acts()[Act.LIST_READ] == 4


def test_opening_it_says_to_the_person_that_it_was_read(it, edge, make):
    message = it.write()
    seen = {"actor": it.mine, "person_id": it.member.person_id, "at": make.now}

    for _ in range(2):
        edge.act(note_seen, **seen)

    assert it.now(message).read_at == make.now
    assert edge.acts()[Act.MESSAGE_SEEN] == 1


def test_what_waits_for_somebody_is_one_sentence_for_lists_of_work(it, edge, make):
    first = it.write()
    it.write(at=make.now + LATER)
    it.write(actor=make.actor())
    due_at = it.now(first).due_at

    with edge.database.reading() as session:
        mine = [tuple(row) for row in session.execute(tasks_of(it.mine, make.now + 2 * LATER))]
        theirs = session.execute(tasks_of(it.member, make.now)).all()
    it.reply(it.write(at=make.now + 2 * LATER))
    with edge.database.reading() as session:
        after = session.execute(tasks_of(it.mine, make.now + 2 * LATER)).all()

    assert mine == [(it.member.person_id, "message", due_at)]
    assert theirs == after == []
