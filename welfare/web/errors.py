"""From our errors to pages. One table; a refused record looks just like a missing one."""

import logging

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

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
OUR_FAULT = 500
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


def init_app(app: Flask) -> None:
    app.register_error_handler(WelfareError, _show_own)
    app.register_error_handler(StaleDataError, _show_stale)
    app.register_error_handler(CSRFError, _show_forged)
    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(SQLAlchemyError, _show_fault)
    app.register_error_handler(500, _show_fault)


def _show_own(error: WelfareError) -> tuple[str, int]:
    status = STATUS[type(error)]
    words = _conflict() if isinstance(error, SubmissionConflict) else _words(status)
    return _page(status, *words), status


def _show_stale(_error: StaleDataError) -> tuple[str, int]:
    return _page(409, *_words(409)), 409


def _show_forged(_error: CSRFError) -> tuple[str, int]:
    return _page(400, *_words(400)), 400


def _show_http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(status, *_words(status)), status


def _show_fault(error: Exception) -> tuple[str, int]:
    """The kind of error and the page only: its text could carry a value."""
    kind = type(getattr(error, "original_exception", None) or error).__name__
    log.error("a request failed: %s %s", request.endpoint, kind)
    return _page(500, *_words(500)), 500


def _page(status: int, heading: str, text: str) -> str:
    try:
        reference = str(current_request_id())[-12:]
    except AttributeError:  # the request failed before it got an id
        reference = None
    if status == 404:  # noqa: PLR2004 - refused and missing must be the same to the byte
        reference = None
    return render_template(
        "error.html", status=status, heading=heading, text=text, reference=reference
    )


def _conflict() -> tuple[str, str]:
    return (
        _("You have sent other answers before"),
        _("Both have been kept. Your first answers count. A clinician can see that there are two."),
    )


def _words(status: int) -> tuple[str, str]:
    known = {
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
        413: (_("That was too much at once"), _("Please send less, in several steps.")),
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
    ours = (
        _("Something went wrong on our side"),
        _("Nothing of what you entered was acknowledged. Please try again in a while."),
    )
    return known.get(status, ours if status >= OUR_FAULT else known[404])
