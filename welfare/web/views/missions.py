"""Missions for administrators: the list, one with its facts, and correcting them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.tables.places import Mission
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import missions
from welfare.web import forms, mission_words
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("missions", __name__, url_prefix="/missions")
TEXTS = ("name", "site", *mission_words.FACTS)
DAYS = ("began_on", "ended_on")


@pages.get("/")
@requires(Permission.MISSION_CHANGE)
def index() -> ResponseReturnValue:
    found = missions.list_missions(current_session(), actor=current_actor(), at=now())
    return render_template("missions/index.html", rows=[_row(each) for each in found])


@pages.get("/new")
@requires(Permission.MISSION_CHANGE)
def new() -> ResponseReturnValue:
    return _form({}, None, {})


@pages.post("/")
@requires(Permission.MISSION_CHANGE)
def add() -> ResponseReturnValue:
    try:
        mission = missions.add_mission(
            current_session(), actor=current_actor(), facts=_facts(), at=now()
        )
    except InputRefused as refused:
        return _form(dict(request.form), None, refused.problems)
    say(_("The mission is added."))
    return redirect(url_for("missions.show", mission_id=mission.id))


@pages.get("/<uuid:mission_id>")
@requires(Permission.MISSION_CHANGE)
def show(mission_id: UUID) -> ResponseReturnValue:
    mission = _mission(mission_id)
    return render_template(
        "missions/show.html", mission=mission, facts=mission_words.facts_of(mission)
    )


@pages.get("/<uuid:mission_id>/change")
@requires(Permission.MISSION_CHANGE)
def edit(mission_id: UUID) -> ResponseReturnValue:
    mission = _mission(mission_id)
    given = {name: getattr(mission, name) or "" for name in (*TEXTS, *DAYS)}
    return _form(given, mission_id, {})


@pages.post("/<uuid:mission_id>")
@requires(Permission.MISSION_CHANGE)
def change(mission_id: UUID) -> ResponseReturnValue:
    try:
        missions.change_mission(
            current_session(),
            actor=current_actor(),
            mission_id=mission_id,
            facts=_facts(),
            at=now(),
        )
    except InputRefused as refused:
        return _form(dict(request.form), mission_id, refused.problems)
    say(_("The facts are saved."))
    return redirect(url_for("missions.show", mission_id=mission_id))


def _row(view: missions.MissionView) -> list[Any]:
    mission = view.mission
    return [
        {"text": mission.name, "url": url_for("missions.show", mission_id=mission.id)},
        mission.site,
        mission_words.span(mission.began_on, mission.ended_on),
        view.deployments,
    ]


def _facts() -> missions.Facts:
    began_on, ended_on = (forms.day(request.form, name) for name in DAYS)
    texts = {name: forms.text(request.form, name) for name in TEXTS}
    return missions.Facts(**texts, began_on=began_on, ended_on=ended_on)


def _mission(mission_id: UUID) -> Mission:
    return missions.read_mission(
        current_session(), actor=current_actor(), mission_id=mission_id, at=now()
    )


def _form(
    given: dict[str, Any], mission_id: UUID | None, problems: dict[str, str]
) -> ResponseReturnValue:
    page = render_template(
        "missions/form.html",
        given=given,
        mission_id=mission_id,
        texts=mission_words.FACTS,
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
