"""Releases as their approvers see them: the figures, what the attacks found, yes or no."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import Measure, ReleaseDecision
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import releases
from welfare.web import figures, forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import DECISIONS, ROLES, STATES, problem
from welfare.web.work import current_session

pages = Blueprint("releases", __name__, url_prefix="/releases")


@pages.get("/")
@requires(Permission.RELEASE_REVIEW)
def index() -> ResponseReturnValue:
    found = releases.list_releases(current_session(), actor=current_actor())
    return render_template(
        "releases/index.html",
        releases=[
            {
                "url": url_for("releases.show", release_id=each.release.id),
                "title": figures.title(each.release),
                "period": figures.period(each.release),
                "unit": each.release.unit.name,
                "state": STATES[each.state][0],
                "kind": STATES[each.state][1],
                "waits_for_you": each.may_decide,
            }
            for each in found
        ],
    )


@pages.get("/<uuid:release_id>")
@requires(Permission.RELEASE_REVIEW)
def show(release_id: UUID) -> ResponseReturnValue:
    return _page(release_id, {}), 200


@pages.post("/<uuid:release_id>/decision")
@requires(Permission.RELEASE_DECIDE)
def decide(release_id: UUID) -> ResponseReturnValue:
    try:
        releases.decide_release(
            current_session(),
            actor=current_actor(),
            release_id=release_id,
            decision=forms.text(request.form, "decision"),
            reason=forms.text(request.form, "reason"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(release_id, refused.problems), 422
    say(_("Your decision is recorded."))
    return redirect(url_for("releases.show", release_id=release_id))


def _page(release_id: UUID, problems: dict[str, str]) -> str:
    found = releases.read_release(
        current_session(), actor=current_actor(), release_id=release_id, at=now()
    )
    state, kind = STATES[found.state]
    is_due = found.release.code == Measure.SCREENINGS_DUE
    return render_template(
        "releases/show.html",
        release=found.release,
        title=figures.title(found.release),
        period=figures.period(found.release),
        state=state,
        kind=kind,
        rows=[] if is_due else figures.rows(found.cells),
        due_rows=figures.due_rows(found.cells) if is_due else [],
        report=figures.report(found.report),
        approvals=[_approval(each) for each in found.approvals],
        action=url_for("releases.decide", release_id=found.release.id)
        if found.may_decide
        else None,
        options=[(each.value, DECISIONS[each]) for each in ReleaseDecision],
        given=dict(request.form),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )


def _approval(approval: Any) -> dict[str, Any]:
    return {
        "role": ROLES[approval.role],
        "decision": DECISIONS[approval.decision],
        "when": approval.decided_at,
        "reason": approval.reason or "",
    }
