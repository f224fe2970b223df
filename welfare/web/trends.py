"""From results to charts: the same for a member's own history and for a clinician."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from models.instruments import find
from models.instruments.change import Move, moved
from models.instruments.definition import Direction
from models.instruments.payload import Payload
from models.vocabulary import Phase
from welfare.web.chart_rows import Mark, Span
from welfare.web.charts import Point, Trend
from welfare.web.wording import PHASES

UNSIZED: dict[Move, LazyString] = {
    Move.UNRELIABLE: lazy_gettext("no reliable change"),
    Move.NONE: lazy_gettext("no change"),
    Move.FIRST: lazy_gettext("first result"),
    Move.UNKNOWN: lazy_gettext("not known"),
}


class Answered(Protocol):
    """A screening with its opened payload."""

    @property
    def day(self) -> date: ...

    @property
    def phase(self) -> Phase: ...

    @property
    def payload(self) -> Payload: ...


class Stay(Protocol):
    """A deployment: where, from when, until when."""

    @property
    def mission(self) -> str: ...

    @property
    def from_day(self) -> date: ...

    @property
    def until_day(self) -> date | None: ...


def points_of(code: str, screenings: Sequence[Answered]) -> list[Point]:
    """The totals of one instrument, oldest first; None where a form was not complete. A part
    that was sent early is no point of its own: the whole brings it."""
    return [
        Point(each.day, response.result.total, str(PHASES[each.phase]))
        for each in screenings
        if each.payload.part_of is None and (response := each.payload.response(code)) is not None
    ]


def trend_of(
    code: str,
    points: Sequence[Point],
    stays: Sequence[Stay],
    *,
    title: str,
    conclusion: str,
    with_cutoff: bool,
    marks: Sequence[Mark] = (),
) -> Trend:
    """One instrument on a time axis with the deployments as spans and incidents as marks."""
    definition = find(code)
    cuts = [cut for cut in definition.cut_points if cut.default and not cut.sex]
    cut = cuts[0].value if cuts and with_cutoff else None
    return Trend(
        id=f"trend-{code}",
        title=title,
        conclusion=conclusion,
        points=points,
        lowest=definition.total_range[0],
        highest=definition.total_range[1],
        higher_is_worse=definition.direction is Direction.HIGHER_IS_WORSE,
        cutoff=None if cut is None else float(cut),
        cutoff_label="" if cut is None else _("cut-point %(n)s", n=cut),
        spans=spans_of(stays),
        marks=marks,
    )


def spans_of(stays: Sequence[Stay]) -> list[Span]:
    return [Span(stay.from_day, stay.until_day, stay.mission) for stay in stays]


def first_day(screenings: Sequence[Answered]) -> date | None:
    """Where the time axis of all charts of one person begins."""
    return min((each.day for each in screenings), default=None)


def change_of(code: str, totals: Sequence[float | None]) -> str:
    """How the last total differs from the one before, in words.

    A change smaller than the instrument's published threshold is not called one.
    """
    found = moved(code, totals)
    if found.by == 0 or found.move is Move.UNRELIABLE:
        return str(UNSIZED[found.move])
    is_worse = (found.by > 0) == (find(code).direction is Direction.HIGHER_IS_WORSE)
    size = abs(found.by)
    said = _("worse by %(n)g", n=size) if is_worse else _("better by %(n)g", n=size)
    if found.move is Move.UNJUDGED:
        return str(_("%(change)s (no threshold known)", change=said))
    return str(said)
