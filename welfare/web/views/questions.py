"""Questions about readers: asked by the person, replied to by who oversees."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies.permissions import Permission
from welfare.policies.reading_log import Reading
from welfare.services import entry_questions, own_record
from welfare.web import forms
from welfare.web.act_words import ACTS, READINGS
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.oversight_words import role, why
from welfare.web.sign_in import current_actor
from welfare.web.wording import clock, problem
from welfare.web.work import current_session

pages = Blueprint("questions", __name__)


@pages.get("/me/readers/<uuid:entry_id>")
@requires(Permission.QUESTION_ASK)
def ask(entry_id: UUID) -> ResponseReturnValue:
    return _ask_page(_reading(entry_id), {})


@pages.post("/me/readers/<uuid:entry_id>")
@requires(Permission.QUESTION_ASK)
def send(entry_id: UUID) -> ResponseReturnValue:
    reading = _reading(entry_id)
    try:
        entry_questions.ask_question(
            current_session(),
            actor=current_actor(),
            reading=reading,
            question_id=forms.key(request.form, "question_id"),
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _ask_page(reading, refused.problems)
    say(_("Your question is sent. You find the reply here within 30 days."))
    return redirect(url_for("own_record.readers"))


@pages.get("/questions")
@requires(Permission.QUESTION_REPLY)
def index() -> ResponseReturnValue:
    return _list_page(None, {})


@pages.post("/questions/<uuid:question_id>")
@requires(Permission.QUESTION_REPLY)
def reply(question_id: UUID) -> ResponseReturnValue:
    try:
        entry_questions.reply(
            current_session(),
            actor=current_actor(),
            question_id=question_id,
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _list_page(question_id, refused.problems)
    say(_("Your reply is sent."))
    return redirect(url_for("questions.index"))


def _reading(entry_id: UUID) -> Reading:
    """The line of the own list with this id. Raises RecordNotFound."""
    found = own_record.list_readers(current_session(), actor=current_actor(), at=now())
    reading = next((each for each in found if each.id == entry_id), None)
    if reading is None:
        raise RecordNotFound("no such line")
    return reading


def _ask_page(reading: Reading, problems: Mapping[str, str]) -> ResponseReturnValue:
    if reading.question is not None and not problems:
        return redirect(url_for("own_record.readers"))
    page = render_template(
        "own_record/question.html",
        reading=reading,
        role=role(reading.role),
        act=READINGS[reading.act],
        why=why(reading),
        question_id=forms.key_or_none(request.form, "question_id") or new_key(),
        given=request.form,
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _list_page(refused_id: UUID | None, problems: Mapping[str, str]) -> ResponseReturnValue:
    found = entry_questions.list_questions(current_session(), actor=current_actor(), at=now())
    page = render_template(
        "oversight/questions.html",
        questions=[_shown(each, refused_id, problems) for each in found],
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _shown(
    each: entry_questions.ToReply, refused_id: UUID | None, problems: Mapping[str, str]
) -> dict[str, Any]:
    """What was done in the coarse words that an auditor reads: nothing of care."""
    is_refused = each.id == refused_id
    return {
        "seen": each,
        "role": role(each.role),
        "act": ACTS[each.act.partition(".")[0]],
        "clock": clock(each.due_at, now()),
        "is_late": each.due_at <= now(),
        "action": url_for("questions.reply", question_id=each.id),
        "problems": {field: problem(code) for field, code in problems.items()}
        if is_refused
        else {},
        "given": request.form if is_refused else {},
    }
