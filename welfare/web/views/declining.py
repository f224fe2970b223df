"""A member says no to one check: what follows is said first, in plain words."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import Phase
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import own_windows
from welfare.web.check_words import this_check
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("declining", __name__, url_prefix="/me")


@pages.get("/screenings/<uuid:window_id>/decline")
@requires(Permission.SCREENING_ANSWER)
def ask(window_id: UUID) -> ResponseReturnValue:
    return _page(window_id, is_untold=False), 200


@pages.post("/screenings/<uuid:window_id>/decline")
@requires(Permission.SCREENING_ANSWER)
def decline(window_id: UUID) -> ResponseReturnValue:
    try:
        own_windows.decline_window(
            current_session(), actor=current_actor(), window_id=window_id, at=now()
        )
    except InputRefused:
        return _page(window_id, is_untold=True), 422
    say(_("You will not be asked this time."))
    return redirect(url_for("screenings.due"))


def _page(window_id: UUID, *, is_untold: bool) -> str:
    found = own_windows.read_declinable(
        current_session(), actor=current_actor(), window_id=window_id, at=now()
    )
    return render_template(
        "screenings/decline.html",
        check=this_check(found.window),
        is_in_care=found.window.phase is Phase.CARE,
        has_draft=found.has_draft,
        is_untold=is_untold,
        window_id=window_id,
        page_error=is_untold,
    )
