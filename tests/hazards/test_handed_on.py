"""An alert goes on to somebody: when the duty changes, and when it is taken and then forgotten."""

from datetime import timedelta

from models.tables.care import Alert
from models.tables.places import DutyRoster
from models.vocabulary import Act, LetterKind, NextTry, Role
from tests.factories import TODAY
from tests.hazards.scenes import CLOCKS, HALF_HOUR, look_after, nudge, send, told
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.nudges import letters_waiting
from welfare.services.work_list import read_work_list

SECOND = timedelta(seconds=1)
TRIED = {"result": "tried", "channel": "phone", "words": ""}


def end_the_duty(make, clinician):
    with make.kept() as session:
        entry = session.query(DutyRoster).filter_by(account_id=clinician.account_id).one()
        entry.until_at = make.now + HALF_HOUR


def test_duty_changed_mid_alert(edge, make):
    """Control: `duty_changes.hand_over_to_duty` in the round of the job. Without it the alert
    stays with somebody who has gone to bed, until three nudges went unread."""
    evening = make.reachable()
    send(edge, make)
    end_the_duty(make, evening)
    night = make.actor(Role.CLINICIAN)
    make.duty(night, make.root, from_at=make.now + HALF_HOUR)
    at = make.now + HALF_HOUR

    look_after(edge, at)

    (alert,) = edge.rows(Alert)
    assert (alert.owner_id, alert.cover_id) == (night.account_id, evening.account_id)
    assert told(edge)[-1] == (night.account_id, LetterKind.NUDGE)
    assert edge.acts()[Act.ALERT_HANDED_OVER] == 1
    for reader in (night, evening):
        assert len(edge.look(read_work_list, actor=reader, today=TODAY, at=at)) == 1


def test_acknowledged_and_then_forgotten(edge, make):
    """Control: `overdue_alerts.pass_on_overdue` in the round of the job. Without it acknowledging
    ends all nudging, and nobody ever hears of it again."""
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    receipt = send(edge, make)
    acting = {"actor": clinician, "alert_id": receipt.alert.id}
    edge.act(acknowledge_alert, **acting, at=make.now + SECOND)
    due_at = edge.rows(Alert)[0].due_at

    for at in (due_at - SECOND, due_at, due_at + CLOCKS.answer_within):
        nudge(edge, at)
        look_after(edge, at)

    (alert,) = edge.rows(Alert)
    assert told(edge)[1:] == [(lead.account_id, LetterKind.ESCALATION)]
    assert (alert.owner_id, alert.cover_id) == (clinician.account_id, lead.account_id)
    acting = {"alert_id": alert.id, "at": due_at + SECOND, "actor": lead}
    edge.act(record_contact, **acting, **TRIED)  # the lead can go on where nobody did
    edge.act(close_alert, **acting, outcome="not_reached", words="")


def test_the_letter_about_a_forgotten_alert_leaves(edge, make):
    """Control: `waiting_letters.is_still_needed` lets through what was written since somebody took
    the alert. Without it the letter stays in the outbox for ever."""
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now + SECOND)
    due_at = edge.rows(Alert)[0].due_at

    look_after(edge, due_at)

    waiting = edge.look(letters_waiting, at=due_at)
    assert [letter.kind for letter in waiting] == [LetterKind.ESCALATION]
    assert told(edge)[-1][0] == lead.account_id


def test_the_next_try_was_planned_and_then_forgotten(edge, make):
    """Control: `overdue_alerts.nudge_planned` in the round of the job. Without it a plan is only
    words on a page."""
    clinician = make.reachable()
    receipt = send(edge, make)
    acting = {"actor": clinician, "alert_id": receipt.alert.id, "at": make.now + SECOND}
    edge.act(acknowledge_alert, **acting)
    edge.act(record_contact, **acting, **TRIED, next_try=NextTry.ONE_HOUR)
    before = len(told(edge))

    for number in range(6):
        look_after(edge, make.now + SECOND + number * HALF_HOUR)

    assert told(edge)[before:] == [(clinician.account_id, LetterKind.NUDGE)]
