"""Is it still the owner? Asked at the second step of signing in, and before a risky step."""

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from welfare.errors import InputRefused, SignInRefused
from welfare.policies.factors import needs_proof
from welfare.policies.proofs import Opened
from welfare.services import passkeys, second_factors
from welfare.services import sign_in as doors
from welfare.web import forms, kept_form
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


@pages.post("")
@signed_in
def hold() -> ResponseReturnValue:
    """The same with a form that goes round with it: from the form itself, or from a passkey."""
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
        carried=_carried() | _held(),
        back_url=url_for("confirm.show", **_carried()),
        again_url=url_for("confirm.hold") if _held() else None,
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
    """To the page that was asked for; or first to the form that went round, to be sent again."""
    back_url = way_back(_carried())
    form = kept_form.opened(_held().get(kept_form.FIELD, ""), current_actor().account_id, at=now())
    answer = (
        redirect(back_url, 303)
        if form is None
        else render_template("account/go_on.html", form=form, back_url=back_url)
    )
    return keep_token(make_response(answer), opened.token, known=opened.known)


def _asked() -> dict[str, str]:
    """Of the guard, who holds a form; else of the address, then of the form."""
    found: dict[str, str] = g.get("held") or {**request.args, **request.form}
    return found


def _carried() -> Any:
    """Where to go on."""
    return carried(_asked())


def _held() -> dict[str, str]:
    """A form that goes round, in fields only: it is never part of an address."""
    asked = g.get("held") or request.form
    return {kept_form.FIELD: asked[kept_form.FIELD]} if asked.get(kept_form.FIELD) else {}


def _refused(field: str, refused: InputRefused | SignInRefused) -> ResponseReturnValue:
    if isinstance(refused, SignInRefused):
        return _page({field: refusal(refused)}, 422)
    return _page({name: problem(code) for name, code in refused.problems.items()}, 422)


def _page(problems: dict[str, str], status: int) -> ResponseReturnValue:
    who = current_sign_in()
    has = second_factors.list_factors(current_session(), actor=current_actor(), at=now())
    page = render_template(
        "account/confirm.html",
        carried=_carried() | _held(),
        is_second_step=bool(who and who.waiting_role),
        reads_others=bool(who and needs_proof(who.waiting_role)),
        may_password=not (who and who.owes_proof),
        has_code=bool(has.apps or has.codes_left),
        has_passkey=bool(has.passkeys) and current_place().can_have_passkeys,
        is_held=bool(_held()),
        problems=problems,
        page_error=bool(problems),
    )
    return page, status
