"""From our errors to pages. One table; a refused record looks just like a missing one."""

import logging
from pathlib import Path
from traceback import extract_tb
from typing import Any

from flask import Flask, g, render_template, request, session
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from models.vault import RecordErased
from welfare.errors import (
    AccessDenied,
    AnswersRefused,
    ChangedMeanwhile,
    InputRefused,
    MoveNotAllowed,
    NotOffered,
    RecordNotFound,
    SignInRefused,
    SubmissionConflict,
    WelfareError,
)
from welfare.web.work import current_request_id

log = logging.getLogger(__name__)
FAULTS_BEGIN = 500
STATUS: dict[type[WelfareError], int] = {
    AccessDenied: 404,
    RecordNotFound: 404,
    MoveNotAllowed: 409,
    ChangedMeanwhile: 409,
    SubmissionConflict: 409,
    AnswersRefused: 422,
    InputRefused: 422,
    SignInRefused: 422,
    NotOffered: 503,
}
# Somebody else changed or made the same row first. It is often noticed at the commit only, when
# the view is done, so both ways of failing lead to the same page.
FASTER = (StaleDataError, IntegrityError)
# The disk is full, the database is read-only, busy or away. SQLite gives the same kind of error
# for a statement that is wrong; that is our fault, and no waiting helps.
CANNOT_KEEP = (OperationalError, InternalError, NoConnection)
WRONG_STATEMENT = 1
TRY_AGAIN = {"Retry-After": "120"}  # seconds
Words = tuple[LazyString, LazyString]
WORDS: dict[int, Words] = {
    400: (
        _("This page was open for too long"),
        _("Please go back, load the page again, and try once more. Nothing has been changed."),
    ),
    401: (
        _("Please sign in"),
        _("You are not signed in, or your session has ended."),
    ),
    403: (
        _("This page is not part of your role"),
        _("If you hold another role, change to it and try again."),
    ),
    404: (
        _("There is nothing here"),
        _("The page does not exist, or it is not for you."),
    ),
    409: (
        _("This has changed meanwhile"),
        _("Somebody has been faster, or this was done already. Please look at it again."),
    ),
    413: (
        _("That was too much at once"),
        _("Please send less, in several steps."),
    ),
    422: (
        _("Something in the form is not right"),
        _("Please go back and check what you entered. Nothing has been changed."),
    ),
    503: (
        _("We cannot ask you right now"),
        _(
            "Nobody is on duty who could react to your answers in time. "
            "Please use the numbers on the help page if you need somebody now."
        ),
    ),
}
TWO_COPIES: Words = (
    _("You have sent other answers before"),
    _("Both have been kept. Your first answers count. A clinician can see that there are two."),
)
NOT_KEPT: Words = (
    _("Nothing can be kept right now"),
    _(
        "Nothing of what you entered was sent, and nothing has been changed. "
        "Please go back and try again in a few minutes."
    ),
)
OUR_FAULT: Words = (
    _("Something went wrong on our side"),
    _("Nothing of what you entered was acknowledged. Please try again in a while."),
)


class QuietApp(Flask):
    """Flask, but an exception's text never reaches a log: it could carry a value."""

    def log_exception(self, exc_info: Any) -> None:
        """Said by `_show_fault`."""


def init_app(app: Flask) -> None:
    app.register_error_handler(WelfareError, _show_own)
    app.register_error_handler(RecordErased, _show_erased)
    app.register_error_handler(CSRFError, _show_forged)
    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(SecurityError, _show_strange_host)
    app.register_error_handler(SQLAlchemyError, _show_fault)
    app.register_error_handler(500, _show_fault)


def _show_own(error: WelfareError) -> tuple[str, int]:
    status = STATUS[type(error)]
    if isinstance(error, AccessDenied | RecordNotFound):
        g.was_refused = True  # the trail keeps that somebody asked
    words = TWO_COPIES if isinstance(error, SubmissionConflict) else WORDS[status]
    return _page(status, words), status


def _show_erased(_error: RecordErased) -> tuple[str, int]:
    """Erased between two looks at it. A seal that is broken otherwise is a fault, and shows."""
    return _show_own(RecordNotFound("erased"))


def _show_forged(_error: CSRFError) -> tuple[str, int]:
    return _page(400, WORDS[400]), 400


def _show_http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    others = OUR_FAULT if status >= FAULTS_BEGIN else WORDS[404]
    return _page(status, WORDS.get(status, others)), status


def _show_strange_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Words alone: no address on a page can be right under a name that is not ours."""
    return str(_("This is not the name of this site.")), 400, {"Content-Type": "text/plain"}


def _show_fault(error: Exception) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    """The kind of error and the page only: its text could carry a value."""
    fault = getattr(error, "original_exception", None) or error
    session.pop("_flashes", None)  # "it is saved" was said too early
    g.is_broken = True  # the page that says so must not ask the database who is there
    if isinstance(fault, FASTER):
        return _page(409, WORDS[409]), 409
    log.error("a request failed: %s %s %s", request.endpoint, type(fault).__name__, _place(fault))
    if _cannot_keep(fault):
        return _page(503, NOT_KEPT), 503, TRY_AGAIN
    return _page(500, OUR_FAULT), 500


def _cannot_keep(fault: BaseException) -> bool:
    driver = fault.orig if isinstance(fault, DBAPIError) else None
    is_wrong = getattr(driver, "sqlite_errorcode", None) == WRONG_STATEMENT
    return isinstance(fault, CANNOT_KEEP) and not is_wrong


def _place(fault: BaseException) -> str:
    """Where in our own code it happened."""
    frames = [each for each in extract_tb(fault.__traceback__) if "site-packages" not in each[0]]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _page(status: int, words: Words) -> str:
    try:
        reference = str(current_request_id())[-12:]
    except AttributeError:  # the request failed before it got an id
        reference = None
    if status == 404:  # refused and missing must be the same to the byte
        reference = None
    heading, text = words
    g.is_refusal = True  # nothing of this page may depend on what the address names
    return render_template(
        "error.html", status=status, heading=heading, text=text, reference=reference
    )
