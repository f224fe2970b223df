"""Periods that can be released: closed ones, by default the last half-year."""

from datetime import date

import pytest

from analytics.release.calendar import Period, PeriodNotClosed, last_half_year
from tests.analytics.releases.published import PERIOD


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 21), (date(2026, 1, 1), date(2026, 6, 30))),
        (date(2026, 7, 1), (date(2026, 1, 1), date(2026, 6, 30))),
        (date(2026, 6, 30), (date(2025, 7, 1), date(2025, 12, 31))),
        (date(2026, 1, 1), (date(2025, 7, 1), date(2025, 12, 31))),
    ],
)
def test_the_default_period_is_the_last_closed_half_year(on, expected):
    period = last_half_year(on=on)

    period.must_be_closed(on=on)
    assert (period.first, period.last) == expected


def test_a_period_that_still_runs_or_is_empty_is_refused():
    with pytest.raises(PeriodNotClosed, match="not over"):
        PERIOD.must_be_closed(on=PERIOD.last)
    with pytest.raises(PeriodNotClosed):
        Period(PERIOD.last, PERIOD.first)
