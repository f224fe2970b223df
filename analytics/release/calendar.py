"""The release calendar: closed half-years, so that no one picks a period to single someone out."""

from dataclasses import dataclass
from datetime import date, timedelta


class PeriodNotClosed(ValueError):
    """A period that is empty or still runs was asked for."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last day, both inside."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last <= self.first:
            raise PeriodNotClosed("a period must end after it starts")

    def must_be_closed(self, *, on: date) -> None:
        """Raise PeriodNotClosed unless the last day is over."""
        if self.last >= on:
            raise PeriodNotClosed(f"the period runs until {self.last} and is not over yet")


def last_half_year(*, on: date) -> Period:
    """The half-year that ended last before this day."""
    this = date(on.year, 1 if on.month <= 6 else 7, 1)
    before = this - timedelta(days=1)
    return Period(date(before.year, 1 if before.month <= 6 else 7, 1), before)
