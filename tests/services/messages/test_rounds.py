"""No message stays without a human: again, then the lead, and on when somebody leaves."""

from datetime import timedelta

import pytest

from models.messaging import working_days_after
from models.tables.accounts import Account, Post
from models.vocabulary import Act, Role
from welfare.policies.actor import Machine
from welfare.services import caseloads, messages, posts
from welfare.services.message_list import list_waiting, read_thread
from welfare.services.message_rounds import hand_on_orphans, nudge_waiting
from welfare.services.nudges import letters_waiting, note_sent


@pytest.fixture
def round_at(edge):
    """The job's two acts, after every letter that waits has left."""

    def run(at):
        with edge.database.reading() as session:
            waiting = letters_waiting(session, at=at)
        for letter in waiting:
            edge.act(note_sent, letter_id=letter.id, at=at)
        given = {"by": Machine(), "at": at}
        return edge.act(hand_on_orphans, **given), edge.act(nudge_waiting, **given)

    return run


@pytest.fixture
def late(it, make):
    """Moments at which one message is due, and one and two working days later."""
    message = it.write()
    due = it.now(message).due_at
    return message, [due, working_days_after(due, 1), working_days_after(due, 2)]


def test_after_the_time_has_passed_there_is_one_more_letter_and_then_one_to_the_lead(
    it, edge, make, late, round_at
):
    lead = make.actor(Role.CLINIC_LEAD)
    message, (due, next_day, third) = late

    assert round_at(due - timedelta(minutes=1)) == (0, 0)
    assert round_at(due) == (0, 1)
    assert round_at(due) == (0, 0)
    assert (len(it.letters(it.mine)), len(it.letters(lead))) == (2, 0)
    assert round_at(next_day) == (0, 1)
    assert (len(it.letters(it.mine)), len(it.letters(lead))) == (2, 1)
    assert it.now(message).overdue_at == next_day
    assert round_at(third) == (0, 1)

    assert len(it.letters(lead)) == 2
    assert edge.acts()[Act.MESSAGE_NUDGED] == 1 and edge.acts()[Act.MESSAGE_OVERDUE] == 2


def test_without_a_lead_the_clinician_is_asked_again(it, late, round_at):
    _message, (due, next_day, _third) = late

    round_at(due)
    round_at(next_day)

    assert len(it.letters(it.mine)) == 3


def test_letters_that_cannot_leave_do_not_pile_up(it, edge, late):
    _message, moments = late

    for moment in moments:
        edge.act(nudge_waiting, by=Machine(), at=moment)

    assert len(it.letters(it.mine)) == 1


def test_what_is_settled_is_left_alone_and_its_letter_does_not_leave(it, edge, late, round_at):
    message, (due, *_) = late
    it.reply(message)

    with edge.database.reading() as session:
        waiting = {each.id for each in letters_waiting(session, at=due)}

    assert waiting == {each.id for each in it.letters(it.member)}
    assert round_at(due) == (0, 0)


def test_a_lead_sees_only_what_is_overdue_without_its_words_and_takes_it_over(
    it, edge, make, late, round_at
):
    lead = make.actor(Role.CLINIC_LEAD)
    elsewhere = make.actor(Role.CLINIC_LEAD, make.unit("Another contingent"))
    message, (due, next_day, _third) = late
    assert edge.look(list_waiting, actor=lead, at=due).overdue == ()
    round_at(due)
    round_at(next_day)

    (row,) = edge.look(list_waiting, actor=lead, at=next_day).overdue
    assert edge.look(list_waiting, actor=elsewhere, at=next_day).overdue == ()
    taken = edge.act(messages.take_over, actor=lead, message_id=row.id, at=next_day)

    assert (row.id, row.reader != "") == (message.id, True)
    assert (it.now(taken).to_id, it.now(taken).overdue_at) == (lead.account_id, None)
    given = {"actor": lead, "person_id": it.member.person_id, "at": next_day}
    assert edge.look(read_thread, **given).waiting_id == message.id
    it.reply(message, actor=lead, at=next_day)
    assert edge.acts()[Act.MESSAGE_TAKEN] == 1


def test_what_waits_for_somebody_who_cannot_sign_in_any_more_goes_to_the_next(
    it, edge, make, round_at
):
    message = it.write()
    with make.kept() as session:
        session.get_one(Account, it.mine.account_id).disabled_at = make.now

    assert round_at(make.now)[0] == 1
    assert round_at(make.now)[0] == 0

    assert it.now(message).to_id == it.duty.account_id
    assert len(it.letters(it.duty)) == 1
    assert edge.acts()[Act.MESSAGE_HANDED_ON] == 1


def test_with_a_caseload_go_the_messages_that_wait(it, edge, make):
    colleague = make.actor(Role.CLINICIAN)
    waiting, settled = it.write(), None
    given = {"account_id": it.mine.account_id, "colleague_id": colleague.account_id}
    settled = make.message(
        it.member.person_id, it.mine, settled_at=make.now, ending="no_reply", next_nudge_at=None
    )

    edge.act(caseloads.hand_over_caseload, actor=it.mine, at=make.now, **given)

    assert it.now(waiting).to_id == colleague.account_id
    assert it.now(waiting).due_at == working_days_after(make.now, 2)
    assert it.now(settled).to_id == it.mine.account_id
    assert len(it.letters(colleague)) == 1


def test_a_leavers_messages_go_to_who_is_on_duty_with_or_without_a_case(it, edge, make):
    message = it.write()
    stranger = make.message(make.actor().person_id, it.mine)
    (post,) = edge.rows(Post, Post.account_id == it.mine.account_id)
    given = {"actor": make.actor(Role.ADMINISTRATOR), "post_id": post.id, "at": make.now}

    edge.act(posts.end_post, **given, even_so=True)

    assert it.now(message).to_id == it.now(stranger).to_id == it.duty.account_id


def test_where_nobody_is_left_it_waits_for_the_next_human(edge, make, it, round_at):
    message = it.write(actor=make.actor())
    (post,) = edge.rows(Post, Post.account_id == it.duty.account_id)
    given = {"actor": make.actor(Role.ADMINISTRATOR), "post_id": post.id, "at": make.now}
    edge.act(posts.end_post, **given, even_so=True)
    assert it.now(message).to_id is None
    assert round_at(make.now) == (0, 0)

    lead = make.actor(Role.CLINIC_LEAD)

    assert round_at(make.now)[0] == 1
    assert it.now(message).to_id == lead.account_id
