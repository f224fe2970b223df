"""The clock is compared with what was written before and with the database server's."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from welfare.upkeep.checks import State
from welfare.upkeep.clock import look_at_clock

MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (None, State.WELL),
        (timedelta(days=-30), State.WELL),
        (timedelta(0), State.WELL),
        (1 * MINUTES, State.WELL),
        (2 * MINUTES, State.WARNING),
        (60 * MINUTES, State.WARNING),
        (61 * MINUTES, State.FAILED),
        (timedelta(days=30), State.FAILED),
    ],
)
def test_a_trail_from_the_future_means_that_the_clock_is_behind(ahead, expected):
    newest = None if ahead is None else NOW + ahead

    assert look_at_clock(at=NOW, newest=newest, server=None).state is expected


@pytest.mark.parametrize("apart", [-61 * MINUTES, -2 * MINUTES, 2 * MINUTES, 61 * MINUTES])
def test_a_database_server_with_another_time_is_a_warning(apart):
    assert look_at_clock(at=NOW, newest=NOW, server=NOW + apart).state is State.WARNING
    assert look_at_clock(at=NOW, newest=NOW, server=NOW).state is State.WELL
