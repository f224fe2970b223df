"""The work-list as its page shows it: rows under headings, and ways to see fewer of them."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.instruments import find
from models.instruments.change import Move, moved
from models.vocabulary import AlertStatus
from welfare.policies.open_tasks import OpenTask
from welfare.policies.work_order import ONLY as IS_ONE_OF
from welfare.policies.work_order import ORDER, SILENT, Only, Row, Sort, Urgency, Wanted
from welfare.services.work_list import WorkList
from welfare.web import acuity_words
from welfare.web.charts import Point, draw_spark
from welfare.web.list_walk import DOWN, query_of
from welfare.web.trends import change_of
from welfare.web.wording import ONLY, SHOWN_FIRST, TASKS, URGENCIES, clock

SECTIONS = (
    (_("To do now"), {Urgency.UNACKNOWLEDGED, Urgency.CONTACT_OVERDUE, Urgency.ALERT_OPEN}),
    (_("Clearly worse"), {Urgency.WORSE}),
    (_("Due within three days"), {Urgency.DUE}),
    (_("New in care"), {Urgency.NEW}),
    (_("No open task"), {Urgency.REST}),
    (_("On hold"), {Urgency.ON_HOLD}),
)
QUIET = {Urgency.REST, Urgency.ON_HOLD}
HEADS: tuple[tuple[LazyString, Sort | None], ...] = (
    (_("Person"), Sort.PERSON),
    (_("State"), Sort.STATE),
    (_("Newest result"), Sort.RESULT),
    (_("Course"), None),
    (_("Answer by"), Sort.DUE),
)


def sections(found: WorkList, wanted: Wanted, *, today: date, at: datetime) -> list[dict[str, Any]]:
    """Under the headings of the page while the order is its own; else in one piece."""
    rows = [(row.urgency, _row(row, place, wanted, today, at)) for place, row in enumerate(found)]
    if wanted.sort is not Sort.STATE or wanted.is_descending:
        whole = {"heading": _("Everybody who is shown"), "is_quiet": False}
        return [whole | {"rows": [row for _urgency, row in rows]}] if rows else []
    parts = [
        {
            "heading": heading,
            "is_quiet": wanted.is_everybody and bool(QUIET & urgencies),
            "rows": [row for urgency, row in rows if urgency in urgencies],
        }
        for heading, urgencies in SECTIONS
    ]
    return [part for part in parts if part["rows"]]


def heads(wanted: Wanted) -> list[dict[str, Any]]:
    """The columns, with the way to sort by each."""
    return [{"label": label} | (_sorting(sort, wanted) if sort else {}) for label, sort in HEADS]


def plain_heads() -> list[dict[str, Any]]:
    """The same for every table but the first: one place to sort is enough."""
    return [{"label": label} for label, _sort in HEADS]


def choices(found: WorkList, wanted: Wanted) -> dict[str, Any]:
    """Ways to see fewer, each with how many that are: only such as somebody is in."""
    states = Counter(row.urgency for row in found.everybody)
    only = {each: sum(IS_ONE_OF[each](row) for row in found.everybody) for each in ONLY}
    units = sorted({(row.unit, str(row.unit_id)) for row in found.everybody})
    return {
        "everybody": _choice(_("Everybody"), len(found.everybody), wanted.is_everybody),
        "states": [
            _choice(URGENCIES[each][0], states[each], wanted.state is each, state=each)
            for each in ORDER
            if states[each]
        ],
        "only": [
            _choice(ONLY[each], number, wanted.only is each, only=each)
            for each, number in only.items()
            if number
        ],
        "units": [(key, name) for name, key in units] if len(units) > 1 else [],
        "unit": str(wanted.unit_id or ""),
        "kept": {name: value for name, value in query_of(wanted).items() if name != "unit"},
    }


def counts(found: WorkList) -> dict[str, int]:
    urgent = (Urgency.UNACKNOWLEDGED, Urgency.CONTACT_OVERDUE)
    return {
        "people": len(found.everybody),
        "shown": len(found),
        "urgent": sum(row.urgency in urgent for row in found.everybody),
    }


def _sorting(sort: Sort, wanted: Wanted) -> dict[str, str]:
    """A second click turns the order around; the newest result comes first at the first one."""
    is_down = wanted.is_descending
    is_this = wanted.sort is sort
    goes_down = not is_down if is_this else sort is Sort.RESULT
    query = query_of(wanted) | {"sort": f"{DOWN if goes_down else ''}{sort}"}
    stands = ("descending" if is_down else "ascending") if is_this else "none"
    return {"sort": stands, "sort_url": url_for("work_list.home", **query)}


def _choice(
    label: LazyString,
    number: int,
    is_chosen: bool,
    *,
    state: Urgency | None = None,
    only: Only | None = None,
) -> dict[str, Any]:
    query = query_of(Wanted(state=state, only=only))
    url = url_for("work_list.home", **query)
    return {"label": label, "number": number, "url": url, "is_chosen": is_chosen}


def _row(row: Row, place: int, wanted: Wanted, today: date, at: datetime) -> dict[str, Any]:
    label, kind = URGENCIES[row.urgency]
    alert = row.alert
    is_new = alert is not None and alert.status is AlertStatus.RAISED
    query = query_of(wanted) | {"place": str(place)}
    return {
        "name": row.name,
        "url": url_for("people.show", person_id=row.person_id, **query),
        "unit": row.unit,
        "state": "" if row.urgency is Urgency.ON_HOLD else label,  # its tag says until when
        "kind": kind,
        "clock": clock(alert.due_at, at) if alert and alert.due_at else "",
        "said": acuity_words.said(row.acuity),
        "acknowledge": url_for("people.acknowledge", alert_id=alert.id, **query)
        if alert and is_new
        else None,
        "next_try_at": row.next_try_at,
        "due_by": row.due_by,
        "overdue_since": row.overdue_since,
        "missed": row.missed,
        "needs_interview": row.needs_interview,
        "held_until": row.held_until,
        "is_shared": row.is_shared,
        "tasks": [_task(task, today) for task in row.tasks],
        "last": _last(row, today),
    }


def _task(task: OpenTask, today: date) -> dict[str, Any]:
    is_late = task.due is not None and task.due < today
    return {"label": TASKS[task.kind], "due": task.due, "is_late": is_late}


def _last(row: Row, today: date) -> dict[str, Any] | None:
    """The newest result; of several on one day first what is reliably worse, then what is above
    its cut-point."""
    answered = [code for code in SHOWN_FIRST if row.results.get(code)]
    if not answered:
        return None
    newest = {code: row.results[code][-1] for code in answered}
    code = max(
        answered,
        key=lambda each: (newest[each].day, _is_worse(row, each), bool(newest[each].positive)),
    )
    points, last = row.results[code], newest[code]
    lowest, highest = find(code).total_range
    return {
        "code": code.upper(),
        "total": last.total,
        "highest": highest,
        "positive": last.positive,
        "day": last.day,
        "is_old": last.day < today - SILENT,
        "is_worse": _is_worse(row, code),
        "change": change_of(code, [point.total for point in points]),
        "spark": draw_spark(
            [Point(point.day, point.total) for point in points], lowest=lowest, highest=highest
        ),
    }


def _is_worse(row: Row, code: str) -> bool:
    return moved(code, [point.total for point in row.results[code]]).move is Move.WORSE
