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
from welfare.services import sign_in as sessions
from welfare.web.clock import now
from welfare.web.work import current_request_id, current_session

BARE_NAME = "welfare"
SEEN_EVERY = timedelta(minutes=1)


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
    return request.cookies.get(_cookie_name(), "")


def keep_token(response: Response, token: str) -> Response:
    """Give the browser a session token, for as long as the browser stays open."""
    response.set_cookie(
        _cookie_name(),
        token,
        secure=not current_app.config["PLAIN_HTTP"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def forget_token(response: Response) -> Response:
    response.delete_cookie(
        _cookie_name(), path="/", secure=not current_app.config["PLAIN_HTTP"], httponly=True
    )
    return response


def init_app(app: Flask, database: Database) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # there is no Flask-Login session to protect

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_request: object) -> SignedInUser | None:
        token = current_token()
        if not token or "request_id" not in g:
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


def _cookie_name() -> str:
    """`__Host-` ties the cookie to this host and TLS; browsers refuse it on plain HTTP."""
    return BARE_NAME if current_app.config["PLAIN_HTTP"] else f"__Host-{BARE_NAME}"
