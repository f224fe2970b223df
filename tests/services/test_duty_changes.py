"""When the duty changes, what nobody has acknowledged goes to who is on duty now."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.orm.exc import StaleDataError

from models.programmes import load
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.places import DutyRoster
from models.vocabulary import Act, AlertStatus, LetterKind, Role
from tests.models.queries import counted
from welfare.errors import AccessDenied, MoveNotAllowed
from welfare.policies import alert_rounds
from welfare.policies.actor import Machine
from welfare.services.alerts import acknowledge_alert
from welfare.services.duty_changes import hand_over_to_duty
from welfare.services.nudges import nudge_again

PROGRAMME = load("un-contingent")
HOUR = timedelta(hours=1)


@pytest.fixture
def former(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def on_duty(make):
    return make.reachable()


@pytest.fixture
def hand_over(edge, make):
    def once(after=None, at=None):
        at = at or make.now
        return edge.act(hand_over_to_duty, by=Machine(), programme=PROGRAMME, after=after, at=at)

    return once


def test_it_goes_to_who_is_on_duty_and_the_former_owner_covers(
    edge, make, former, on_duty, hand_over
):
    make.alert(make.person(), former, nudges=2)

    assert hand_over().count == 1

    (alert,), (letter,) = edge.rows(Alert), edge.rows(Letter)
    assert (alert.owner_id, alert.cover_id) == (on_duty.account_id, former.account_id)
    assert (alert.nudges, alert.next_nudge_at) == (1, make.now + PROGRAMME.clocks.nudge_every)
    assert (letter.recipient_id, letter.kind) == (on_duty.account_id, LetterKind.NUDGE)
    assert edge.acts() == {Act.ALERT_HANDED_OVER: 1}


def test_it_is_handed_over_once(edge, make, former, on_duty, hand_over):
    make.alert(make.person(), former)

    assert [hand_over().count, hand_over().count] == [1, 0]
    assert edge.count(Letter) == 1


def test_of_two_entries_the_one_that_began_later_counts(edge, make, former, hand_over):
    make.duty(former, make.root)
    successor = make.actor(Role.CLINICIAN)
    make.alert(make.person(), former)
    assert hand_over().count == 0
    make.duty(successor, make.root, from_at=make.now - HOUR)

    hand_over()

    assert edge.rows(Alert)[0].owner_id == successor.account_id


def test_what_a_human_has_acknowledged_stays_theirs(edge, make, former, on_duty, hand_over):
    taken = {"acknowledged_at": make.now, "acknowledged_by": former.account_id}
    make.alert(make.person(), former, status=AlertStatus.ACKNOWLEDGED, **taken)

    assert hand_over().count == 0
    assert edge.rows(Alert)[0].owner_id == former.account_id


def test_what_went_to_the_clinic_lead_stays_with_the_lead(edge, make, on_duty, hand_over):
    lead = make.actor(Role.CLINIC_LEAD)
    make.alert(make.person(), lead, escalated_at=make.now)

    assert hand_over().count == 0
    assert edge.rows(Alert)[0].owner_id == lead.account_id


def test_a_lead_who_had_it_because_nobody_was_on_duty_gives_it_on(edge, make, on_duty, hand_over):
    lead = make.actor(Role.CLINIC_LEAD)
    make.alert(make.person(), lead)

    hand_over()

    (alert,) = edge.rows(Alert)
    assert (alert.owner_id, alert.cover_id) == (on_duty.account_id, lead.account_id)


def test_an_empty_roster_takes_an_alert_from_nobody(edge, make, former, hand_over):
    make.alert(make.person(), former)

    assert hand_over().count == 0
    assert edge.rows(Alert)[0].owner_id == former.account_id


def test_nobody_is_handed_their_own_alert(edge, make, former, on_duty, hand_over):
    (themselves,) = edge.rows(Person, Person.id == on_duty.person_id)
    make.alert(themselves, former)

    assert hand_over().count == 0


def test_somebody_on_duty_for_another_unit_is_nobody(edge, make, former, hand_over):
    make.reachable(make.unit("Another contingent"))
    make.alert(make.person(), former)

    assert hand_over().count == 0


def test_the_new_owner_is_nudged_on_and_then_it_goes_to_the_lead(
    edge, make, former, on_duty, hand_over
):
    lead = make.actor(Role.CLINIC_LEAD)
    make.alert(make.person(), former, nudges=3, next_nudge_at=make.now + HOUR)
    hand_over()
    clocks = PROGRAMME.clocks
    for number in range(1, clocks.nudges_before_escalation + 1):
        at = make.now + number * clocks.nudge_every
        edge.act(nudge_again, by=Machine(), programme=PROGRAMME, at=at)
        hand_over(at=at)

    assert edge.rows(Alert)[0].owner_id == lead.account_id


def test_a_dead_mail_server_gets_one_letter_for_each_of_two_who_take_turns(
    edge, make, former, on_duty, hand_over
):
    make.alert(make.person(), former)
    hand_over()
    with make.kept() as session:
        for entry in session.query(DutyRoster).filter_by(account_id=on_duty.account_id):
            entry.account_id = former.account_id
    hand_over()
    with make.kept() as session:
        for entry in session.query(DutyRoster).filter_by(account_id=former.account_id):
            entry.account_id = on_duty.account_id
    hand_over()

    assert edge.rows(Alert)[0].owner_id == on_duty.account_id
    assert len(edge.rows(Letter, Letter.recipient_id == on_duty.account_id)) == 1


def test_the_number_of_queries_does_not_grow_with_the_alerts(database, make, former, on_duty):
    def queries(alerts):
        for _ in range(alerts):
            make.alert(make.person(), former)
        given = {"by": Machine(), "programme": PROGRAMME, "after": None, "at": make.now}
        with database.writing() as session, counted(database) as sent:
            hand_over_to_duty(session, **given)
        return len([each for each in sent if each.lstrip().startswith("SELECT")])

    assert queries(2) == queries(6) <= 8


def test_more_than_a_batch_is_walked_through_from_mark_to_mark(
    edge, make, former, on_duty, hand_over, monkeypatch
):
    monkeypatch.setattr(alert_rounds, "BATCH", 2)
    for number in range(5):
        make.alert(make.person(), former, due_at=make.now + (number // 2) * HOUR)

    rounds = [hand_over()]
    while rounds[-1].more_after is not None:
        rounds.append(hand_over(rounds[-1].more_after))

    assert [each.count for each in rounds] == [2, 2, 1]
    assert {alert.owner_id for alert in edge.rows(Alert)} == {on_duty.account_id}


def test_who_acknowledges_while_it_is_handed_over_keeps_it_or_is_told(
    edge, make, former, on_duty, hand_over
):
    alert = make.alert(make.person(), former)
    together = Barrier(2, timeout=10)

    def take():
        together.wait()
        try:
            return edge.act(acknowledge_alert, actor=former, alert_id=alert.id, at=make.now)
        except (MoveNotAllowed, StaleDataError, AccessDenied):
            return None

    def change():
        together.wait()
        return hand_over()

    with ThreadPoolExecutor(2) as pool:
        taken, changed = pool.submit(take), pool.submit(change)
        taken, changed = taken.result(), changed.result()

    (after,) = edge.rows(Alert)
    if taken is not None:
        assert (after.status, after.owner_id) == (AlertStatus.ACKNOWLEDGED, former.account_id)
    else:
        assert (changed.count, after.owner_id) == (1, on_duty.account_id)
