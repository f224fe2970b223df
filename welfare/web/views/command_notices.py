"""Telling command the least that is needed: chosen, read word for word, then recorded."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import command_notices
from welfare.web import forms, oversight_form
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.languages import direction
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("command_notices", __name__, url_prefix="/people")


@pages.get("/<uuid:person_id>/tell-command")
@requires(Permission.COMMAND_TELL, fresh=True)
def form(person_id: UUID) -> ResponseReturnValue:
    return _form_page(person_id, {})


@pages.post("/<uuid:person_id>/tell-command")
@requires(Permission.COMMAND_TELL, fresh=True, back="command_notices.form")
def preview(person_id: UUID) -> ResponseReturnValue:
    if "change" in request.form:
        return _form_page(person_id, {})
    speech = oversight_form.speech()
    try:
        draft = command_notices.preview(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            told=oversight_form.told(),
            speech=speech,
            delay=oversight_form.wish(),
            at=now(),
        )
    except InputRefused as refused:
        return _form_page(person_id, refused.problems)
    return render_template(
        "emergency/preview.html",
        draft=draft,
        language=speech.language,
        direction_told=direction(speech.language),
        to=forms.text(request.form, "to"),
        channel=dict(oversight_form.choices()["channels"])[forms.text(request.form, "channel")],
        is_delayed=oversight_form.wish() is not None,
        kept=oversight_form.kept(),
        asked=request.form.getlist("asks"),
        notice_id=new_key(),
        confirm_url=url_for("command_notices.confirm", person_id=person_id),
        change_url=url_for("command_notices.preview", person_id=person_id),
    )


@pages.post("/<uuid:person_id>/tell-command/confirm")
@requires(Permission.COMMAND_TELL, fresh=True, back="command_notices.form")
def confirm(person_id: UUID) -> ResponseReturnValue:
    try:
        command_notices.tell(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            notice_id=forms.key(request.form, "notice_id"),
            told=oversight_form.told(),
            speech=oversight_form.speech(),
            delay=oversight_form.wish(),
            at=now(),
        )
    except InputRefused as refused:
        return _form_page(person_id, refused.problems)
    say(_("It is recorded. The person reads the same words on their own page."))
    return redirect(url_for("people.show", person_id=person_id))


def _form_page(person_id: UUID, problems: Mapping[str, str]) -> ResponseReturnValue:
    draft = command_notices.read_form(
        current_session(), actor=current_actor(), person_id=person_id, at=now()
    )
    choices = oversight_form.choices()
    if not draft.may_decide_other:
        choices["grounds"] = [each for each in choices["grounds"] if each[0] != "other"]
    page = render_template(
        "emergency/command.html",
        draft=draft,
        given=request.form,
        given_asks=request.form.getlist("asks"),
        action=url_for("command_notices.preview", person_id=person_id),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
        **choices,
    )
    return page, 422 if problems else 200
