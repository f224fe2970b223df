"""What is assigned to somebody in care, in words: how often, how it stands, how old the data is."""

from typing import Any

from flask import url_for
from flask_babel import LazyString, format_date
from flask_babel import gettext as _now
from flask_babel import lazy_gettext as _

from models.base import new_key
from models.instruments import ASSIGNABLE
from models.vocabulary import Rhythm
from welfare.services.measures import Measure, Measures, Standing
from welfare.web.wording import TITLES

ONE_CLICK = ASSIGNABLE[:4]  # the others are chosen from a list
RHYTHMS: dict[Rhythm, LazyString] = {
    Rhythm.SESSION: _("Before each session"),
    Rhythm.WEEKLY: _("Every week"),
    Rhythm.TWO_WEEKS: _("Every 2 weeks"),
    Rhythm.FOUR_WEEKS: _("Every 4 weeks"),
    Rhythm.TWELVE_WEEKS: _("Every 12 weeks"),
}
STANDS: dict[Standing, tuple[LazyString, str]] = {
    Standing.OVERDUE: (_("Overdue"), "attention"),
    Standing.DUE: (_("Due now"), "info"),
    Standing.COMING: (_("Planned"), "neutral"),
    Standing.WAITING: (_("Waits for the next session"), "neutral"),
    Standing.ENDED: (_("Ended"), "neutral"),
}
CHOOSE = ("", _("Please choose"))


def named(code: str) -> str:
    """As clinicians call it, and as its person reads it."""
    return f"{code.upper()}: {TITLES[code]}"


def rows(found: Measures) -> list[dict[str, Any]]:
    return [_row(each) for each in found.measures]


def _row(each: Measure) -> dict[str, Any]:
    words, kind = STANDS[each.standing]
    return {
        "name": named(each.instrument),
        "rhythm": RHYTHMS[each.row.rhythm],
        "tag": (str(words), kind),
        "lines": [line for line in (_asked(each), _data(each), _since(each)) if line],
        "end": url_for("measures.end", measure_id=each.row.id) if each.may_end else None,
        "is_ended": each.standing is Standing.ENDED,
    }


def _asked(each: Measure) -> str:
    if each.window is None:
        return ""
    if each.standing is Standing.COMING:
        day = format_date(each.window.opens_on, "long")
        return str(_now("Asked again on %(day)s.", day=day))
    day = format_date(each.window.due_by, "long")
    if each.standing is Standing.OVERDUE:
        return str(_now("It was due by %(day)s.", day=day))
    return str(_now("To be answered by %(day)s.", day=day))


def _data(each: Measure) -> str:
    """Of whatever check: what counts is how old the newest answers are."""
    if each.last is None:
        return str(_now("No data yet.")) if each.standing is not Standing.ENDED else ""
    day = format_date(each.last.day, "long")
    if each.is_silent and each.standing is not Standing.ENDED:
        return str(_now("No data since %(day)s.", day=day))
    return str(_now("Last answered on %(day)s.", day=day))


def _since(each: Measure) -> str:
    day = format_date(each.row.assigned_at, "long")
    if each.row.ended_at is None:
        return str(_now("Since %(day)s, by %(name)s.", day=day, name=each.by))
    until = format_date(each.row.ended_at, "long")
    return str(
        _now("From %(first)s to %(last)s, by %(name)s.", first=day, last=until, name=each.by)
    )


def offers(found: Measures) -> list[dict[str, Any]]:
    """One form each, for what is used most and is not asked yet."""
    asked = {each.instrument for each in found.measures if each.standing is not Standing.ENDED}
    return [
        {"name": named(code), "instrument": code, "key": str(new_key())}
        for code in ONE_CLICK
        if code not in asked
    ]


def others(found: Measures) -> list[tuple[str, str | LazyString]]:
    asked = {each.instrument for each in found.measures if each.standing is not Standing.ENDED}
    free = [code for code in ASSIGNABLE if code not in ONE_CLICK and code not in asked]
    return [CHOOSE, *((code, named(code)) for code in free)]


def rhythms() -> list[tuple[str, LazyString]]:
    return [(each.value, words) for each, words in RHYTHMS.items()]
