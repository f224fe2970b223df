"""The next try to reach somebody: planned with a contact, shown, and asked about once passed."""

from datetime import timedelta

import pytest

from models.tables.care import Alert, ContactAttempt
from models.tables.letters import Letter
from models.vocabulary import Act, AlertStatus, LetterKind, NextTry, Role
from tests.factories import TODAY
from welfare.errors import InputRefused
from welfare.policies.actor import Machine
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.nudges import letters_waiting
from welfare.services.overdue_alerts import nudge_planned
from welfare.services.records import read_record
from welfare.services.work_list import read_work_list

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TRIED = {"result": "tried", "channel": "phone", "words": ""}


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def alert(make, clinician, edge):
    alert = make.alert(make.person(), clinician)
    edge.act(acknowledge_alert, actor=clinician, alert_id=alert.id, at=make.now)
    return alert


@pytest.fixture
def contact(edge, make, clinician, alert):
    def record(after=timedelta(0), **given):
        acting = {"actor": clinician, "alert_id": alert.id, "at": make.now + after}
        return edge.act(record_contact, **acting, **TRIED | given)

    return record


@pytest.fixture
def look_again(edge, make):
    """The job's look at planned tries, this long after now; how many letters it left."""

    def look(after):
        before = edge.count(Letter)
        edge.act(nudge_planned, by=Machine(), at=make.now + after)
        return edge.count(Letter) - before

    return look


@pytest.mark.parametrize(
    ("choice", "wait"),
    [
        (NextTry.NONE, None),
        (NextTry.ONE_HOUR, HOUR),
        (NextTry.FOUR_HOURS, 4 * HOUR),
        (NextTry.TOMORROW, 24 * HOUR),
    ],
)
def test_the_next_try_counts_from_this_one(edge, make, contact, choice, wait):
    contact(next_try=choice)

    (attempt,) = edge.rows(ContactAttempt)
    assert attempt.next_try_at == (wait and make.now + wait)


def test_who_was_reached_is_not_tried_again(edge, contact):
    contact(result="reached", next_try=NextTry.ONE_HOUR)

    assert edge.rows(ContactAttempt)[0].next_try_at is None
    assert edge.rows(Alert)[0].next_nudge_at is None


@pytest.mark.parametrize("choice", ["", "soon", "ONE_HOUR", "2026-01-01T10:00"])
def test_a_next_try_that_is_not_on_the_list_is_refused(edge, contact, choice):
    with pytest.raises(InputRefused) as refused:
        contact(next_try=choice)

    assert refused.value.problems == {"next_try": "choose"}
    assert edge.count(ContactAttempt) == 0


def test_the_owner_gets_one_letter_once_the_try_has_passed(edge, contact, look_again, clinician):
    contact(next_try=NextTry.ONE_HOUR)

    left = [look_again(after) for after in (HOUR - SECOND, HOUR, HOUR + SECOND, 9 * HOUR)]

    assert left == [0, 1, 0, 0]
    (letter,) = edge.rows(Letter)
    assert (letter.recipient_id, letter.kind) == (clinician.account_id, LetterKind.NUDGE)
    assert edge.acts()[Act.ALERT_NUDGED] == 1


@pytest.mark.parametrize(
    "newer",
    [{}, {"next_try": NextTry.FOUR_HOURS}, {"result": "reached", "next_try": NextTry.ONE_HOUR}],
)
def test_a_newer_try_takes_the_place_of_the_planned_one(contact, look_again, newer):
    contact(next_try=NextTry.ONE_HOUR)
    contact(HOUR - SECOND, **newer)

    assert look_again(2 * HOUR) == 0


def test_every_planned_try_has_its_own_letter(edge, make, contact, look_again):
    contact(next_try=NextTry.ONE_HOUR)
    assert look_again(HOUR) == 1
    with make.kept() as session:
        for letter in session.query(Letter):
            letter.sent_at = make.now + HOUR
    contact(2 * HOUR, next_try=NextTry.FOUR_HOURS)

    assert [look_again(5 * HOUR), look_again(6 * HOUR)] == [0, 1]


def test_while_no_letter_leaves_only_one_waits(edge, make, contact, look_again, clinician, alert):
    contact(next_try=NextTry.ONE_HOUR)
    assert look_again(HOUR) == 1
    with make.kept() as session:  # as if the next one had passed, too
        session.get_one(Alert, alert.id).next_nudge_at = make.now + 2 * HOUR

    assert look_again(2 * HOUR) == 0


def test_the_letter_leaves_though_the_alert_is_acknowledged(edge, make, contact, look_again):
    contact(next_try=NextTry.ONE_HOUR)
    look_again(HOUR)

    (waiting,) = edge.look(letters_waiting, at=make.now + HOUR)

    assert (waiting.kind, waiting.link_path) == (LetterKind.NUDGE, "")


def test_a_letter_that_a_newer_try_has_answered_does_not_leave(edge, make, contact, look_again):
    contact(next_try=NextTry.ONE_HOUR)
    look_again(HOUR)

    contact(HOUR + SECOND)

    assert edge.look(letters_waiting, at=make.now + 2 * HOUR) == []


def test_nobody_is_asked_about_an_alert_that_is_closed(
    edge, make, contact, look_again, clinician, alert
):
    contact(next_try=NextTry.ONE_HOUR)
    acting = {"actor": clinician, "alert_id": alert.id, "at": make.now + SECOND}
    edge.act(close_alert, **acting, outcome="not_reached", words="")

    assert look_again(2 * HOUR) == 0


def test_what_was_planned_holds_for_whoever_takes_the_alert_anew(
    edge, make, contact, look_again, clinician, alert
):
    contact(next_try=NextTry.FOUR_HOURS)
    with make.kept() as session:
        again = session.get_one(Alert, alert.id)
        again.status, again.acknowledged_at, again.acknowledged_by = AlertStatus.RAISED, None, None
        again.next_nudge_at = make.now
    lead = make.actor(Role.CLINIC_LEAD)

    edge.act(acknowledge_alert, actor=lead, alert_id=alert.id, at=make.now + HOUR)

    assert look_again(4 * HOUR) == 1
    assert edge.rows(Letter)[0].recipient_id == lead.account_id


def test_the_newest_try_says_when_the_next_one_is_on_both_pages(
    edge, make, contact, clinician, alert
):
    contact(next_try=NextTry.TOMORROW)
    contact(SECOND, next_try=NextTry.FOUR_HOURS)
    planned = make.now + SECOND + 4 * HOUR

    (row,) = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    view = edge.look(read_record, actor=clinician, person_id=alert.person_id, at=make.now)

    assert row.next_try_at == view.alerts[0].attempts[-1].next_try_at == planned


def test_after_a_try_that_plans_none_nothing_is_shown(edge, make, contact, clinician):
    contact(next_try=NextTry.FOUR_HOURS)
    contact(SECOND)

    (row,) = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert row.next_try_at is None
