"""Striking out a screening that is not what its person answered: asked first, then for good."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused
from welfare.policies.mistakes import MistakeReason
from welfare.policies.permissions import Permission
from welfare.services import entered_in_error
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import MISTAKES, ORIGINS, PHASES, problem
from welfare.web.work import current_session

pages = Blueprint("entered_in_error", __name__, url_prefix="/screenings")


@pages.get("/<uuid:screening_id>/in-error")
@requires(Permission.SCREENING_STRIKE)
def ask(screening_id: UUID) -> ResponseReturnValue:
    return _page(screening_id, {})


@pages.post("/<uuid:screening_id>/in-error")
@requires(Permission.SCREENING_STRIKE)
def mark(screening_id: UUID) -> ResponseReturnValue:
    try:
        person_id = entered_in_error.mark(
            current_session(),
            actor=current_actor(),
            screening_id=screening_id,
            reason=forms.text(request.form, "reason"),
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(screening_id, refused.problems)
    say(_("It is marked as entered in error. It stays to be seen and does not count."))
    return redirect(url_for("people.show", person_id=person_id))


def _page(screening_id: UUID, problems: dict[str, str]) -> ResponseReturnValue:
    asked = entered_in_error.ask(
        current_session(), actor=current_actor(), screening_id=screening_id, at=now()
    )
    page = render_template(
        "people/in_error.html",
        asked=asked,
        phase=PHASES[asked.phase],
        origin=ORIGINS[asked.origin],
        reasons=[(each.value, MISTAKES[each]) for each in MistakeReason],
        given=request.form,
        action=url_for("entered_in_error.mark", screening_id=screening_id),
        back_url=url_for("people.show", person_id=asked.person_id),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
