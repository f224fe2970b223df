"""Events of a deployment, recorded by the clinician who cares for the person."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import deployment_events
from welfare.web import forms, mission_words
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("deployment_events", __name__, url_prefix="/people/<uuid:person_id>/events")


@pages.get("/new")
@requires(Permission.DEPLOYMENT_EVENT_RECORD)
def new(person_id: UUID) -> ResponseReturnValue:
    return _form(person_id, {})


@pages.post("/new")
@requires(Permission.DEPLOYMENT_EVENT_RECORD)
def record(person_id: UUID) -> ResponseReturnValue:
    try:
        deployment_events.record_event(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            deployment_id=forms.key(request.form, "deployment"),
            event=deployment_events.Event(
                kind=forms.text(request.form, "kind"),
                from_day=forms.needed_day(request.form, "from"),
                until_day=forms.day(request.form, "until"),
                words=forms.text(request.form, "words"),
            ),
            at=now(),
        )
    except InputRefused as refused:
        return _form(person_id, refused.problems)
    say(_("The event is recorded."))
    return redirect(url_for("people.show", person_id=person_id))


def _form(person_id: UUID, problems: dict[str, str]) -> ResponseReturnValue:
    found = deployment_events.read_form(
        current_session(), actor=current_actor(), person_id=person_id, at=now()
    )
    page = render_template(
        "people/event.html",
        found=found,
        stays=[
            (
                str(each.deployment_id),
                f"{each.mission}, {mission_words.span(each.from_day, each.until_day)}",
            )
            for each in found.stays
        ],
        kinds=[(each.value, words) for each, words in mission_words.EVENTS.items()],
        given=dict(request.form),
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
