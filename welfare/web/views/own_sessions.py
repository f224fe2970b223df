"""Where somebody is signed in: the own list, and ending what should not be open."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.services import sessions
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import signed_in_freshly
from welfare.web.sign_in import current_actor, current_token
from welfare.web.work import current_session

pages = Blueprint("own_sessions", __name__, url_prefix="/sessions")
HOME = "own_sessions.show"


@pages.get("")
@signed_in_freshly()
def show() -> ResponseReturnValue:
    found = sessions.list_sessions(
        current_session(), actor=current_actor(), token=current_token(), at=now()
    )
    return render_template("account/sessions.html", sessions=found)


@pages.post("/<uuid:session_id>/end")
@signed_in_freshly(back=HOME)
def end(session_id: UUID) -> ResponseReturnValue:
    sessions.end_session(current_session(), actor=current_actor(), session_id=session_id, at=now())
    say(_("That session has ended."))
    return redirect(url_for(HOME), 303)


@pages.post("/end-others")
@signed_in_freshly(back=HOME)
def end_others() -> ResponseReturnValue:
    sessions.end_other_sessions(
        current_session(), actor=current_actor(), token=current_token(), at=now()
    )
    say(_("All other sessions have ended."))
    return redirect(url_for(HOME), 303)
