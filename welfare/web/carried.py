"""Answers that could not be kept, because the session had ended: the browser carries them, sealed.

A page of questions may lie open longer than its session. What is sent from it then belongs to
nobody whom we know, so it is never stored here. It goes back in a cookie that only this site's
key opens. Whoever signs in is led to that page if the questions are theirs; to anybody else the
cookie says nothing. It is shown again, not saved: that needs the person's own press of a button.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from flask_babel import gettext as _

from models.instruments import ON_OFFER
from models.sealing import Keys, Place, SealBroken, open_sealed, seal
from welfare.errors import AnswersRefused
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say

SAVE = "parts.save"
NAME = "welfare-kept"
KEPT_FOR = timedelta(hours=12)  # as long as a session can last
MOST = 6
SIZE = 2048  # bytes; with its seal it still fits into one cookie
FULL = 1900
NOBODY = UUID(int=0)
PLACE = Place("browser", "answers", NOBODY, NOBODY)
KEY = "welfare-carried"
# Not signed in, another role, nobody on duty, a fault: answers that were well formed go back.
SIGNED_OUT, WRONG_ROLE, FORGED, FAULT = 401, 403, 400, 500


@dataclass(frozen=True, slots=True)
class Carried:
    """One page's answers with what the page knew. `was_led`: its owner was brought to it once."""

    window: str
    number: int
    part: str
    answers: dict[str, int | None]
    fields: dict[str, str]
    at: float
    was_led: bool = False


def init_app(app: Flask, keys: Keys) -> None:
    app.extensions[KEY] = keys.derived("carried-answers")
    app.after_request(_hand_back)
    app.context_processor(lambda: {"keeps_answers": _keeps})


def waiting() -> Sequence[Carried]:
    """What this browser brought, the newest last."""
    if "carried" not in g:
        g.carried = _opened(request.cookies.get(_cookie(), ""))
    found: Sequence[Carried] = g.carried
    return found


def of_part(window_id: UUID, part: str) -> Carried | None:
    mine = (each for each in waiting() if (each.window, each.part) == (window_id.hex, part))
    return next(mine, None)


def of_windows(window_ids: Sequence[UUID]) -> Carried | None:
    """The newest that belongs to one of these windows."""
    known = {each.hex for each in window_ids}
    return next((each for each in reversed(waiting()) if each.window in known), None)


def note_led(carried: Carried) -> None:
    """Its owner was brought to the page; from now on a link is enough."""
    _change([replace(each, was_led=True) if each == carried else each for each in waiting()])


def drop(window_id: UUID, part: str) -> None:
    """These answers are kept now."""
    if (held := of_part(window_id, part)) is not None:
        _change([each for each in waiting() if each != held])


def _change(carried: Sequence[Carried]) -> None:
    g.carried, g.carried_changed = carried, True


def _keeps(status: int) -> bool:
    """Will the answers of this request go back to the browser? Not if another site sent them:
    without a form token only a browser that says so itself is believed."""
    is_refused = status in (FORGED, SIGNED_OUT, WRONG_ROLE) or status >= FAULT or "is_led_away" in g
    came_from = request.headers.get("Sec-Fetch-Site", "none" if status != FORGED else "")
    is_own = came_from in ("same-origin", "none") and (status != FORGED or came_from != "none")
    return request.endpoint == SAVE and is_refused and is_own and _sent() is not None


def _hand_back(response: Response) -> Response:
    if _keeps(response.status_code) and (sent := _sent()) is not None:
        others = [
            each for each in waiting() if (each.window, each.part) != (sent.window, sent.part)
        ]
        _change([*others, sent][-MOST:])
        if "is_led_away" in g:
            found_again = str(_("You find them again on your start page."))
            say(" ".join((str(_("Your answers are not lost.")), found_again)))
    if g.get("carried_changed"):
        _set(response, waiting())
    return response


def _sent() -> Carried | None:
    """The answers of this request, if they could be answers at all."""
    part = request.form.get("part", "")
    if part not in ON_OFFER or request.view_args is None:
        return None
    try:
        answers = forms.part_answers(request.form, part)
    except AnswersRefused:
        return None
    items = {item.id for item in ON_OFFER[part].items}
    fields = {
        name: value[: forms.SHORT]
        for name, value in request.form.items()
        if name in forms.PAGE_FIELDS and value.isascii() and value.isprintable()
    }
    sent = Carried(
        window=request.view_args["window_id"].hex,
        number=request.view_args["number"],
        part=part,
        answers={item: value for item, value in answers.items() if item in items},
        fields=fields,
        at=now().timestamp(),
    )
    return sent if _length([sent]) <= FULL else None


def _set(response: Response, carried: Sequence[Carried]) -> None:
    secure = not current_app.config["PLAIN_HTTP"]
    if not carried:
        response.delete_cookie(_cookie(), path="/", secure=secure, httponly=True)
        return
    response.set_cookie(
        _cookie(), _sealed(carried), secure=secure, httponly=True, samesite="Lax", path="/"
    )


def _sealed(carried: Sequence[Carried]) -> str:
    """The newest first to stay, should there be too many for one cookie."""
    kept = list(carried)
    while _length(kept) > FULL:
        kept.pop(0)
    sealed = seal(current_app.extensions[KEY], PLACE, _plain(kept), size=SIZE)
    return urlsafe_b64encode(sealed).decode()


def _plain(carried: Sequence[Carried]) -> bytes:
    return json.dumps([asdict(each) for each in carried]).encode()


def _length(carried: Sequence[Carried]) -> int:
    return len(_plain(carried))


def _opened(cookie: str) -> list[Carried]:
    if not cookie:
        return []
    try:
        plain = open_sealed(current_app.extensions[KEY], PLACE, urlsafe_b64decode(cookie))
    except (SealBroken, BadBase64, ValueError):
        return []
    found: list[dict[str, Any]] = json.loads(plain)
    since = (now() - KEPT_FOR).timestamp()
    return [Carried(**each) for each in found if each["at"] > since]


def _cookie() -> str:
    return NAME if current_app.config["PLAIN_HTTP"] else f"__Host-{NAME}"
