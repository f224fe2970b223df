"""What a kept screening leads to: an alert with an owner, a clock and a letter, and care."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from models import alerts, vault
from models.duty import watch_for
from models.instruments.payload import Payload, respond
from models.programmes import load
from models.session import transaction
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.screenings import Screening
from models.vocabulary import Act, AlertStatus, LetterKind, Role
from tests.factories import CALM, CRITICAL, NOW
from welfare.policies.actor import Machine

CLOCKS = load("un-contingent").clocks
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POSITIVE = {**CALM, "phq-9": {**{str(item): 2 for item in range(1, 9)}, "9": 0}}
BOTH = {**CALM, "phq-9": {str(item): 2 for item in range(1, 10)}}


def follow(database, screening, answers, *, answered_at=NOW, at=NOW):
    """What the door does after keeping a screening. What came of it, as it is kept."""
    responses = tuple(
        respond(code, given, language="en", sex="male") for code, given in answers.items()
    )
    with transaction(database) as session:
        stored = session.get_one(Screening, screening.id)
        unit = session.get_one(Person, stored.person_id).unit
        alerts.follow_up(
            session,
            by=Machine(),
            screening=stored,
            payload=Payload(answered_at, "un-contingent/1", responses),
            unit=unit,
            clocks=CLOCKS,
            watch=watch_for(session, unit=unit, at=at),
            data_key=vault.key_for(session, person_id=stored.person_id),
            at=at,
        )
        has_rung = alerts.BELL in session.info
    return SimpleNamespace(has_rung=has_rung, **kept(database))


def kept(database):
    with database.reading() as session:
        return {
            "alerts": session.scalars(select(Alert)).all(),
            "letters": session.scalars(select(Letter)).all(),
            "cases": session.scalars(select(Case)).all(),
            "acts": session.scalars(select(AuditEvent.act).order_by(AuditEvent.act)).all(),
        }


@pytest.fixture
def clinician(make):
    on_duty = make.actor(Role.CLINICIAN)
    make.duty(on_duty, make.root)
    return on_duty


@pytest.fixture
def screening(make):
    return make.screening(make.person())


def test_calm_answers_lead_to_nothing(database, screening, clinician):
    came = follow(database, screening, CALM)

    assert (came.alerts, came.letters, came.cases, came.acts) == ([], [], [], [])
    assert not came.has_rung


def test_a_critical_answer_gets_an_owner_a_clock_a_letter_and_an_event(
    database, screening, clinician
):
    came = follow(database, screening, CRITICAL)

    (alert,), (letter,) = came.alerts, came.letters
    assert (alert.status, alert.owner_id) == (AlertStatus.RAISED, clinician.account_id)
    assert (alert.raised_at, alert.due_at) == (NOW, NOW + 8 * HOUR)
    assert (alert.nudges, alert.next_nudge_at) == (1, NOW + timedelta(minutes=30))
    assert (letter.kind, letter.recipient_id) == (LetterKind.NUDGE, clinician.account_id)
    assert (letter.alert_id, letter.next_try_at, letter.sent_at) == (alert.id, NOW, None)
    assert came.acts == [Act.ALERT_RAISED]
    assert came.has_rung
    assert came.cases == []


def test_which_answer_it_was_is_sealed_with_the_persons_key(database, screening, clinician):
    (alert,) = follow(database, screening, CRITICAL).alerts

    assert b"phq" not in alert.detail
    with database.reading() as session:
        key = vault.key_for(session, person_id=alert.person_id)
        assert vault.opened(key, alert, "detail") == {"items": ["phq-9.9"]}


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (timedelta(0), NOW + 8 * HOUR),
        (2 * HOUR, NOW + 6 * HOUR),
        (7 * HOUR, NOW + HOUR),
        (7 * HOUR + timedelta(minutes=30), NOW + HOUR),
        (20 * HOUR, NOW + HOUR),
        (30 * DAY, NOW + HOUR),
        (-12 * HOUR, NOW + 20 * HOUR),
    ],
)
def test_the_clock_runs_from_the_answer_and_leaves_an_hour_at_least(
    database, screening, clinician, age, due
):
    (alert,) = follow(database, screening, CRITICAL, answered_at=NOW - age).alerts

    assert (alert.status, alert.due_at) == (AlertStatus.RAISED, due)


@pytest.mark.parametrize("age", [30 * DAY + timedelta(seconds=1), 31 * DAY, 3000 * DAY])
def test_an_answer_older_than_30_days_is_historic_without_clock_owner_or_letter(
    database, screening, clinician, age
):
    came = follow(database, screening, BOTH, answered_at=NOW - age)

    (alert,) = came.alerts
    assert alert.status is AlertStatus.HISTORIC
    assert (alert.due_at, alert.owner_id, alert.next_nudge_at, alert.nudges) == (
        None,
        None,
        None,
        0,
    )
    assert (came.letters, came.cases) == ([], [])
    assert came.acts == [Act.ALERT_RAISED]
    assert not came.has_rung


def test_without_any_clinician_an_alert_stands_without_owner_and_is_asked_about_again(
    database, screening
):
    came = follow(database, screening, BOTH)

    (alert,) = came.alerts
    assert (alert.status, alert.owner_id, alert.nudges) == (AlertStatus.RAISED, None, 0)
    assert alert.next_nudge_at == NOW + timedelta(minutes=30)
    assert (came.letters, came.cases) == ([], [])


def test_without_anybody_on_duty_the_lead_owns_the_alert(database, make, screening):
    lead = make.actor(Role.CLINIC_LEAD)

    came = follow(database, screening, CRITICAL)

    assert came.alerts[0].owner_id == came.letters[0].recipient_id == lead.account_id


def test_a_result_above_its_cut_point_takes_the_person_into_care(database, screening, clinician):
    came = follow(database, screening, POSITIVE)

    (case,) = came.cases
    assert (case.person_id, case.unit_id) == (screening.person_id, screening.unit_id)
    assert (case.clinician_id, case.opened_at) == (clinician.account_id, NOW)
    assert (came.alerts, came.acts) == ([], [Act.CASE_OPENED])


def test_somebody_in_care_stays_with_whoever_cares(database, make, screening, clinician):
    other = make.actor(Role.CLINICIAN)
    with database.reading() as session:
        person = session.get_one(Person, screening.person_id)
    make.case(person, other)

    came = follow(database, screening, POSITIVE)

    assert [case.clinician_id for case in came.cases] == [other.account_id]


def test_somebody_whose_clinician_has_left_is_taken_into_care_again(
    database, make, screening, clinician
):
    with database.reading() as session:
        person = session.get_one(Person, screening.person_id)
    make.case(person, make.actor(Role.CLINICIAN, disabled_at=NOW))

    came = follow(database, screening, POSITIVE)

    assert clinician.account_id in {case.clinician_id for case in came.cases}


def test_nobody_is_given_their_own_alert_or_case(database, make, clinician):
    lead = make.actor(Role.CLINIC_LEAD)
    with database.reading() as session:
        themselves = session.get_one(Person, clinician.person_id)

    came = follow(database, make.screening(themselves), BOTH)

    assert came.alerts[0].owner_id == came.letters[0].recipient_id == lead.account_id
    assert came.cases[0].clinician_id == lead.account_id


def test_somebody_whose_case_was_closed_is_taken_into_care_again(
    database, make, screening, clinician
):
    with database.reading() as session:
        person = session.get_one(Person, screening.person_id)
    make.case(person, clinician, status="closed", closed_at=NOW)

    came = follow(database, screening, POSITIVE)

    assert sorted(case.status for case in came.cases) == ["closed", "open"]


def test_two_positive_screenings_in_one_transaction_open_one_case(database, make, clinician):
    """As a batch of an import may bring them."""
    person = make.person()
    both = [make.screening(person), make.screening(person)]
    responses = (respond("phq-9", POSITIVE["phq-9"], language="en", sex=None),)

    with transaction(database) as session:
        unit = session.get_one(Person, person.id).unit
        for screening in both:
            alerts.follow_up(
                session,
                by=Machine(),
                screening=session.get_one(Screening, screening.id),
                payload=Payload(NOW, "un-contingent/1", responses),
                unit=unit,
                clocks=CLOCKS,
                watch=watch_for(session, unit=unit, at=NOW),
                data_key=vault.key_for(session, person_id=person.id),
                at=NOW,
            )

    assert len(kept(database)["cases"]) == 1


def test_an_unknown_result_takes_nobody_into_care(database, screening, clinician):
    came = follow(database, screening, {"phq-9": {"1": 3, "2": None}})

    assert came.cases == []


def test_no_second_letter_is_written_for_the_same_moment(database, screening, clinician):
    came = follow(database, screening, BOTH)

    assert (len(came.alerts), len(came.letters), len(came.cases)) == (1, 1, 1)
    assert isinstance(came.letters[0].written_at, datetime)
