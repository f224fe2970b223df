"""From a cookie to an Actor. The session lives in our table; Flask-Login is only its face."""

from datetime import timedelta
from functools import partial
from typing import cast

from flask import Flask, Response, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user

from models import trail
from models.session import Database, transaction
from models.vocabulary import Act, Decision
from welfare.policies.actor import Actor
from welfare.policies.browser import Browser
from welfare.policies.known_devices import KEPT
from welfare.policies.passkey_checks import Place
from welfare.services import sessions
from welfare.web.clock import now
from welfare.web.work import current_request_id, current_session

BARE_NAME = "welfare"
KNOWN_NAME = "welfare-device"
SEEN_EVERY = timedelta(minutes=1)
# Coarse on purpose: enough to know one's own phone again. The first that fits is taken.
PROGRAMS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


class SignedInUser(UserMixin):  # type: ignore[misc]
    """What Flask-Login passes around; all of it comes from our own session row."""

    def __init__(self, signed_in: sessions.SignedIn) -> None:
        self.id = str(signed_in.actor.account_id)
        self.signed_in = signed_in


def current_actor() -> Actor:
    return cast(Actor, current_user.signed_in.actor)


def current_sign_in() -> sessions.SignedIn | None:
    """Who is signed in, or None on public pages."""
    return current_user.signed_in if current_user.is_authenticated else None


def current_token() -> str:
    return request.cookies.get(_cookie_name(BARE_NAME), "")


def current_browser() -> Browser:
    return Browser(
        network=request.remote_addr or "",
        token=current_token(),
        known=request.cookies.get(_cookie_name(KNOWN_NAME), ""),
        kind=_kind_of(request.headers.get("User-Agent", "")),
    )


def current_place() -> Place:
    """The site as passkeys know it."""
    return cast(Place, current_app.config["PLACE"])


def keep_token(response: Response, token: str, *, known: str = "") -> Response:
    """Give the browser a session token, for as long as the browser stays open.

    `known` stays for half a year: it opens nothing, but an attack from elsewhere cannot lock
    this browser out.
    """
    _set(response, BARE_NAME, token)
    if known:
        _set(response, KNOWN_NAME, known, max_age=KEPT)
    return response


def forget_token(response: Response) -> Response:
    response.delete_cookie(
        _cookie_name(BARE_NAME),
        path="/",
        secure=not current_app.config["PLAIN_HTTP"],
        httponly=True,
    )
    return response


def init_app(app: Flask, database: Database) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # there is no Flask-Login session to protect

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_request: object) -> SignedInUser | None:
        token = current_token()
        if not token or "request_id" not in g or "is_private" in g or "is_broken" in g:
            return None
        signed_in = sessions.find_session(
            current_session(), token=token, request_id=current_request_id(), at=now()
        )
        return SignedInUser(signed_in) if signed_in else None

    app.after_request(partial(_note_refusal, database))
    app.after_request(partial(_note_seen, database))


def _note_refusal(database: Database, response: Response) -> Response:
    """Somebody asked for a record that is not there, or not for them."""
    user = g.get("_login_user")
    if "was_refused" in g and isinstance(user, SignedInUser):
        with transaction(database) as session:
            trail.record(
                session,
                by=user.signed_in.actor,
                act=Act.RECORD_READ,
                at=now(),
                decision=Decision.REFUSED,
            )
    return response


def _note_seen(database: Database, response: Response) -> Response:
    """In its own transaction, at most once a minute."""
    user = g.get("_login_user")
    if "is_finished" not in g or not isinstance(user, SignedInUser):
        return response
    if now() - user.signed_in.seen_at > SEEN_EVERY:
        with transaction(database) as session:
            sessions.note_seen(session, token=current_token(), at=now())
    return response


def _set(response: Response, name: str, token: str, *, max_age: timedelta | None = None) -> None:
    response.set_cookie(
        _cookie_name(name),
        token,
        max_age=max_age,
        secure=not current_app.config["PLAIN_HTTP"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _cookie_name(name: str) -> str:
    """`__Host-` ties the cookie to this host and TLS; browsers refuse it on plain HTTP."""
    return name if current_app.config["PLAIN_HTTP"] else f"__Host-{name}"


def _kind_of(agent: str) -> str | None:
    words = [
        next((word for sign, word in known.items() if sign in agent), None)
        for known in (PROGRAMS, SYSTEMS)
    ]
    return ", ".join(word for word in words if word) or None
