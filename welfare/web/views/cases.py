"""The page about somebody's care: share it, put it on hold, hand it over, end it, open it again."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.tables.care import Case
from welfare.errors import InputRefused, MoveNotAllowed
from welfare.policies.permissions import Permission
from welfare.services import care, cases
from welfare.services.care import Care, Standing
from welfare.web import case_page, forms
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("cases", __name__)
# What services call a field, and what it is called here, where several forms share a page.
SHARED, GIVEN = {"colleague": "share_with"}, {"colleague": "successor"}
ENDED = {"reason": "ending", "words": "ending_words"}


@pages.get("/people/<uuid:person_id>/care")
@requires(Permission.CASELOAD_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    return _page(_read(person_id), {})


@pages.post("/cases/<uuid:case_id>/share")
@requires(Permission.CASE_CHANGE)
def share(case_id: UUID) -> ResponseReturnValue:
    try:
        case = _act(cases.share_case, case_id, colleague_id=_colleague("share_with"))
    except InputRefused as refused:
        return _refused(refused, SHARED)
    say(_("Your colleague can read the record and sign notes now."))
    return _back_to(case)


@pages.post("/cases/<uuid:case_id>/end-sharing")
@requires(Permission.CASELOAD_READ)
def end_sharing(case_id: UUID) -> ResponseReturnValue:
    case = _act(cases.end_sharing, case_id)
    say(_("This care is not shared any more."))
    if case.clinician_id != current_actor().account_id:
        return redirect(url_for("work_list.home"))
    return _back_to(case)


@pages.post("/cases/<uuid:case_id>/hold")
@requires(Permission.CASE_CHANGE)
def hold(case_id: UUID) -> ResponseReturnValue:
    try:
        case = _act(cases.hold_case, case_id, until_day=forms.day(request.form, "until_day"))
    except InputRefused as refused:
        return _refused(refused, {})
    say(_("Care is on hold. Alerts come as always."))
    return _back_to(case)


@pages.post("/cases/<uuid:case_id>/lift")
@requires(Permission.CASE_CHANGE)
def lift(case_id: UUID) -> ResponseReturnValue:
    case = _act(cases.lift_hold, case_id)
    say(_("Care is not on hold any more."))
    return _back_to(case)


@pages.post("/cases/<uuid:case_id>/hand-over")
@requires(Permission.CASE_HAND_OVER)
def hand_over(case_id: UUID) -> ResponseReturnValue:
    even_so = forms.text(request.form, "even_so") == "yes"
    try:
        _act(
            cases.hand_over_case,
            case_id,
            colleague_id=_colleague("successor"),
            even_so=even_so,
        )
    except InputRefused as refused:
        if "even_so" in refused.problems:
            return _interrupted(_read(forms.key(request.form, "person")), "hand_over"), 422
        return _refused(refused, GIVEN)
    say(_("Your colleague is in charge now."))
    return redirect(url_for("work_list.home"))


@pages.post("/cases/<uuid:case_id>/close")
@requires(Permission.CASE_CHANGE)
def close(case_id: UUID) -> ResponseReturnValue:
    reason, words = (forms.text(request.form, name) for name in ("ending", "ending_words"))
    try:
        case = _act(cases.close_case, case_id, reason=reason, words=words)
    except InputRefused as refused:
        return _refused(refused, ENDED)
    except MoveNotAllowed:
        found = _read(forms.key(request.form, "person"))
        if not found.alerts and not found.has_referral:  # it was closed already
            raise
        return _interrupted(found, "close"), 409
    say(_("Your care of this person has ended."))
    return _back_to(case)


@pages.post("/cases/<uuid:case_id>/reopen")
@requires(Permission.CASE_REOPEN)
def reopen(case_id: UUID) -> ResponseReturnValue:
    case = _act(cases.reopen_case, case_id)
    say(_("This person is in your care again."))
    return redirect(url_for("people.show", person_id=case.person_id))


def _act(service: Callable[..., Case], case_id: UUID, **given: Any) -> Case:
    return service(current_session(), actor=current_actor(), case_id=case_id, at=now(), **given)


def _colleague(name: str) -> UUID:
    try:
        return forms.key(request.form, name)
    except InputRefused:
        raise InputRefused({"colleague": "choose"}) from None


def _back_to(case: Case) -> ResponseReturnValue:
    return redirect(url_for("cases.show", person_id=case.person_id))


def _read(person_id: UUID) -> Care:
    return care.read_care(current_session(), actor=current_actor(), person_id=person_id, at=now())


def _refused(refused: InputRefused, names: Mapping[str, str]) -> ResponseReturnValue:
    """The page again, with what was entered and what is wrong with it."""
    problems = {names.get(field, field): problem(code) for field, code in refused.problems.items()}
    return _page(_read(forms.key(request.form, "person")), problems), 422


def _page(found: Care, problems: Mapping[str, str]) -> str:
    return render_template(
        "cases/show.html",
        name=found.name,
        person_id=str(found.case.person_id),
        stands=found.standing.value,
        is_ended=found.standing is Standing.ENDED,
        facts=case_page.facts(found, today=today()),
        in_charge=found.in_charge,
        second=found.second,
        is_held=case_page.is_held(found, today=today()),
        alerts=case_page.alerts(found, at=now()),
        colleagues=case_page.chosen_from(found.colleagues),
        hold_days=case_page.hold_days(today()),
        reasons=case_page.reasons(),
        forms=case_page.forms_of(found),
        given=dict(request.form),
        problems=problems,
        page_error=bool(problems),
    )


def _interrupted(found: Care, act: str) -> str:
    """Before somebody lets go of a person with an open alert of theirs, they see it."""
    return render_template(
        "cases/interrupted.html",
        name=found.name,
        person_id=str(found.case.person_id),
        alerts=case_page.alerts(found, at=now()),
        referrals_url=url_for("referrals.of_person", person_id=found.case.person_id)
        if act == "close" and found.has_referral
        else None,
        act=act,
        action=case_page.forms_of(found)[act],
        given=dict(request.form),
        page_error=True,
    )
