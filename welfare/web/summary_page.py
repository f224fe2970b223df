"""A summary of one record as its paper shows it."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from models.vocabulary import Role
from welfare.services import records
from welfare.services.summaries import Purpose
from welfare.web import mission_words, note_page, person_charts, person_page
from welfare.web.wording import PURPOSES, ROLES
from welfare.web.zones import moment


def document(
    view: records.PersonView,
    *,
    purpose: Purpose,
    role: Role | None,
    with_notes: bool,
    at: datetime,
) -> dict[str, Any]:
    """What the paper holds. Notes only where they were asked for: they were written for oneself."""
    return {
        "who": view.who,
        "facts": person_page.facts(view),
        "purpose": PURPOSES[purpose],
        "made": _("%(who)s, %(role)s", who=view.reader, role=ROLES[role] if role else ""),
        "made_at": moment(at),
        "charts": person_charts.charts(view, at=at),
        "events": person_charts.events(view, at=at),
        "newest": _newest(view),
        "happened": mission_words.happened(view.happenings),
        "open_alerts": [
            person_page.open_alert(story, view.screenings)
            for story in view.alerts
            if story.alert.is_live
        ],
        "past": [person_page.past_alert(each) for each in view.alerts if not each.alert.is_live],
        "certified": [
            person_page.past_interview(step) for step in view.steps if step.talk is not None
        ],
        "notes": note_page.notes(view, refused_id=None, words="", problems={})
        if with_notes
        else [],
        "with_notes": with_notes,
    }


def _newest(view: records.PersonView) -> dict[str, Any] | None:
    """The newest answers that count, item by item."""
    counting = [
        each
        for each in view.screenings
        if each.mistake is None and not each.is_copy and not each.is_repeat
    ]
    return person_page.answered(counting[-1], may_strike=False) if counting else None
