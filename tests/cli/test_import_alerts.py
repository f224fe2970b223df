"""Answers that come in by file and are fresh reach a human as if they had been given here."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.vocabulary import AlertStatus, Role
from tests.cli.answer_sheets import answer_row, write
from tests.cli.imported import told
from tests.cli.test_import import MAPPING

CRITICAL, ILL, BOTH = [0] * 8 + [1], [2] * 8 + [0], [2] * 9
TODAY = datetime.now(UTC).date()


@pytest.fixture
def clinician(make):
    on_duty = make.actor(Role.CLINICIAN)
    make.duty(on_duty, make.root)
    return on_duty


@pytest.fixture
def load(run, tmp_path, make):
    """Import answers given so many days ago, each by somebody else unless a name is given."""
    _ = make.root

    def given(*answered):
        rows = [
            answer_row(who[0] if who else f"p{number}", TODAY - timedelta(days=ago), answers)
            for number, (ago, answers, *who) in enumerate(answered)
        ]
        path = write(tmp_path / "answers.csv", rows)
        done = run("responses", "import", path, "--mapping", MAPPING)
        assert done.exit_code == 0, done.output
        return told(done.output)

    return given


def kept(database, table):
    with database.reading() as session:
        return session.scalars(select(table)).all()


def test_a_fresh_critical_answer_has_a_clock_an_owner_and_a_letter(load, database, clinician):
    start = datetime.now(UTC)

    said = load((10, CRITICAL))

    (alert,), (letter,) = kept(database, Alert), kept(database, Letter)
    assert said["alerts"] == 1
    assert (alert.status, alert.owner_id) == (AlertStatus.RAISED, clinician.account_id)
    assert timedelta(hours=1) <= alert.due_at - start < timedelta(hours=1, minutes=1)
    assert letter.recipient_id == clinician.account_id


def test_an_answer_of_today_is_due_eight_hours_after_the_day(load, database, clinician):
    load((0, CRITICAL))

    (alert,) = kept(database, Alert)
    midnight = datetime.combine(TODAY, datetime.max.time(), tzinfo=UTC)
    assert abs(alert.due_at - midnight - timedelta(hours=8)) < timedelta(minutes=2)


def test_the_clock_runs_up_to_the_thirtieth_day_and_not_beyond(load, database, clinician):
    load((0, CRITICAL), (30, CRITICAL), (31, CRITICAL), (4000, CRITICAL))

    statuses = [alert.status for alert in kept(database, Alert)]
    assert sorted(statuses) == sorted([AlertStatus.RAISED] * 2 + [AlertStatus.HISTORIC] * 2)
    assert len(kept(database, Letter)) == 2


def test_fresh_results_above_the_cut_point_come_into_care_once_each(load, database, clinician):
    load((5, ILL, "a"), (3, BOTH, "a"), (1, ILL, "a"), (2, ILL, "b"), (60, ILL, "c"))

    cases = kept(database, Case)
    assert len(cases) == len({case.person_id for case in cases}) == 2
    assert {case.clinician_id for case in cases} == {clinician.account_id}


def test_a_fresh_answer_without_anybody_on_duty_is_kept_and_waits_for_somebody(load, database):
    load((1, BOTH))

    (alert,) = kept(database, Alert)
    assert (alert.status, alert.owner_id) == (AlertStatus.RAISED, None)
    assert kept(database, Letter) == kept(database, Case) == []


def test_importing_again_writes_no_second_letter(load, database, clinician):
    load((1, BOTH))

    load((1, BOTH))

    assert len(kept(database, Alert)) == len(kept(database, Letter)) == 1
