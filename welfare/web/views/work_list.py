"""The clinician's home: the work-list, and for a lead the alerts that nobody has seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from models.instruments import find
from models.vocabulary import AlertStatus, Role
from welfare.policies.permissions import Permission
from welfare.services import alerts, work_list
from welfare.services.work_list import Urgency
from welfare.web import acuity_words
from welfare.web.charts import Point, draw_spark
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.trends import change_of
from welfare.web.wording import SHOWN_FIRST, URGENCIES, clock
from welfare.web.work import current_session

pages = Blueprint("work_list", __name__)
SECTIONS = (
    (_("To do now"), {Urgency.UNACKNOWLEDGED, Urgency.CONTACT_OVERDUE, Urgency.ALERT_OPEN}),
    (_("Screening due"), {Urgency.SCREENING_DUE}),
    (_("No open task"), {Urgency.REST}),
    (_("On hold"), {Urgency.ON_HOLD}),
)
QUIET = {Urgency.REST, Urgency.ON_HOLD}


@pages.get("/work-list")
@requires(Permission.CASELOAD_READ)
def home() -> ResponseReturnValue:
    actor, at = current_actor(), now()
    rows = work_list.read_work_list(current_session(), actor=actor, today=today(), at=at)
    others = []
    if actor.role is Role.CLINIC_LEAD:
        others = list(alerts.list_unseen(current_session(), actor=actor, at=at))
    return render_template(
        "work_list/home.html",
        sections=_sections(rows, at),
        counts=_counts(rows),
        others=[
            {
                "name": each.name,
                "clock": clock(each.alert.due_at, at) if each.alert.due_at else "",
                "said": acuity_words.said(each.acuity),
                "is_owned": each.alert.owner_id is not None,
                "action": url_for("people.acknowledge", alert_id=each.alert.id),
            }
            for each in others
        ],
    )


def _sections(rows: Sequence[work_list.Row], at: datetime) -> list[dict[str, Any]]:
    """The rows under the headings of the page, in the order in which they came."""
    found = [
        {
            "heading": heading,
            "is_quiet": bool(QUIET & urgencies),
            "rows": [_row(row, at) for row in rows if row.urgency in urgencies],
        }
        for heading, urgencies in SECTIONS
    ]
    return [section for section in found if section["rows"]]


def _counts(rows: Sequence[work_list.Row]) -> dict[str, int]:
    urgent = (Urgency.UNACKNOWLEDGED, Urgency.CONTACT_OVERDUE)
    return {
        "people": len(rows),
        "urgent": sum(row.urgency in urgent for row in rows),
        "due": sum(row.due_by is not None for row in rows),
        "interviews": sum(row.needs_interview for row in rows),
    }


def _row(row: work_list.Row, at: datetime) -> dict[str, Any]:
    label, kind = URGENCIES[row.urgency]
    is_held = row.urgency is Urgency.ON_HOLD  # its tag says until when
    return {
        "name": row.name,
        "url": url_for("people.show", person_id=row.person_id),
        "unit": row.unit,
        "state": "" if is_held else label,
        "kind": kind,
        "clock": clock(row.alert.due_at, at) if row.alert and row.alert.due_at else "",
        "said": acuity_words.said(row.acuity),
        "acknowledge": url_for("people.acknowledge", alert_id=row.alert.id)
        if row.alert and row.alert.status is AlertStatus.RAISED
        else None,
        "next_try_at": row.next_try_at,
        "due_by": row.due_by,
        "missed": row.missed,
        "needs_interview": row.needs_interview,
        "held_until": row.held_until,
        "is_shared": row.is_shared,
        "last": _last(row),
    }


def _last(row: work_list.Row) -> dict[str, Any] | None:
    """The newest result; of several on one day the first that is above its cut-point."""
    answered = [code for code in SHOWN_FIRST if row.results.get(code)]
    if not answered:
        return None
    newest = {code: row.results[code][-1] for code in answered}
    code = max(answered, key=lambda each: (newest[each].day, bool(newest[each].positive)))
    points = row.results[code]
    lowest, highest = find(code).total_range
    last = points[-1]
    return {
        "code": code.upper(),
        "total": last.total,
        "highest": highest,
        "positive": last.positive,
        "day": last.day,
        "change": change_of(code, [point.total for point in points]),
        "spark": draw_spark(
            [Point(point.day, point.total) for point in points], lowest=lowest, highest=highest
        ),
    }
