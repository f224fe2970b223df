"""The commander's one page: the latest figures that two people released, and nothing else."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from models.vocabulary import Measure
from welfare.policies.permissions import Permission
from welfare.services import releases
from welfare.web import figures
from welfare.web.clock import now
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("command", __name__, url_prefix="/figures")


@pages.get("/")
@requires(Permission.RELEASE_READ)
def figures_page() -> ResponseReturnValue:
    found = releases.read_published(current_session(), actor=current_actor(), at=now())
    blurred, due = found.get(Measure.ANY_POSITIVE_SCREEN), found.get(Measure.SCREENINGS_DUE)
    rows = figures.rows(blurred.cells) if blurred else []
    return render_template(
        "command/figures.html",
        is_empty=not found,
        period=figures.period(blurred.release) if blurred else None,
        rows=rows,
        headline=figures.headline(rows),
        due_period=figures.period(due.release) if due else None,
        due_rows=figures.due_rows(due.cells) if due else [],
        cannot_tell=figures.cannot_tell(),
        guidance=figures.guidance(),
    )
