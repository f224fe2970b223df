"""Typing in a form that came back, twice, and settling in what the two keyings differ."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from welfare.errors import AnswersRefused, InputRefused
from welfare.policies.paper_keeping import Outcome
from welfare.policies.permissions import Permission
from welfare.services import paper_keying
from welfare.services.paper_keying import Came, Keying, Step
from welfare.web import forms, paper_page, zones
from welfare.web.check_words import check_name
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import named, problem
from welfare.web.work import current_session

pages = Blueprint("paper_keying", __name__, url_prefix="/paper/forms")

CAME: Mapping[Outcome, LazyString] = {
    Outcome.ONCE_MORE: _("The first entry is kept. Now the form is typed in once more."),
    Outcome.DIFFERENT: _("The two entries differ. Please look at the paper."),
    Outcome.KEPT: _("The answers on this form are kept."),
    Outcome.SAME: _("These very answers were here already. Nothing has been changed."),
    Outcome.BOTH_KEPT: _("Other answers were sent for the same check. Both are kept."),
    Outcome.OVER: _("This form was finished before. Nothing has been changed."),
}
TOLD = _("One of the answers needs somebody soon. An alert has been raised.")


@pages.get("/<uuid:form_id>/key")
@requires(Permission.PAPER_KEY)
def show(form_id: UUID) -> ResponseReturnValue:
    keying = _keying(form_id)
    if keying.step is Step.SETTLE:
        return redirect(url_for("paper_keying.differences", form_id=form_id))
    return _key_page(keying, {})


@pages.post("/<uuid:form_id>/key")
@requires(Permission.PAPER_KEY)
def key_in(form_id: UUID) -> ResponseReturnValue:
    try:
        came = paper_keying.key_in(
            current_session(),
            actor=current_actor(),
            form_id=form_id,
            turn=forms.number(request.form, "turn"),
            day=forms.needed_day(request.form, "day"),
            hour=forms.hour(request.form, "hour"),
            answers=forms.keyed_answers(request.form, _codes()),
            at=now(),
        )
    except (AnswersRefused, InputRefused) as refused:
        return _key_page(_keying(form_id), refused.problems)
    return _go_on(came)


@pages.get("/<uuid:form_id>/settle")
@requires(Permission.PAPER_KEY)
def differences(form_id: UUID) -> ResponseReturnValue:
    keying = _keying(form_id)
    if keying.step is not Step.SETTLE:
        return redirect(url_for("paper_keying.show", form_id=form_id))
    return _settle_page(keying, {})


@pages.post("/<uuid:form_id>/settle")
@requires(Permission.PAPER_KEY)
def settle(form_id: UUID) -> ResponseReturnValue:
    try:
        came = paper_keying.settle(
            current_session(),
            actor=current_actor(),
            form_id=form_id,
            day=forms.day(request.form, "day"),
            hour=forms.hour(request.form, "hour"),
            answers=forms.keyed_answers(request.form, _codes()),
            at=now(),
        )
    except (AnswersRefused, InputRefused) as refused:
        return _settle_page(_keying(form_id), refused.problems)
    return _go_on(came)


def _go_on(came: Came) -> ResponseReturnValue:
    """To the second entry, to the differences, or back to the next form."""
    say(str(CAME[came.outcome]))
    if came.is_told:
        say(str(TOLD))
    if came.outcome in (Outcome.ONCE_MORE, Outcome.DIFFERENT):
        return redirect(url_for("paper_keying.show", form_id=came.form_id))
    return redirect(url_for("paper.index"))


def _keying(form_id: UUID) -> Keying:
    return paper_keying.show_form(
        current_session(), actor=current_actor(), form_id=form_id, at=now()
    )


def _codes() -> list[str]:
    """The questionnaires that a form's fields name; whether it asks them is judged by the form."""
    return paper_page.known_codes(name.rpartition(".")[0] for name in request.form)


def _key_page(keying: Keying, problems: Mapping[str, str]) -> ResponseReturnValue:
    shown = {field: problem(code) for field, code in problems.items()}
    page = render_template(
        "paper/key.html",
        **_frame(keying, shown),
        turn=1 if keying.step is Step.FIRST else 2,
        is_own_first=keying.is_own_first,
        parts=paper_page.key_parts(keying.parts, _given(), shown),
        action=url_for("paper_keying.key_in", form_id=keying.form.id),
    )
    return page, 422 if problems else 200


def _settle_page(keying: Keying, problems: Mapping[str, str]) -> ResponseReturnValue:
    shown = {field: problem(code) for field, code in problems.items()}
    page = render_template(
        "paper/settle.html",
        **_frame(keying, shown),
        times=paper_page.settle_times(keying),
        parts=paper_page.settle_parts(keying, _given(), shown),
        action=url_for("paper_keying.settle", form_id=keying.form.id),
    )
    return page, 422 if problems else 200


def _frame(keying: Keying, shown: Mapping[str, str]) -> dict[str, Any]:
    """What both pages say of the form: never whose it is."""
    return {
        "number": keying.form.number,
        "printed_at": keying.form.printed_at,
        "name": check_name(keying.window),
        "is_answered": keying.is_answered,
        "today": zones.local_day(now(), keying.zone).isoformat(),
        "paper_zone": zones.zone_name(keying.zone),
        "day": forms.text(request.form, "day"),
        "hour": forms.text(request.form, "hour"),
        "problems": shown,
        "errors": named(paper_page.by_field(shown)),
        "page_error": bool(shown),
    }


def _given() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if "." in name}
