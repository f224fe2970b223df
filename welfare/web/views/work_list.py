"""The clinician's home: the work-list, and for a lead the alerts that nobody has seen."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import Role
from welfare.policies.actor import NOBODY
from welfare.policies.permissions import Permission
from welfare.services import alerts, work_list
from welfare.web import acuity_words, forms, list_walk, work_page
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import clock
from welfare.web.work import current_session

pages = Blueprint("work_list", __name__)


@pages.get("/work-list")
@requires(Permission.CASELOAD_READ)
def home() -> ResponseReturnValue:
    at, wanted = now(), list_walk.wanted_of(request.args)
    found = work_list.read_work_list(
        current_session(), actor=current_actor(), today=today(), at=at, sought=wanted
    )
    return render_template(
        "work_list/home.html",
        sections=work_page.sections(found, wanted, today=today(), at=at),
        columns=work_page.heads(wanted),
        plain_columns=work_page.plain_heads(),
        choices=work_page.choices(found, wanted),
        counts=work_page.counts(found),
        is_everybody=wanted.is_everybody,
        others=_others(),
    )


@pages.get("/work-list/next")
@requires(Permission.CASELOAD_READ)
def following() -> ResponseReturnValue:
    """From one person's page to the next on the same list, worked out as it stands now."""
    wanted = list_walk.wanted_of(request.args)
    found = work_list.find_next(
        current_session(),
        actor=current_actor(),
        person_id=forms.key_or_none(request.args, "person") or NOBODY,
        stood_at=list_walk.place_of(request.args) or 0,
        today=today(),
        at=now(),
        sought=wanted,
    )
    query: dict[str, Any] = list_walk.query_of(wanted)
    if found is None:
        say(_("That was the last person on this list."))
        return redirect(url_for("work_list.home", **query))
    person_id, place = found
    return redirect(url_for("people.show", person_id=person_id, place=place, **query))


def _others() -> list[dict[str, Any]]:
    """For a lead: alerts that nobody has seen."""
    actor, at = current_actor(), now()
    if actor.role is not Role.CLINIC_LEAD:
        return []
    return [
        {
            "name": each.name,
            "clock": clock(each.alert.due_at, at) if each.alert.due_at else "",
            "said": acuity_words.said(each.acuity),
            "is_owned": each.alert.owner_id is not None,
            "action": url_for("people.acknowledge", alert_id=each.alert.id),
        }
        for each in alerts.list_unseen(current_session(), actor=actor, at=at)
    ]
