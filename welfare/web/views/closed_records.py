"""Closing one record to being opened in an emergency, and lifting that again."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import ShutReason
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import closed_records
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.oversight_words import SHUT_REASONS
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("closed_records", __name__, url_prefix="/emergency/closed")


@pages.get("/<uuid:person_id>")
@requires(Permission.RECORD_SHUT)
def show(person_id: UUID) -> ResponseReturnValue:
    return _page(person_id, {})


@pages.post("/<uuid:person_id>")
@requires(Permission.RECORD_SHUT)
def close(person_id: UUID) -> ResponseReturnValue:
    try:
        closed_records.close_record(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            reason=forms.text(request.form, "reason"),
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(person_id, refused.problems)
    say(_("Nobody can open this record in an emergency any more."))
    return redirect(url_for("closed_records.show", person_id=person_id))


@pages.post("/<uuid:person_id>/lift")
@requires(Permission.RECORD_SHUT)
def lift(person_id: UUID) -> ResponseReturnValue:
    try:
        closed_records.lift_closing(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(person_id, refused.problems)
    say(_("This record can be opened in an emergency again."))
    return redirect(url_for("closed_records.show", person_id=person_id))


def _page(person_id: UUID, problems: Mapping[str, str]) -> ResponseReturnValue:
    marked = closed_records.read_mark(
        current_session(), actor=current_actor(), person_id=person_id, at=now()
    )
    back = url_for("people.show", person_id=person_id) if marked.may_read else None
    page = render_template(
        "emergency/closed.html",
        marked=marked,
        reason=SHUT_REASONS[marked.reason] if marked.reason else "",
        reasons=[(each.value, SHUT_REASONS[each]) for each in ShutReason],
        given=request.form,
        back_url=back or url_for("emergency.index"),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
