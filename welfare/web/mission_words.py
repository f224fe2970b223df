"""What pages say about missions: as what somebody is sent, events of a deployment, incidents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import LazyString, format_date, gettext
from flask_babel import lazy_gettext as _

from models.tables.places import Mission, Unit
from models.vocabulary import Capacity, DeploymentEventKind, IncidentKind
from welfare.policies.happenings import Happened, Happenings, NearIncident
from welfare.web import wording
from welfare.web.chart_rows import Mark

MARK_MOST = 30  # letters beside a mark of a chart that fit a phone
CAPACITIES: Mapping[Capacity, LazyString] = {
    Capacity.CONTINGENT: _("With their own unit"),
    Capacity.AUGMENTEE: _("Alone, to a unit or staff that is not their own"),
    Capacity.RESERVIST: _("Reservist"),
}
EVENTS: Mapping[DeploymentEventKind, LazyString] = {
    DeploymentEventKind.DECOMPRESSION: _("Decompression stop"),
    DeploymentEventKind.REST_LEAVE: _("Rest leave"),
    DeploymentEventKind.EVACUATION: _("Evacuation"),
    DeploymentEventKind.REPATRIATION: _("Home before the planned time"),
    DeploymentEventKind.BEREAVEMENT: _("Bereavement"),
}
INCIDENTS: Mapping[IncidentKind, LazyString] = {
    IncidentKind.ATTACK: _("Attack"),
    IncidentKind.EXPLOSION: _("Explosion"),
    IncidentKind.ACCIDENT: _("Accident"),
    IncidentKind.DEATH: _("Death in the unit"),
    IncidentKind.CIVILIAN_HARM: _("Harm to civilians"),
    IncidentKind.DISASTER: _("Disaster"),
    IncidentKind.OTHER: _("Something else"),
}
FACTS: Mapping[str, LazyString] = {
    "mandate": _("Mandate"),
    "legal_basis": _("Legal basis"),
    "status_agreement": _("Status agreement"),
    "engagement_rules": _("Rules of engagement"),
}


def problems_in_words(problems: Mapping[str, str]) -> dict[str, str]:
    return {field: _problem(code) for field, code in problems.items()}


def _problem(code: str) -> str:
    """Which lines of a list cannot be used comes after a colon."""
    name, colon, lines = code.partition(":")
    if not colon:
        return wording.problem(name)
    return str(
        gettext("Nobody in your units has the number of line %(lines)s. Nothing is saved.")
    ) % {"lines": lines}


def indented(units: Iterable[Unit]) -> list[tuple[str, str]]:
    """Units to choose from, each below its own."""
    return [(str(unit.id), "\u2003" * (unit.depth - 1) + unit.name) for unit in units]


def span(first: date | None, last: date | None) -> str:
    """From when until when, as far as it is known."""
    if first is None:
        return "" if last is None else str(gettext("until %(day)s", day=_day(last)))
    if last is None:
        return str(gettext("since %(day)s", day=_day(first)))
    return str(gettext("%(first)s to %(last)s", first=_day(first), last=_day(last)))


def facts_of(mission: Mission) -> list[dict[str, str]]:
    """Every fact; what nobody has found out says so."""
    known = [(label, getattr(mission, name)) for name, label in FACTS.items()]
    told: list[tuple[Any, str]] = [
        (_("Place of the mission"), mission.site),
        (_("Time"), span(mission.began_on, mission.ended_on)),
        *known,
    ]
    return [{"key": str(label), "value": text or gettext("Not known")} for label, text in told]


def marks_of(incidents: Iterable[NearIncident]) -> list[Mark]:
    """Incidents on the time axis of a chart; in full they stand below the charts."""
    return [Mark(each.day, _short(each.title)) for each in incidents]


def happened(found: Happenings) -> list[dict[str, str]]:
    """A timeline of incidents and events, the newest first."""
    rows: Sequence[tuple[date, dict[str, str]]] = [
        *((each.day, _incident(each)) for each in found.incidents),
        *((each.from_day, _event(each)) for each in found.events),
    ]
    return [row for _day, row in sorted(rows, key=lambda each: each[0], reverse=True)]


def _short(title: str) -> str:
    return title if len(title) <= MARK_MOST else f"{title[: MARK_MOST - 1].rstrip()}…"


def _incident(near: NearIncident) -> dict[str, str]:
    return {
        "when": _day(near.day),
        "heading": near.title,
        "tag_text": str(INCIDENTS[near.kind]),
        "tag_kind": "neutral",
    }


def _event(event: Happened) -> dict[str, str]:
    when = (
        _day(event.from_day) if event.until_day is None else span(event.from_day, event.until_day)
    )
    return {
        "when": f"{when} · {event.mission}",
        "heading": str(EVENTS[event.kind]),
        "text": event.words,
    }


def _day(day: date) -> str:
    return str(format_date(day, "medium"))
