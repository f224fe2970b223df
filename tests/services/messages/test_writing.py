"""A member writes: to whom it goes, by when, and what is kept of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.messaging import working_days_after
from models.tables.letters import Letter
from models.tables.messages import Message
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, NotOffered, RecordNotFound
from welfare.services import own_messages
from welfare.services.own_messages import has_reply, read_own

FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)


def test_it_goes_to_whoever_looks_after_the_person_with_a_letter_at_once(it, edge):
    message = it.write()

    assert it.now(message).to_id == it.mine.account_id
    (letter,) = it.letters(it.mine)
    assert letter.message_id == message.id
    assert it.letters(it.duty) == []
    assert edge.acts() == {Act.MESSAGE_WRITTEN: 1}


def test_without_a_case_it_goes_to_whoever_is_on_duty(it, make):
    message = it.write(actor=make.actor())

    assert it.now(message).to_id == it.duty.account_id


def test_a_clinician_on_duty_who_writes_is_not_their_own_reader(it, make):
    lead, duty = make.actor(Role.CLINIC_LEAD), it.duty
    make.post(duty, Role.MEMBER, make.root)
    as_member = type(duty)(duty.account_id, duty.person_id, Role.MEMBER, duty.unit_path)

    message = it.write(actor=as_member)

    assert it.now(message).to_id == lead.account_id


def test_where_nobody_could_read_it_nothing_is_sent_and_the_page_says_so(edge, make):
    member = make.actor()

    with pytest.raises(NotOffered):
        edge.act(
            own_messages.write_message, actor=member, message_id=uuid4(), words="x", at=make.now
        )

    assert edge.count(Message) == edge.count(Letter) == 0
    assert edge.look(read_own, actor=member, at=make.now).reader == ""


def test_a_form_that_is_sent_twice_sends_once_and_other_words_are_refused(it, edge):
    key = uuid4()
    first = it.write("One", message_id=key)

    assert it.write("One", message_id=key).id == first.id
    with pytest.raises(InputRefused) as refused:
        it.write("Two", message_id=key)

    assert refused.value.problems == {"words": "sent_already"}
    assert edge.count(Message) == edge.count(Letter) == 1


def test_the_id_of_somebody_elses_message_is_of_no_use(it, make):
    key = it.write().id

    with pytest.raises(RecordNotFound):
        it.write(actor=make.actor(), message_id=key)


@pytest.mark.parametrize(("words", "code"), [(" \r\n ", "empty"), ("w" * 4001, "too_long")])
def test_nothing_and_too_much_are_refused(it, edge, words, code):
    with pytest.raises(InputRefused) as refused:
        it.write(words)

    assert refused.value.problems == {"words": code}
    assert edge.count(Message) == 0


def test_every_message_is_as_long_as_every_other(it, words_of):
    short, long = it.write("a\r\nb"), it.write("\U0001f30a" * 4000)

    assert len(it.now(short).content) == len(it.now(long).content)
    assert words_of(it.now(short)) == "a\nb"


def test_an_eleventh_that_would_wait_is_refused_with_another_way(it, make):
    for _ in range(10):
        make.message(it.member.person_id, it.mine)

    with pytest.raises(InputRefused) as refused:
        it.write()

    assert refused.value.problems == {"words": "many_waiting"}


def test_nobody_writes_in_another_role_or_by_a_link(it, make):
    window = make.window(it.member.person_id)
    linked = type(it.member)(
        it.member.account_id,
        it.member.person_id,
        Role.MEMBER,
        it.member.unit_path,
        window_id=window.id,
    )

    for actor in (it.duty, linked):
        with pytest.raises(AccessDenied):
            it.write(actor=actor)


def test_two_working_days_do_not_count_the_weekend():
    assert working_days_after(FRIDAY, 2) == FRIDAY + timedelta(days=4)
    assert working_days_after(FRIDAY + timedelta(days=1), 2) == FRIDAY + timedelta(days=4)
    assert working_days_after(FRIDAY - timedelta(days=3), 2) == FRIDAY - timedelta(days=1)


def test_the_own_thread_has_both_sides_the_newest_last_and_reading_it_is_recorded(it, edge, make):
    it.reply(it.write(), at=make.now + timedelta(hours=1))

    thread = edge.look(read_own, actor=it.member, at=make.now)

    assert [each.words for each in thread.said] == ["The nights are long.", "Come in on Monday."]
    assert (thread.is_in_care, thread.unread, thread.older) == (True, 1, 0)
    assert edge.acts()[Act.OWN_RECORD_READ] == 1


def test_a_reply_is_new_until_its_page_was_shown(it, edge, make):
    it.reply(it.write())
    assert edge.look(has_reply, actor=it.member)

    for _ in range(2):
        edge.act(own_messages.note_replies_seen, actor=it.member, at=make.now)

    assert not edge.look(has_reply, actor=it.member)
    assert edge.acts()[Act.MESSAGE_SEEN] == 1


def test_a_long_thread_shows_its_end_and_takes_as_many_questions(it, edge, make):
    given = {"actor": it.member, "at": make.now}
    make.message(it.member.person_id, it.mine)
    few = edge.queries(read_own, **given)
    settled = {"settled_at": make.now, "ending": "no_reply"}
    for number in range(31):
        moment = make.now + timedelta(minutes=number)
        make.message(it.member.person_id, it.mine, str(number), sent_at=moment, **settled)

    thread = edge.look(read_own, **given)

    assert (len(thread.said), thread.older, thread.said[-1].words) == (30, 2, "30")
    assert len(edge.look(read_own, **given, whole=True).said) == 32
    assert edge.queries(read_own, **given) == few
