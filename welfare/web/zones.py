"""Moments by the reader's own clock: that of the unit in whose Post they act, always with its name.

Templates say `{{ at | moment }}`, and `zone` beside a field in which somebody types an hour.
"""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import get_timezone_location
from flask import g
from flask_babel import format_datetime, get_locale

from welfare.policies.local_time import NO_ZONE, Zone, comes_twice, zone_named
from welfare.web.sign_in import current_sign_in

STAMP = "%Y-%m-%d %H:%M:%S"


def current_zone() -> Zone:
    """UTC on public pages: nobody knows where their reader is."""
    who = current_sign_in() if "request_id" in g else None
    return zone_named(who.zone if who else None)


def zone_name(zone: Zone | None = None) -> str:
    """The place of a zone in the language of this page, such as "Juba"; else "UTC"."""
    return _place((zone or current_zone()).key, get_locale() or Locale("en"))


def moment(at: datetime | None, form: str = "medium", zone: Zone | None = None) -> str:
    """A moment in words: "3 Mar 2026, 14:05 (Juba)"; nothing where there is none.

    `form`: "medium", "long", or a pattern. `zone`: another one than the reader's.
    """
    if at is None:
        return ""
    local = local_time(at, zone)
    return f"{format_datetime(local, form, rebase=False)} {_mark(local, zone)}"


def stamp(at: datetime) -> str:
    """To the second, as it is written everywhere; the table's head names the zone."""
    local = local_time(at)
    return f"{local:{STAMP}} {_offset(local)}" if comes_twice(local) else f"{local:{STAMP}}"


def local_time(at: datetime, zone: Zone | None = None) -> datetime:
    return at.astimezone(zone or current_zone())


def local_day(at: datetime, zone: Zone | None = None) -> date:
    return local_time(at, zone).date()


def _mark(local: datetime, zone: Zone | None) -> str:
    """Of an hour that comes twice in a night, which of the two is meant."""
    name = zone_name(zone)
    if name == NO_ZONE:
        return name
    return f"({name}, {_offset(local)})" if comes_twice(local) else f"({name})"


def _offset(local: datetime) -> str:
    return f"UTC{local.isoformat()[-6:]}"


@lru_cache(maxsize=256)
def _place(key: str, locale: Locale) -> str:
    if key == NO_ZONE:
        return NO_ZONE
    return str(get_timezone_location(key, locale=locale, return_city=True)).rpartition("/")[2]
