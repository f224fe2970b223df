"""Coming in with a passkey alone: no name, no password."""

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import SignInRefused
from welfare.services import passkeys
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.guard import public
from welfare.web.sign_in import current_browser, current_place, keep_token
from welfare.web.work import current_session

pages = Blueprint("passkey", __name__, url_prefix="/sign-in/passkey")


@pages.post("")
@public
def ask() -> ResponseReturnValue:
    asked = passkeys.ask_for_sign_in(
        current_session(), place=current_place(), binding=_binding(), at=now()
    )
    return render_template(
        "account/passkey.html",
        asked=asked,
        action=url_for("passkey.open_session"),
        carried={},
        back_url=url_for("account.sign_in"),
        makes=False,
    )


@pages.post("/open")
@public
def open_session() -> ResponseReturnValue:
    try:
        opened = passkeys.sign_in_with_passkey(
            current_session(),
            place=current_place(),
            binding=_binding(),
            answer=passkeys.Answer(
                forms.key(request.form, "challenge"), forms.text(request.form, "credential")
            ),
            browser=current_browser(),
            at=now(),
        )
    except SignInRefused:
        flash(str(_("The passkey was not accepted. You can use your password.")), "attention")
        return redirect(url_for("account.sign_in"), 303)
    response = make_response(redirect(url_for("account.home"), 303))
    return keep_token(response, opened.token, known=opened.known)


def _binding() -> bytes:
    """The form token's own secret, which lies in a cookie of this browser."""
    return str(session.get("csrf_token", "")).encode()
