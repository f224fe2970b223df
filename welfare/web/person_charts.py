"""One person's results over time: each instrument below the other, all on one axis of time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from models.instruments import find
from models.instruments.change import reliable_change
from welfare.services import records
from welfare.web.chart_rows import EventsDrawing, Lane, draw_events
from welfare.web.charts import Point, TrendDrawing, draw_stacked
from welfare.web.mission_words import marks_of
from welfare.web.trends import change_of, points_of, spans_of, trend_of
from welfare.web.wording import SHOWN_FIRST


def charts(view: records.PersonView, *, at: datetime) -> list[TrendDrawing]:
    """One chart for each instrument that was ever answered, all on one axis of time."""
    days = axis_days(view, at=at)
    marks = marks_of(view.happenings.incidents)
    return [
        draw_stacked(
            trend_of(
                code,
                points,
                view.happenings.stays,
                title=find(code).title,
                conclusion=conclusion(code, points),
                with_cutoff=True,
                marks=marks,
            ),
            days=days,
        )
        for code, points in _points(view)
    ]


def events(view: records.PersonView, *, at: datetime) -> dict[str, Any] | None:
    """Deployments, incidents and what was done, drawn once above the charts, and as a table."""
    lanes = lanes_of(view)
    been = view.happenings
    if not been.stays and not been.incidents and not any(lane.days for lane in lanes):
        return None
    return {
        "drawing": _drawn(view, lanes, axis_days(view, at=at)),
        "conclusion": _counted(view, lanes),
        "rows": _rows(view, lanes),
    }


def lanes_of(view: records.PersonView) -> list[Lane]:
    """What was noticed and done, a lane for each kind."""
    talks = [step.talk.spoken_on for step in view.steps if step.talk is not None]
    signed = [each.signed_at.date() for note in view.notes for each in (note, *note.additions)]
    raised = [story.alert.raised_at.date() for story in view.alerts]
    return [
        Lane(str(_("Alerts")), "block", raised),
        Lane(str(_("Notes")), "square", signed),
        Lane(str(_("Interviews")), "ring", talks),
        Lane(str(_("Sessions")), "ring", list(view.sessions)),
    ]


def axis_days(view: records.PersonView, *, at: datetime) -> list[date]:
    """Every day that the axis of all charts holds."""
    been = view.happenings
    stays = [day for stay in been.stays for day in (stay.from_day, stay.until_day) if day]
    incidents = [each.day for each in been.incidents]
    marked = [day for lane in lanes_of(view) for day in lane.days]
    answered = [each.day for each in view.screenings if each.mistake is None]
    return [at.date(), *stays, *incidents, *marked, *answered]


def conclusion(code: str, points: Sequence[Point]) -> str:
    """What the chart shows, in words: the last total, whether it moved, and since when."""
    last = points[-1]
    if last.value is None:
        return str(_("The last form was not complete, so it has no total."))
    totals = [point.value for point in points]
    said = _(
        "Last total %(n)g on %(when)s: %(change)s.",
        n=last.value,
        when=format_date(last.on, "medium"),
        change=change_of(code, totals),
    )
    return " ".join([str(said), *_since_first(code, points), *_threshold(code, totals)])


def _since_first(code: str, points: Sequence[Point]) -> list[str]:
    """A slow drift shows only against the first result."""
    known = [point for point in points if point.value is not None]
    if len(known) < 3:
        return []
    change = change_of(code, [known[0].value, known[-1].value])
    when = format_date(known[0].on, "medium")
    return [str(_("Since the first on %(when)s: %(change)s.", when=when, change=change))]


def _threshold(code: str, totals: Sequence[float | None]) -> list[str]:
    needed = reliable_change(code)
    if needed is None or len([total for total in totals if total is not None]) < 2:
        return []
    return [str(_("From %(n)g points on, a change is reliable.", n=needed))]


def _points(view: records.PersonView) -> list[tuple[str, list[Point]]]:
    counting = [each for each in view.screenings if each.mistake is None]
    found = [(code, points_of(code, counting)) for code in SHOWN_FIRST]
    return [(code, points) for code, points in found if points]


def _drawn(view: records.PersonView, lanes: list[Lane], days: list[date]) -> EventsDrawing:
    marks = marks_of(view.happenings.incidents)
    return draw_events(spans_of(view.happenings.stays), marks, lanes, days=days)


def _counted(view: records.PersonView, lanes: Sequence[Lane]) -> str:
    stays, incidents = len(view.happenings.stays), len(view.happenings.incidents)
    counted = [
        ngettext("%(num)s deployment", "%(num)s deployments", stays) if stays else "",
        ngettext("%(num)s incident", "%(num)s incidents", incidents) if incidents else "",
        *(f"{lane.label}: {len(lane.days)}" for lane in lanes if lane.days),
    ]
    return ", ".join(str(each) for each in counted if each)


def _rows(view: records.PersonView, lanes: Sequence[Lane]) -> list[list[str]]:
    """The same as a table, the newest first."""
    told: list[tuple[date, str]] = [
        *(
            (stay.from_day, str(_("Deployment: %(name)s", name=stay.mission)))
            for stay in view.happenings.stays
        ),
        *((each.day, each.title) for each in view.happenings.incidents),
        *((day, lane.label) for lane in lanes for day in lane.days),
    ]
    return [[format_date(day, "medium"), what] for day, what in sorted(told, reverse=True)]
