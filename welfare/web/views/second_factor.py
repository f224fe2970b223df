"""The own second factors: authenticator app, passkeys, recovery codes."""

from typing import Any
from uuid import UUID

import pyotp
import segno
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused, RecordNotFound, SignInRefused
from welfare.policies.proofs import Opened
from welfare.services import passkeys, second_factors
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import signed_in, signed_in_freshly
from welfare.web.sign_in import (
    current_actor,
    current_browser,
    current_place,
    current_sign_in,
    keep_token,
)
from welfare.web.wording import problem, refusal
from welfare.web.work import current_session, glance

pages = Blueprint("second_factor", __name__, url_prefix="/second-factor")
HOME = "second_factor.show"
GROUP = 4


@pages.get("")
@signed_in
def door() -> ResponseReturnValue:
    """Where somebody is led whose role needs a second factor: to show it, or to set one up."""
    who = current_sign_in()
    if who is None or who.waiting_role is None:
        return redirect(url_for("account.home"))
    if who.owes_proof:
        return redirect(url_for("confirm.show"))
    return redirect(url_for("account.password" if who.must_change_password else HOME))


@pages.get("/mine")
@signed_in_freshly()
def show() -> ResponseReturnValue:
    return _page({}, 200)


@pages.post("/app")
@signed_in_freshly(back=HOME)
def begin_app() -> ResponseReturnValue:
    second_factors.begin_app(current_session(), **_given())
    return redirect(url_for("second_factor.app"), 303)


@pages.get("/app")
@signed_in_freshly()
def app() -> ResponseReturnValue:
    try:
        secret = second_factors.read_new_secret(
            current_session(), actor=current_actor(), browser=current_browser()
        )
    except RecordNotFound:  # it is set up already, or was never begun
        return redirect(url_for(HOME))
    return _app_page(secret, {}, 200)


@pages.post("/app/confirm")
@signed_in_freshly(back="second_factor.app")
def confirm_app() -> ResponseReturnValue:
    try:
        added = second_factors.confirm_app(
            current_session(), code=forms.text(request.form, "code"), **_given()
        )
    except (InputRefused, SignInRefused) as refused:
        with glance() as session:
            secret = second_factors.read_new_secret(
                session, actor=current_actor(), browser=current_browser()
            )
        return _app_page(secret, _problems("code", refused), 422)
    say(_("The app is set up. From now on its codes let you in."))
    return _added(added.opened, added.codes)


@pages.post("/passkey")
@signed_in_freshly(back=HOME)
def begin_passkey() -> ResponseReturnValue:
    asked = passkeys.ask_to_add(current_session(), place=current_place(), **_given())
    return render_template(
        "account/passkey.html",
        asked=asked,
        action=url_for("second_factor.add_passkey"),
        carried={},
        back_url=url_for(HOME),
        makes=True,
    )


@pages.post("/passkey/add")
@signed_in_freshly(back=HOME)
def add_passkey() -> ResponseReturnValue:
    try:
        added = passkeys.add_passkey(
            current_session(),
            place=current_place(),
            answer=passkeys.Answer(
                forms.key(request.form, "challenge"), forms.text(request.form, "credential")
            ),
            **_given(),
        )
    except InputRefused as refused:
        return _page(_problems("passkey", refused), 422)
    say(_("The passkey is set up. You can sign in with it alone."))
    return _added(added.opened, added.codes)


@pages.post("/codes")
@signed_in_freshly(back=HOME)
def renew_codes() -> ResponseReturnValue:
    try:
        codes = second_factors.renew_codes(current_session(), **_given())
    except InputRefused as refused:
        return _page(_problems("code", refused), 422)
    return render_template("account/codes.html", codes=codes)


@pages.post("/<uuid:factor_id>/remove")
@signed_in_freshly(back=HOME)
def remove(factor_id: UUID) -> ResponseReturnValue:
    try:
        second_factors.remove_factor(current_session(), factor_id=factor_id, **_given())
    except InputRefused as refused:
        return _page(_problems("factor", refused), 422)
    say(_("It has been removed."))
    return redirect(url_for(HOME), 303)


def _given() -> Any:
    return {"actor": current_actor(), "browser": current_browser(), "at": now()}


def _problems(field: str, refused: InputRefused | SignInRefused) -> dict[str, str]:
    if isinstance(refused, SignInRefused):
        return {field: refusal(refused)}
    return {name: problem(code) for name, code in refused.problems.items()}


def _added(opened: Opened, codes: list[str]) -> ResponseReturnValue:
    """New codes are shown in this answer and never again."""
    if codes:
        response = make_response(render_template("account/codes.html", codes=codes))
    else:
        response = make_response(redirect(url_for(HOME), 303))
    return keep_token(response, opened.token, known=opened.known)


def _page(problems: dict[str, str], status: int) -> ResponseReturnValue:
    with glance() as session:
        has = second_factors.list_factors(session, actor=current_actor(), at=now())
    who = current_sign_in()
    page = render_template(
        "account/factors.html",
        has=has,
        must_set_up=bool(who and who.waiting_role),
        can_have_passkeys=current_place().can_have_passkeys,
        problems=problems,
        page_error=bool(problems),
    )
    return page, status


def _app_page(secret: str, problems: dict[str, str], status: int) -> ResponseReturnValue:
    uri = pyotp.TOTP(secret).provisioning_uri(
        name=current_actor().account_id.hex[-4:], issuer_name=current_place().name
    )
    size, path = _drawn(uri)
    groups = [secret[start : start + GROUP] for start in range(0, len(secret), GROUP)]
    page = render_template(
        "account/app.html",
        size=size,
        path=path,
        secret=" ".join(groups),
        problems=problems,
        page_error=bool(problems),
    )
    return page, status


def _drawn(text: str) -> tuple[int, str]:
    """A QR code as one SVG path of single squares, and its width with a quiet edge."""
    edge = 4
    rows = segno.make(text, error="m", micro=False).matrix
    squares = [
        f"M{x + edge} {y + edge}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    ]
    return len(rows) + 2 * edge, "".join(squares)
