"""The web door. Every view says what it needs; the house will not open while one is silent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, make_response, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed, NotFound, SecurityError
from werkzeug.routing import BuildError, RequestRedirect
from werkzeug.wrappers import Response

from models.sealing import Keys
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services.sessions import SignedIn
from welfare.web import kept_form
from welfare.web.clock import now
from welfare.web.sign_in import current_actor, current_sign_in

View = TypeVar("View", bound=Callable[..., Any])
RISKY = timedelta(minutes=10)  # how long ago the owner may have shown that it is them
OWN_PAST = timedelta(minutes=15)  # the same, before past answers are shown
HOME = "account.home"
PUBLIC = "public"
PRIVATE = "private"  # nobody is asked who they are, even when signed in; changes nothing
SIGNED_IN = "signed in"  # anybody who signed in themselves: changing role or password
ANY_SESSION = "any session"  # also one that a link opened: ending it
OWN_SITES = {"same-origin", "none"}
SAFE = {"GET", "HEAD", "OPTIONS"}


def requires(
    permission: Permission, *, fresh: bool | timedelta = False, back: str | None = None
) -> Callable[[View], View]:
    """Who may use this view. `fresh`: only shortly after the owner has shown that it is them,
    `RISKY` or another span; else they are asked first and come back. A form cannot be sent
    again by itself: it goes round with the question (see `kept_form`), and `back` names the page to
    return to without it, which gets the form's own arguments."""
    return _mark(permission, fresh=fresh, back=back)


def public(view: View) -> View:
    return _mark(PUBLIC)(view)


def private(view: View) -> View:
    """Nothing of such a request is kept, so there is nothing that a form token could protect."""
    return _mark(PRIVATE)(view)


def signed_in(view: View) -> View:
    return _mark(SIGNED_IN)(view)


def any_session(view: View) -> View:
    return _mark(ANY_SESSION)(view)


def signed_in_freshly(*, back: str | None = None) -> Callable[[View], View]:
    """Signed in, and shown to be the owner a short time ago: for the keys to one's account."""
    return _mark(SIGNED_IN, fresh=True, back=back)


def need_of(view: Callable[..., Any]) -> Permission | str | None:
    return getattr(view, "need", None)


def is_private(view: Callable[..., Any]) -> bool:
    return need_of(view) == PRIVATE


class SilentView(Exception):
    """A view was registered without saying who may use it."""


def init_app(app: Flask, keys: Keys) -> None:
    """Call last, when every view is known."""
    kept_form.init_app(app, keys)
    public(app.view_functions["static"])
    silent = [name for name, view in app.view_functions.items() if need_of(view) is None]
    if silent:
        raise SilentView(", ".join(silent))
    app.before_request(_stand_guard)


def is_from_here() -> bool:
    """Did a page of ours, or somebody's own hand, ask for this? A browser says so."""
    return request.headers.get("Sec-Fetch-Site", "none") in OWN_SITES


def way_back(asked: dict[str, str]) -> str:
    """Where a confirmed owner goes on: an endpoint of ours by its name, never an address.

    `asked` is a query: `to` and the endpoint's arguments. Whatever does not fit leads home.
    """
    endpoint = asked.get("to", "")
    view = current_app.view_functions.get(endpoint)
    if view is None or fresh_within(view) is None:
        return url_for(HOME)
    given: dict[str, Any] = {name: text for name, text in carried(asked).items() if name != "to"}
    try:
        path = url_for(endpoint, **given)
        found, _values = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except (BuildError, MethodNotAllowed, NotFound, RequestRedirect):
        return url_for(HOME)
    return path if found == endpoint else url_for(HOME)


def carried(asked: dict[str, str]) -> dict[str, str]:
    """Of a query or form: what says where to go on, and nothing else that somebody put there."""
    endpoint = asked.get("to", "")
    if endpoint not in current_app.view_functions:
        return {}
    return {name: asked[name] for name in sorted({"to", *_arguments(endpoint)} & asked.keys())}


def fresh_within(view: Callable[..., Any]) -> timedelta | None:
    return getattr(view, "fresh", None)


def _mark(
    need: Permission | str, *, fresh: bool | timedelta = False, back: str | None = None
) -> Callable[[View], View]:
    span = RISKY if fresh is True else fresh or None

    def mark(view: View) -> View:
        view.need, view.fresh, view.back = need, span, back  # type: ignore[attr-defined]
        return view

    return mark


def _stand_guard() -> Response | None:
    if request.endpoint is None:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception
        abort(404)
    _refuse_other_sites()
    view = current_app.view_functions[request.endpoint]
    need = need_of(view)
    if need == PRIVATE:
        g.is_private = True
    if need in (PUBLIC, PRIVATE):
        return None
    who = current_sign_in()
    if who is None:
        abort(401)
    return _ask(who, need) or _confirm(who, view)


def _ask(who: SignedIn, need: Permission | str | None) -> Response | None:
    if need == ANY_SESSION:
        return None
    if need == SIGNED_IN:
        return abort(403) if who.is_by_link else None
    return _ask_permission(who, need)


def _ask_permission(who: SignedIn, need: Permission | str | None) -> Response | None:
    if who.waiting_role is not None:
        return _lead_to("second_factor.door")
    if who.must_change_password:
        return _lead_to("account.password")
    if not isinstance(need, Permission) or not access.may_ever(current_actor(), need):
        abort(403)
    return None


def _lead_to(endpoint: str) -> Response:
    """Something comes first: what was sent is not taken, and answers go back to the browser."""
    g.is_led_away = True
    return redirect(url_for(endpoint))


def _confirm(who: SignedIn, view: Callable[..., Any]) -> Response | None:
    """To the page that asks whether it is still the owner, if that was too long ago."""
    span = fresh_within(view)
    if span is None or who.is_fresh(span, at=now()):
        return None
    endpoint = str(request.endpoint)
    if request.method not in SAFE:
        endpoint = getattr(view, "back", None) or HOME
    given: dict[str, Any] = {
        name: str(value)
        for name, value in (request.view_args or {}).items()
        if name in _arguments(endpoint)
    }
    held = kept_form.sealed(who.actor.account_id, at=now()) if _may_be_held(view) else ""
    if not held:
        return redirect(url_for("confirm.show", to=endpoint, **given), 303)
    g.held = {"to": endpoint, **given, kept_form.FIELD: held}
    answer = make_response(current_app.view_functions["confirm.hold"]())
    answer.status_code = 403
    return answer


def _may_be_held(view: Callable[..., Any]) -> bool:
    """A form about oneself may hold a new password, which goes nowhere a second time."""
    return request.method not in SAFE and isinstance(need_of(view), Permission)


def _arguments(endpoint: str) -> set[str]:
    """Of the page itself; the language is the frame's."""
    named: set[str] = set()
    for rule in current_app.url_map.iter_rules(endpoint):
        named |= rule.arguments
    return named - {"lang"}


def _refuse_other_sites() -> None:
    """Beside the form token: a browser says where an unsafe request comes from."""
    if request.method not in SAFE and not is_from_here():
        abort(403)
