"""An alert can never stand in a state that makes no sense: the database itself refuses it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from models.tables.care import Alert
from models.vocabulary import AlertStatus, Role
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def raised(make, clinician):
    return make.alert(make.person(), clinician)


@pytest.fixture
def closed(make, clinician):
    return make.alert(
        make.person(),
        clinician,
        status=AlertStatus.CLOSED,
        acknowledged_at=NOW,
        acknowledged_by=clinician.account_id,
        closed_at=LATER,
        next_nudge_at=None,
    )


def refused(database, alert, **changes):
    """The name of the constraint that refuses these changes."""
    with database.writing() as session, pytest.raises(IntegrityError) as stopped:
        session.execute(update(Alert).where(Alert.id == alert.id).values(**changes))
    return str(stopped.value.orig)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"closed_at": LATER}, "closed_has_moment"),
        ({"status": AlertStatus.HISTORIC}, "only_historic_no_clock"),
        ({"due_at": None}, "only_historic_no_clock"),
        ({"acknowledged_at": LATER}, "acknowledged_by_someone"),
        ({"status": AlertStatus.ACKNOWLEDGED}, "worked_was_acknowledged"),
    ],
)
def test_a_raised_alert_refuses(database, raised, changes, constraint):
    assert constraint in refused(database, raised, **changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"closed_at": None}, "closed_has_moment"),
        ({"outcome": None}, "closed_has_outcome"),
        ({"due_at": None}, "only_historic_no_clock"),
        ({"acknowledged_by": None}, "acknowledged_by_someone"),
        ({"acknowledged_at": None, "acknowledged_by": None}, "worked_was_acknowledged"),
    ],
)
def test_a_closed_alert_refuses(database, closed, changes, constraint):
    assert constraint in refused(database, closed, **changes)


def test_an_outcome_before_closing_is_refused(database, raised, closed):
    said = refused(database, raised, outcome=closed.outcome)

    assert "closed_has_outcome" in said


def test_the_name_of_who_acknowledged_needs_a_moment(database, raised, clinician):
    said = refused(database, raised, acknowledged_by=clinician.account_id)

    assert "acknowledged_by_someone" in said


@pytest.mark.parametrize("column", ["owner_id", "cover_id", "screening_id", "person_id"])
def test_an_alert_refers_only_to_what_is_there(database, raised, column):
    with database.writing() as session, pytest.raises(IntegrityError):
        session.execute(update(Alert).where(Alert.id == raised.id).values({column: uuid4()}))
        session.commit()


def test_two_who_change_the_same_alert_do_not_overwrite_each_other(database, raised):
    """The version column: the second one is told, instead of winning silently."""
    with database.reading() as session:
        stale = session.get_one(Alert, raised.id)
    with database.writing() as session:
        session.get_one(Alert, raised.id).nudges += 1
        session.commit()

    with database.writing() as session, pytest.raises(Exception, match="version|were matched"):
        session.add(stale)
        stale.nudges += 1
        session.commit()
