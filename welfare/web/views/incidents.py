"""Incidents for clinic leads and welfare officers: shown first with a count, then recorded."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import ChangedMeanwhile, InputRefused
from welfare.policies.exposed import Who
from welfare.policies.permissions import Permission
from welfare.services import incidents, missions
from welfare.web import forms, mission_words
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("incidents", __name__, url_prefix="/incidents")
REPORT = ("unit", "mission", "day", "kind", "title")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the page that asks for a yes carries on to the form that records."""

    fields: dict[str, str]
    units: list[str]


@pages.get("/")
@requires(Permission.INCIDENT_RECORD)
def index() -> ResponseReturnValue:
    found = incidents.list_incidents(current_session(), actor=current_actor(), at=now())
    return render_template("incidents/index.html", rows=[_row(each) for each in found])


@pages.get("/new")
@requires(Permission.INCIDENT_RECORD)
def new() -> ResponseReturnValue:
    return _new_page({})


@pages.post("/check")
@requires(Permission.INCIDENT_RECORD)
def check() -> ResponseReturnValue:
    """How many people it is, before anything is saved."""
    try:
        return _check_page()
    except InputRefused as refused:
        return _new_page(refused.problems)


@pages.post("/")
@requires(Permission.INCIDENT_RECORD)
def record() -> ResponseReturnValue:
    try:
        incident = incidents.record_incident(
            current_session(),
            actor=current_actor(),
            report=_report(),
            who=_who(),
            counted=forms.number(request.form, "counted") or 0,
            programme=current_app.config["PROGRAMME"],
            at=now(),
        )
    except InputRefused as refused:
        return _new_page(refused.problems)
    except ChangedMeanwhile:
        return _check_page(), 409
    say(_("The incident is recorded. Those who were there are asked from now on."))
    return redirect(url_for("incidents.show", incident_id=incident.id))


@pages.get("/<uuid:incident_id>")
@requires(Permission.INCIDENT_RECORD)
def show(incident_id: UUID) -> ResponseReturnValue:
    return _incident_page(incident_id, {})


@pages.post("/<uuid:incident_id>/check")
@requires(Permission.INCIDENT_RECORD)
def check_more(incident_id: UUID) -> ResponseReturnValue:
    try:
        return _check_more_page(incident_id)
    except InputRefused as refused:
        return _incident_page(incident_id, refused.problems)


@pages.post("/<uuid:incident_id>/people")
@requires(Permission.INCIDENT_RECORD)
def add_people(incident_id: UUID) -> ResponseReturnValue:
    try:
        incidents.add_exposed(
            current_session(),
            actor=current_actor(),
            incident_id=incident_id,
            who=_who(),
            counted=forms.number(request.form, "counted") or 0,
            at=now(),
        )
    except InputRefused as refused:
        return _incident_page(incident_id, refused.problems)
    except ChangedMeanwhile:
        return _check_more_page(incident_id), 409
    say(_("They are added."))
    return redirect(url_for("incidents.show", incident_id=incident_id))


def _report() -> incidents.Report:
    has_mission = bool(forms.text(request.form, "mission"))
    return incidents.Report(
        unit_id=forms.key(request.form, "unit"),
        day=forms.needed_day(request.form, "day"),
        kind=forms.text(request.form, "kind"),
        title=forms.text(request.form, "title"),
        mission_id=forms.key(request.form, "mission") if has_mission else None,
    )


def _who() -> Who:
    """The numbers are not cut short: too many of them are refused."""
    try:
        units = {UUID(each) for each in request.form.getlist("units")}
    except ValueError:
        raise InputRefused({"units": "choose"}) from None
    return Who(units, request.form.get("numbers", "").replace("\x00", ""))


def _kept(*names: str) -> _Kept:
    fields = {name: forms.text(request.form, name) for name in names}
    fields["numbers"] = _who().numbers
    return _Kept(fields, request.form.getlist("units"))


def _row(view: incidents.IncidentView) -> list[Any]:
    incident = view.incident
    return [
        {"text": incident.title, "url": url_for("incidents.show", incident_id=incident.id)},
        incident.day,
        incident.unit.name,
        mission_words.INCIDENTS[incident.kind],
        view.people,
    ]


def _new_page(problems: dict[str, str]) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    choices = missions.mission_choices(session, actor=actor)
    page = render_template(
        "incidents/new.html",
        units=mission_words.indented(incidents.unit_choices(session, actor=actor)),
        missions=[(str(key), f"{name}, {place}") for key, (name, place) in choices.items()],
        kinds=[(each.value, words) for each, words in mission_words.INCIDENTS.items()],
        given=dict(request.form),
        chosen=request.form.getlist("units"),
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _check_page() -> str:
    report = _report()
    found = incidents.look_over(
        current_session(),
        actor=current_actor(),
        report=report,
        who=_who(),
        programme=current_app.config["PROGRAMME"],
        at=now(),
    )
    return _yes_page(found, _kept(*REPORT), url_for("incidents.record"), report.title, report.day)


def _check_more_page(incident_id: UUID) -> str:
    session, actor, at = current_session(), current_actor(), now()
    view = incidents.read_incident(session, actor=actor, incident_id=incident_id, at=at)
    found = incidents.look_over_more(
        session, actor=actor, incident_id=incident_id, who=_who(), at=at
    )
    action = url_for("incidents.add_people", incident_id=incident_id)
    return _yes_page(found, _kept(), action, view.incident.title, view.incident.day)


def _yes_page(found: incidents.LookedOver, kept: _Kept, action: str, title: str, day: Any) -> str:
    return render_template(
        "incidents/check.html", found=found, kept=kept, action=action, title=title, day=day
    )


def _incident_page(incident_id: UUID, problems: dict[str, str]) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    view = incidents.read_incident(session, actor=actor, incident_id=incident_id, at=now())
    page = render_template(
        "incidents/show.html",
        view=view,
        kind=mission_words.INCIDENTS[view.incident.kind],
        units=mission_words.indented(incidents.unit_choices(session, actor=actor)),
        given=request.form.get("numbers", "") if problems else "",
        chosen=request.form.getlist("units"),
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
