"""The web door. Every view says what it needs; the house will not open while one is silent."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.web.sign_in import current_actor, current_sign_in

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed in"  # anybody with a live session: ending it, changing role or password
OWN_SITES = {"same-origin", "none"}
SAFE = {"GET", "HEAD", "OPTIONS"}


def requires(permission: Permission) -> Callable[[View], View]:
    return _mark(permission)


def public(view: View) -> View:
    return _mark(PUBLIC)(view)


def signed_in(view: View) -> View:
    return _mark(SIGNED_IN)(view)


def need_of(view: Callable[..., Any]) -> Permission | str | None:
    return getattr(view, "need", None)


class SilentView(Exception):
    """A view was registered without saying who may use it."""


def init_app(app: Flask) -> None:
    """Call last, when every view is known."""
    public(app.view_functions["static"])
    silent = [name for name, view in app.view_functions.items() if need_of(view) is None]
    if silent:
        raise SilentView(", ".join(silent))
    app.before_request(_stand_guard)


def _mark(need: Permission | str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.need = need  # type: ignore[attr-defined]
        return view

    return mark


def _stand_guard() -> Response | None:
    if request.endpoint is None:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception
        abort(404)
    _refuse_other_sites()
    need = need_of(current_app.view_functions[request.endpoint])
    if need == PUBLIC:
        return None
    if not current_user.is_authenticated:
        abort(401)
    return None if need == SIGNED_IN else _ask(need)


def _ask(need: Permission | str | None) -> Response | None:
    who = current_sign_in()
    if who is not None and who.must_change_password:
        return redirect(url_for("account.password"))
    if not isinstance(need, Permission) or not access.may_ever(current_actor(), need):
        abort(403)
    return None


def _refuse_other_sites() -> None:
    """Beside the form token: a browser says where an unsafe request comes from."""
    came_from = request.headers.get("Sec-Fetch-Site", "none")
    if request.method not in SAFE and came_from not in OWN_SITES:
        abort(403)
