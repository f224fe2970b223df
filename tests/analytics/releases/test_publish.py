"""The door out: written once, whole or not at all, and never changed."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.publish import (
    AlreadyReleased,
    GateClosed,
)
from analytics.release.calendar import Period
from models.session import transaction
from models.tables.audit import AuditEvent
from models.tables.releases import LedgerEntry, Release, ReleaseCell
from tests.analytics.releases.published import count, one_unit, put
from tests.analytics.steady_noise import SteadyNoise


def test_a_table_that_the_gate_broke_is_never_written(database, unit):
    root, people = unit
    exact = one_unit(SteadyNoise(bound=0))

    with pytest.raises(GateClosed), transaction(database) as session:
        put(session, root, people=people, table=exact)

    assert count(database, Release) == count(database, AuditEvent) == 0


def test_a_period_that_is_released_is_not_published_again(database, unit):
    root, people = unit
    with transaction(database) as session:
        put(session, root, people=people)

    with pytest.raises(AlreadyReleased), transaction(database) as session:
        put(session, root, people=people)

    assert count(database, Release) == 1


def test_a_run_that_breaks_half_way_leaves_nothing(database, unit):
    root, people = unit

    with pytest.raises(ZeroDivisionError), transaction(database) as session:
        put(session, root, people=people)
        raise ZeroDivisionError

    assert [count(database, table) for table in (Release, ReleaseCell, LedgerEntry)] == [0, 0, 0]


@pytest.mark.parametrize("table", [Release, ReleaseCell, LedgerEntry])
def test_the_database_refuses_to_change_what_was_released(database, unit, table):
    root, people = unit
    with transaction(database) as session:
        put(session, root, people=people)

    for change in ("UPDATE {} SET id = id", "DELETE FROM {}"):
        with pytest.raises(DBAPIError, match="never changed"), transaction(database) as session:
            session.execute(text(change.format(table.__tablename__)))


def test_the_input_is_kept_only_under_a_key_of_the_release(database, unit):
    root, people = unit
    periods = [Period(date(year, 1, 1), date(year, 6, 30)) for year in (2024, 2025)]

    with transaction(database) as session:
        one, two = (put(session, root, people=people, period=period) for period in periods)

    assert len({one.input_mac, two.input_mac, b"d" * 32}) == 3
