"""Moving a screening to the record it belongs to: asked, shown whose it would be, then moved."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused
from welfare.policies.mistakes import WrongRecord
from welfare.policies.permissions import Permission
from welfare.services import right_record
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import ORIGINS, PHASES, WRONG_RECORDS, problem
from welfare.web.work import current_session

pages = Blueprint("right_record", __name__, url_prefix="/screenings")


@pages.get("/<uuid:screening_id>/move")
@requires(Permission.SCREENING_MOVE, fresh=True)
def ask(screening_id: UUID) -> ResponseReturnValue:
    return _page(screening_id, {})


@pages.post("/<uuid:screening_id>/move")
@requires(Permission.SCREENING_MOVE)
def preview(screening_id: UUID) -> ResponseReturnValue:
    """Whose record it would be in; `change` goes back to the form with what was said."""
    if request.form.get("change"):
        return _page(screening_id, {})
    try:
        found = right_record.find_right_person(
            current_session(),
            actor=current_actor(),
            screening_id=screening_id,
            service_number=forms.text(request.form, "service_number"),
            at=now(),
            **_said(),
        )
    except InputRefused as refused:
        return _page(screening_id, refused.problems)
    asked = _asked(screening_id)
    return render_template(
        "people/move_preview.html",
        asked=asked,
        phase=PHASES[asked.phase],
        found=found,
        reason=WRONG_RECORDS[WrongRecord(_said()["reason"])],
        kept=dict(_said(), service_number=found.service_number),
        confirm_url=url_for("right_record.move", screening_id=screening_id),
        change_url=url_for("right_record.preview", screening_id=screening_id),
    )


@pages.post("/<uuid:screening_id>/move/confirm")
@requires(Permission.SCREENING_MOVE, fresh=True, back="right_record.ask")
def move(screening_id: UUID) -> ResponseReturnValue:
    person_id = forms.key(request.form, "person_id")
    try:
        right_record.move_screening(
            current_session(),
            actor=current_actor(),
            screening_id=screening_id,
            person_id=person_id,
            at=now(),
            **_said(),
        )
    except InputRefused as refused:
        return _page(screening_id, refused.problems)
    say(_("It is moved to the right record. Both people are told."))
    return redirect(url_for("work_list.home"))


def _said() -> dict[str, str]:
    return {name: forms.text(request.form, name) for name in ("reason", "words")}


def _asked(screening_id: UUID) -> right_record.Asked:
    return right_record.ask_move(
        current_session(), actor=current_actor(), screening_id=screening_id, at=now()
    )


def _page(screening_id: UUID, problems: Mapping[str, str]) -> ResponseReturnValue:
    asked = _asked(screening_id)
    page = render_template(
        "people/move.html",
        asked=asked,
        phase=PHASES[asked.phase],
        origin=ORIGINS[asked.origin],
        reasons=[(each.value, WRONG_RECORDS[each]) for each in WrongRecord],
        given=request.form,
        action=url_for("right_record.preview", screening_id=screening_id),
        back_url=url_for("people.show", person_id=asked.person_id),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
