"""Interviews to come where everybody has one, and taking somebody on for it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.policies.permissions import Permission
from welfare.services import interview_list
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import PHASES
from welfare.web.work import current_session

pages = Blueprint("interviews", __name__, url_prefix="/interviews")


@pages.get("/")
@requires(Permission.INTERVIEW_TAKE)
def index() -> ResponseReturnValue:
    found = interview_list.list_waiting(
        current_session(),
        actor=current_actor(),
        at=now(),
        number=request.args.get("page", 1, type=int),
    )
    before, behind = found.number - 1, found.number + 1
    return render_template(
        "interviews/index.html",
        rows=[
            {
                "name": each.name,
                "unit": each.unit,
                "phase": PHASES[each.phase],
                "day": each.day,
                "take": url_for("interviews.take", screening_id=each.screening_id),
            }
            for each in found.rows
        ],
        number=found.number,
        previous_url=url_for("interviews.index", page=before) if before else None,
        next_url=url_for("interviews.index", page=behind) if found.has_more else None,
    )


@pages.post("/<uuid:screening_id>/take")
@requires(Permission.INTERVIEW_TAKE)
def take(screening_id: UUID) -> ResponseReturnValue:
    case = interview_list.take_interview(
        current_session(), actor=current_actor(), screening_id=screening_id, at=now()
    )
    say(_("This person is in your care now. Please invite them to the interview."))
    return redirect(url_for("people.show", person_id=case.person_id))
