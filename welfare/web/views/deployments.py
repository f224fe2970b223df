"""Deployments for administrators: recording one, and the deployments of one person."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.tables.people import Deployment
from models.vocabulary import Capacity
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import deployment_changes, deployment_events, deployments, missions, site
from welfare.web import forms, mission_words
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("deployments", __name__, url_prefix="/deployments")
CAPACITIES = [(each.value, words) for each, words in mission_words.CAPACITIES.items()]
MOVEMENTS = [(each.value, mission_words.EVENTS[each]) for each in deployment_events.MOVEMENTS]


@pages.get("/")
@requires(Permission.DEPLOYMENT_CHANGE)
def index() -> ResponseReturnValue:
    return _index_page({})


@pages.post("/")
@requires(Permission.DEPLOYMENT_CHANGE)
def find() -> ResponseReturnValue:
    """Sent as a form, so that no service number stands in an address."""
    try:
        person_id = deployment_changes.find_person(
            current_session(),
            actor=current_actor(),
            service_number=forms.text(request.form, "service_number"),
        )
    except InputRefused as refused:
        return _index_page(refused.problems)
    return redirect(url_for("deployments.person", person_id=person_id))


@pages.get("/new")
@requires(Permission.PERSON_ADD)
def new() -> ResponseReturnValue:
    return _new_page({})


@pages.post("/new")
@requires(Permission.PERSON_ADD)
def record() -> ResponseReturnValue:
    try:
        person_id = _record()
    except InputRefused as refused:
        return _new_page(refused.problems)
    say(_("The deployment is recorded, and the dates for the questions are planned."))
    return redirect(url_for("deployments.person", person_id=person_id))


@pages.get("/people/<uuid:person_id>")
@requires(Permission.DEPLOYMENT_CHANGE)
def person(person_id: UUID) -> ResponseReturnValue:
    found = _deployed(person_id)
    return render_template(
        "deployments/person.html",
        who=found,
        rows=[
            [
                {
                    "text": mission_words.span(each.deployment.from_day, each.deployment.until_day),
                    "url": url_for("deployments.show", deployment_id=each.deployment.id),
                },
                each.mission,
                each.unit,
                mission_words.CAPACITIES[each.deployment.capacity],
                each.deployment.leave_end_day,
            ]
            for each in found.stays
        ],
    )


@pages.get("/<uuid:deployment_id>")
@requires(Permission.DEPLOYMENT_CHANGE)
def show(deployment_id: UUID) -> ResponseReturnValue:
    return _stay_page(deployment_id, {}, {})


@pages.post("/<uuid:deployment_id>")
@requires(Permission.DEPLOYMENT_CHANGE)
def change(deployment_id: UUID) -> ResponseReturnValue:
    try:
        deployment = deployment_changes.change_deployment(
            current_session(),
            actor=current_actor(),
            deployment_id=deployment_id,
            until_day=forms.day(request.form, "until"),
            leave_end_day=forms.day(request.form, "leave_end"),
            capacity=forms.text(request.form, "capacity"),
            unit_id=forms.key(request.form, "unit"),
            finding=forms.text(request.form, "finding") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        return _stay_page(deployment_id, refused.problems, {})
    say(_("The deployment is changed. The dates for the questions follow within a minute."))
    return redirect(url_for("deployments.person", person_id=deployment.person_id))


@pages.post("/<uuid:deployment_id>/movements")
@requires(Permission.DEPLOYMENT_CHANGE)
def record_movement(deployment_id: UUID) -> ResponseReturnValue:
    try:
        event = deployment_events.record_movement(
            current_session(),
            actor=current_actor(),
            deployment_id=deployment_id,
            event=deployment_events.Event(
                kind=forms.text(request.form, "kind"),
                from_day=forms.needed_day(request.form, "from"),
                until_day=forms.day(request.form, "until"),
            ),
            at=now(),
        )
    except InputRefused as refused:
        return _stay_page(deployment_id, {}, refused.problems)
    say(_("The movement is recorded."))
    return redirect(url_for("deployments.person", person_id=event.person_id))


def _record() -> UUID:
    """With another unit than the own, if one is chosen: one act, or nothing."""
    session, actor, at = current_session(), current_actor(), now()
    until_day, capacity = forms.day(request.form, "until"), _capacity()
    mission, place = _mission()
    unit_id = forms.key(request.form, "unit") if forms.text(request.form, "unit") else None
    made = deployments.record_deployment(
        session,
        actor=actor,
        service_number=forms.text(request.form, "service_number"),
        mission=mission,
        site=place,
        from_day=forms.needed_day(request.form, "from"),
        until_day=until_day,
        capacity=capacity,
        programme=current_app.config["PROGRAMME"],
        at=at,
    )
    if unit_id is not None and unit_id != made.unit_id:
        deployment_changes.change_deployment(
            session,
            actor=actor,
            deployment_id=made.id,
            until_day=until_day,
            leave_end_day=made.leave_end_day,
            capacity=capacity,
            unit_id=unit_id,
            at=at,
        )
    return made.person_id


def _mission() -> tuple[str, str]:
    """Name and place of the mission that was chosen from the list; no other is known."""
    choices = missions.mission_choices(current_session(), actor=current_actor())
    found = choices.get(forms.key(request.form, "mission"))
    if found is None:
        raise InputRefused({"mission": "choose"})
    return found


def _capacity() -> Capacity:
    try:
        return Capacity(forms.text(request.form, "capacity"))
    except ValueError:
        raise InputRefused({"capacity": "choose"}) from None


def _deployed(person_id: UUID) -> deployment_changes.Deployed:
    return deployment_changes.read_deployments(
        current_session(), actor=current_actor(), person_id=person_id, at=now()
    )


def _units() -> list[tuple[str, str]]:
    return mission_words.indented(site.list_units(current_session(), actor=current_actor()))


def _index_page(problems: dict[str, str]) -> ResponseReturnValue:
    page = render_template(
        "deployments/index.html",
        given=forms.text(request.form, "service_number"),
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _new_page(problems: dict[str, str]) -> ResponseReturnValue:
    choices = missions.mission_choices(current_session(), actor=current_actor())
    page = render_template(
        "deployments/new.html",
        missions=[(str(key), f"{name}, {place}") for key, (name, place) in choices.items()],
        capacities=CAPACITIES,
        units=_units(),
        given=dict(request.form),
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _stay_page(
    deployment_id: UUID, problems: dict[str, str], of_movement: dict[str, str]
) -> ResponseReturnValue:
    person_id = deployment_changes.owner_of(
        current_session(), actor=current_actor(), deployment_id=deployment_id
    )
    found = _deployed(person_id)
    stay = next(each for each in found.stays if each.deployment.id == deployment_id)
    units = _units()
    if str(stay.deployment.unit_id) not in dict(units):
        units = [(str(stay.deployment.unit_id), stay.unit), *units]
    page = render_template(
        "deployments/show.html",
        who=found,
        stay=stay,
        span=mission_words.span(stay.deployment.from_day, stay.deployment.until_day),
        units=units,
        capacities=CAPACITIES,
        movements=MOVEMENTS,
        given=dict(request.form) if problems else _as_kept(stay.deployment),
        moved=dict(request.form) if of_movement else {},
        problems=mission_words.problems_in_words(problems),
        movement_problems=mission_words.problems_in_words(of_movement),
        page_error=bool(problems or of_movement),
    )
    return page, 422 if problems or of_movement else 200


def _as_kept(deployment: Deployment) -> dict[str, object]:
    return {
        "until": deployment.until_day or "",
        "leave_end": deployment.leave_end_day or "",
        "capacity": deployment.capacity,
        "unit": deployment.unit_id,
        "finding": "yes" if deployment.finding else "",
    }
