"""My caseload, those of the own units for a lead, and handing a whole one over."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import caseloads
from welfare.web import case_page, forms
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("caseloads", __name__, url_prefix="/caseload")


@pages.get("/")
@requires(Permission.CASELOAD_READ)
def home() -> ResponseReturnValue:
    actor = current_actor()
    own = caseloads.read_caseload(current_session(), actor=actor, today=today(), at=now())
    sizes = caseloads.list_caseloads(current_session(), actor=actor, today=today())
    return render_template(
        "cases/caseload.html",
        people=own.people,
        held=case_page.rows(own.held),
        shared=case_page.rows(own.shared),
        ended=case_page.rows(own.ended),
        hand_over_url=_hand_over_url(actor.account_id) if own.people else None,
        is_lead=access.may_ever(actor, Permission.SERVICE_READ),
        sizes=[_size(each) for each in sizes],
    )


@pages.get("/<uuid:account_id>")
@requires(Permission.CASE_HAND_OVER)
def ask(account_id: UUID) -> ResponseReturnValue:
    return _form(account_id, {})


@pages.post("/<uuid:account_id>")
@requires(Permission.CASE_HAND_OVER)
def hand_over(account_id: UUID) -> ResponseReturnValue:
    try:
        done = caseloads.hand_over_caseload(
            current_session(),
            actor=current_actor(),
            account_id=account_id,
            colleague_id=_colleague(),
            even_so=forms.text(request.form, "even_so") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        names = {"colleague": "successor"}
        problems = {names.get(name, name): problem(code) for name, code in refused.problems.items()}
        return _form(account_id, problems), 422
    _say_done(done)
    return redirect(url_for("caseloads.home"))


def _colleague() -> UUID:
    try:
        return forms.key(request.form, "successor")
    except InputRefused:
        raise InputRefused({"colleague": "choose"}) from None


def _say_done(done: caseloads.HandedOver) -> None:
    say(ngettext("%(num)s person was handed over.", "%(num)s people were handed over.", done.given))
    if done.kept:
        say(
            ngettext(
                "%(num)s person stays: this colleague cannot take them.",
                "%(num)s people stay: this colleague cannot take them.",
                done.kept,
            ),
            "attention",
        )


def _hand_over_url(account_id: UUID) -> str:
    return url_for("caseloads.ask", account_id=account_id)


def _size(each: caseloads.Size) -> list[Any]:
    return [
        each.name,
        each.people,
        each.held,
        {"text": _("Hand over"), "url": _hand_over_url(each.account_id)},
    ]


def _form(account_id: UUID, problems: dict[str, str]) -> str:
    asked = caseloads.ask_hand_over(
        current_session(), actor=current_actor(), account_id=account_id, today=today()
    )
    return render_template(
        "cases/hand_over.html",
        asked=asked,
        is_own=account_id == current_actor().account_id,
        colleagues=case_page.chosen_from(asked.colleagues),
        given=dict(request.form),
        problems=problems,
        page_error=bool(problems),
    )
