"""Is it still the owner? Asked at the second step of signing in, and before a risky step."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from welfare.errors import InputRefused, SignInRefused
from welfare.policies.factors import needs_proof
from welfare.policies.proofs import Opened
from welfare.services import passkeys, second_factors
from welfare.services import sign_in as doors
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.guard import carried, signed_in, way_back
from welfare.web.sign_in import (
    current_actor,
    current_browser,
    current_place,
    current_sign_in,
    keep_token,
)
from welfare.web.wording import problem, refusal
from welfare.web.work import current_session, glance

pages = Blueprint("confirm", __name__, url_prefix="/confirm")


@pages.get("")
@signed_in
def show() -> ResponseReturnValue:
    return _page({}, 200)


@pages.post("/password")
@signed_in
def by_password() -> ResponseReturnValue:
    given = _given()
    try:
        with glance() as session:
            checked = doors.check_own_password(
                session, password=request.form.get("password", "")[: forms.LONGEST], **given
            )
        token = doors.confirm_password(current_session(), checked=checked, **given)
    except (InputRefused, SignInRefused) as refused:
        return _refused("password", refused)
    return _go_on(Opened(token))


@pages.post("/code")
@signed_in
def by_code() -> ResponseReturnValue:
    try:
        opened = second_factors.prove_by_code(
            current_session(), code=forms.text(request.form, "code"), **_given()
        )
    except (InputRefused, SignInRefused) as refused:
        return _refused("code", refused)
    return _go_on(opened)


@pages.post("/passkey")
@signed_in
def ask_passkey() -> ResponseReturnValue:
    asked = passkeys.ask_for_proof(current_session(), place=current_place(), **_given())
    return render_template(
        "account/passkey.html",
        asked=asked,
        action=url_for("confirm.by_passkey"),
        carried=_carried(),
        back_url=url_for("confirm.show", **_carried()),
        makes=False,
    )


@pages.post("/passkey/check")
@signed_in
def by_passkey() -> ResponseReturnValue:
    try:
        opened = passkeys.prove_by_passkey(
            current_session(),
            place=current_place(),
            answer=passkeys.Answer(
                forms.key(request.form, "challenge"), forms.text(request.form, "credential")
            ),
            **_given(),
        )
    except InputRefused as refused:
        return _refused("passkey", refused)
    return _go_on(opened)


def _given() -> Any:
    return {"actor": current_actor(), "browser": current_browser(), "at": now()}


def _go_on(opened: Opened) -> ResponseReturnValue:
    response = make_response(redirect(way_back(_carried()), 303))
    return keep_token(response, opened.token, known=opened.known)


def _carried() -> Any:
    """Where to go on: carried in the address, then in the form."""
    asked = {**request.args.to_dict(), **request.form.to_dict()}
    return carried(asked)


def _refused(field: str, refused: InputRefused | SignInRefused) -> ResponseReturnValue:
    if isinstance(refused, SignInRefused):
        return _page({field: refusal(refused)}, 422)
    return _page({name: problem(code) for name, code in refused.problems.items()}, 422)


def _page(problems: dict[str, str], status: int) -> ResponseReturnValue:
    who = current_sign_in()
    has = second_factors.list_factors(current_session(), actor=current_actor(), at=now())
    page = render_template(
        "account/confirm.html",
        carried=_carried(),
        is_second_step=bool(who and who.waiting_role),
        reads_others=bool(who and needs_proof(who.waiting_role)),
        may_password=not (who and who.owes_proof),
        has_code=bool(has.apps or has.codes_left),
        has_passkey=bool(has.passkeys) and current_place().can_have_passkeys,
        problems=problems,
        page_error=bool(problems),
    )
    return page, status
