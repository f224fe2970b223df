"""The trail, for auditors: that something was done, never what was in the record."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.policies.permissions import Permission
from welfare.services import trail_log
from welfare.web import zones
from welfare.web.act_words import ACTS
from welfare.web.clock import now
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import ALLOWED, ROLES
from welfare.web.work import current_session

pages = Blueprint("trail", __name__, url_prefix="/trail")


@pages.get("/")
@requires(Permission.TRAIL_READ)
def log() -> ResponseReturnValue:
    page = trail_log.read_trail(
        current_session(), actor=current_actor(), before=_before(), at=now()
    )
    return render_template(
        "trail/log.html",
        entries=[
            [
                {"text": zones.stamp(entry.at), "bdi": True},
                ACTS[entry.act.value.split(".")[0]],
                entry.actor,
                ROLES[entry.role] if entry.role else _("The system"),
                {"text": entry.subject or "", "bdi": True},
                ALLOWED[entry.decision],
            ]
            for entry in page.entries
        ],
        next_url=url_for("trail.log", before=page.older_than) if page.older_than else None,
    )


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None
