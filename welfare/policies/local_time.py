"""Clocks of places: which time zones there are, and what an hour typed there means. Pure.

What a site stores and what jobs and programmes count by stays in UTC.
"""

from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NO_ZONE = "UTC"  # where nobody has chosen one
MIDNIGHT = time.min


class Zone(ZoneInfo):
    """A time zone as the pages' library wants it, which knows another kind."""

    def normalize(self, moment: datetime) -> datetime:
        return moment


@cache
def zones() -> tuple[str, ...]:
    """Every zone that may be chosen: UTC, and the current names by continent or ocean. Names that
    are kept for old files only ("Asia/Calcutta") are left out."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="ascii")
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return NO_ZONE, *sorted({columns[2] for columns in lines})


def zone_named(name: str | None) -> Zone:
    """UTC where there is none, or one that this machine does not know: a page with the wrong
    clock says which it is, a page that fails says nothing."""
    try:
        return Zone(name or NO_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Zone(NO_ZONE)


def at_hour(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """What a clock in this zone says, as a moment in UTC.

    As calendars do it (RFC 5545): an hour that comes twice, when clocks go back, is the first of
    the two; one that is left out, when they go forward, counts on from where they jumped, so that
    half past two is half past three.
    """
    return datetime.combine(day, hour.replace(fold=0), zone).astimezone(UTC)


def last_at_hour(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The same, but of an hour that comes twice the second: for what ends."""
    second = datetime.combine(day, hour.replace(fold=1), zone).astimezone(UTC)
    return max(at_hour(day, hour, zone), second)


def comes_twice(local: datetime) -> bool:
    """Does the clock there show this hour a second time on the same day?"""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
