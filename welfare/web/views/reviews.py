"""The second look: openings in an emergency, and notices that somebody wants to delay."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import Verdict
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import reviews
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.oversight_words import DELAYS, EMERGENCIES, VERDICTS
from welfare.web.sign_in import current_actor
from welfare.web.wording import clock, problem
from welfare.web.work import current_session

pages = Blueprint("reviews", __name__, url_prefix="/reviews")


@pages.get("/")
@requires(Permission.GLASS_REVIEW)
def index() -> ResponseReturnValue:
    return _page(None, {})


@pages.post("/emergency/<uuid:glass_id>")
@requires(Permission.GLASS_REVIEW)
def review(glass_id: UUID) -> ResponseReturnValue:
    try:
        reviews.review_glass(
            current_session(),
            actor=current_actor(),
            glass_id=glass_id,
            verdict=forms.text(request.form, "verdict"),
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(glass_id, refused.problems)
    say(_("The review is done."))
    return redirect(url_for("reviews.index"))


@pages.post("/delays/<uuid:delay_id>")
@requires(Permission.DELAY_REVIEW)
def decide(delay_id: UUID) -> ResponseReturnValue:
    try:
        reviews.review_delay(
            current_session(),
            actor=current_actor(),
            delay_id=delay_id,
            decision=forms.text(request.form, "decision"),
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(delay_id, refused.problems)
    say(_("Your decision is recorded."))
    return redirect(url_for("reviews.index"))


def _page(refused_id: UUID | None, problems: Mapping[str, str]) -> ResponseReturnValue:
    found = reviews.list_reviews(current_session(), actor=current_actor(), at=now())
    page = render_template(
        "oversight/reviews.html",
        waiting=[_waiting(each, refused_id, problems) for each in found.waiting],
        delays=[_delay(each, refused_id, problems) for each in found.delays],
        done=[_done(each) for each in found.done],
        verdicts=[(each.value, VERDICTS[each]) for each in Verdict],
        decisions=[("yes", _("Yes, tell the person later")), ("no", _("No, tell the person now"))],
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _form(
    row_id: UUID, review_by: Any, refused_id: UUID | None, problems: Mapping[str, str]
) -> dict[str, Any]:
    """The clock, and what was entered in the form that was refused."""
    is_refused = row_id == refused_id
    return {
        "clock": clock(review_by, now()),
        "is_late": review_by <= now(),
        "problems": {field: problem(code) for field, code in problems.items()}
        if is_refused
        else {},
        "given": request.form if is_refused else {},
    }


def _waiting(
    each: reviews.GlassToReview, refused_id: UUID | None, problems: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "seen": each,
        "reason": EMERGENCIES[each.reason],
        "action": url_for("reviews.review", glass_id=each.id),
        **_form(each.id, each.review_by, refused_id, problems),
    }


def _delay(
    each: reviews.DelayToReview, refused_id: UUID | None, problems: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "seen": each,
        "reason": DELAYS[each.reason],
        "action": url_for("reviews.decide", delay_id=each.id),
        **_form(each.id, each.review_by, refused_id, problems),
    }


def _done(each: reviews.GlassToReview) -> dict[str, Any]:
    verdict = VERDICTS[each.verdict] if each.verdict is not None else ""
    return {"seen": each, "reason": EMERGENCIES[each.reason], "verdict": verdict}
