"""Referrals: the own list, one of them with what can be done next, and those of a person."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from models.tables.referrals import Referral
from models.vocabulary import ConsentPurpose
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.policies.referral_wishes import Wish
from welfare.services import consents, referral_list, referral_steps, referrals
from welfare.web import forms, referral_page
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("referrals", __name__)
# What services call a field, and what it is called here, where several forms share a page.
REJECTED = {"ending": "rejection", "words": "rejection_words"}
WITHDRAWN = {"ending": "withdrawal", "words": "withdrawal_words"}
FINISHED = {"ending": "finish", "words": "finish_words"}
BOOKED = {"even_so": "late_so"}


@pages.get("/referrals/")
@requires(Permission.REFERRAL_READ)
def index() -> ResponseReturnValue:
    actor, at = current_actor(), now()
    found = referral_list.list_referrals(current_session(), actor=actor, at=at)
    return render_template(
        "referrals/index.html",
        received=referral_page.rows(found, me=actor.account_id, is_mine=False, at=at),
        sent=referral_page.rows(found, me=actor.account_id, is_mine=True, at=at),
    )


@pages.get("/referrals/<uuid:referral_id>")
@requires(Permission.REFERRAL_READ)
def show(referral_id: UUID) -> ResponseReturnValue:
    return _page(referral_id, {})


@pages.post("/referrals/<uuid:referral_id>/accept")
@requires(Permission.REFERRAL_DECIDE)
def accept(referral_id: UUID) -> ResponseReturnValue:
    referral = _act(referrals.accept_referral, referral_id)
    say(_("The referral is accepted."))
    if referral.is_outside:
        return _back_to(referral)
    return redirect(url_for("people.show", person_id=referral.person_id))


@pages.post("/referrals/<uuid:referral_id>/reject")
@requires(Permission.REFERRAL_DECIDE)
def reject(referral_id: UUID) -> ResponseReturnValue:
    try:
        _act(referrals.reject_referral, referral_id, **_ending(REJECTED))
    except InputRefused as refused:
        return _refused(referral_id, refused, REJECTED)
    say(_("The referral is rejected. Its sender is told."))
    return redirect(url_for("referrals.index"))


@pages.post("/referrals/<uuid:referral_id>/book")
@requires(Permission.REFERRAL_WORK)
def book(referral_id: UUID) -> ResponseReturnValue:
    try:
        referral = _act(
            referral_steps.book_visit,
            referral_id,
            day=forms.day(request.form, "day"),
            even_so=forms.text(request.form, "late_so") == "yes",
        )
    except InputRefused as refused:
        return _refused(referral_id, refused, BOOKED)
    say(_("The day is booked."))
    return _back_to(referral)


@pages.post("/referrals/<uuid:referral_id>/attended")
@requires(Permission.REFERRAL_WORK)
def attended(referral_id: UUID) -> ResponseReturnValue:
    referral = _act(referral_steps.note_attended, referral_id)
    say(_("Recorded. Please say within a week how it ended."))
    return _back_to(referral)


@pages.post("/referrals/<uuid:referral_id>/missed")
@requires(Permission.REFERRAL_WORK)
def missed(referral_id: UUID) -> ResponseReturnValue:
    referral = _act(referral_steps.note_missed, referral_id)
    say(_("Recorded. Please book another day, or say why not."))
    return _back_to(referral)


@pages.post("/referrals/<uuid:referral_id>/finish")
@requires(Permission.REFERRAL_WORK)
def finish(referral_id: UUID) -> ResponseReturnValue:
    try:
        referral = _act(referral_steps.finish_referral, referral_id, **_ending(FINISHED))
    except InputRefused as refused:
        return _refused(referral_id, refused, FINISHED)
    say(_("The referral is finished."))
    return _back_to(referral)


@pages.post("/referrals/<uuid:referral_id>/withdraw")
@requires(Permission.REFERRAL_WITHDRAW)
def withdraw(referral_id: UUID) -> ResponseReturnValue:
    try:
        referral = _act(referrals.withdraw_referral, referral_id, **_ending(WITHDRAWN))
    except InputRefused as refused:
        return _refused(referral_id, refused, WITHDRAWN)
    say(_("The referral is withdrawn. The other side is told."))
    return _back_to(referral)


@pages.post("/referrals/<uuid:referral_id>/send-on")
@requires(Permission.REFERRAL_WORK)
def send_on(referral_id: UUID) -> ResponseReturnValue:
    try:
        colleague = forms.key(request.form, "receiver")
        referral = _act(referrals.send_to_another, referral_id, colleague_id=colleague)
    except InputRefused as refused:
        return _refused(referral_id, refused, {})
    say(_("The referral is sent."))
    return _back_to(referral)


@pages.get("/people/<uuid:person_id>/referrals")
@requires(Permission.REFERRAL_SEND)
def of_person(person_id: UUID) -> ResponseReturnValue:
    return _person_page(person_id, {})


@pages.post("/people/<uuid:person_id>/referrals")
@requires(Permission.REFERRAL_SEND)
def send(person_id: UUID) -> ResponseReturnValue:
    try:
        referral = referrals.send_referral(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            wish=_wish(),
            at=now(),
            referral_id=forms.key_or_none(request.form, "referral_id"),
        )
    except InputRefused as refused:
        return _person_page(person_id, refused.problems), 422
    say(_("The referral is sent."))
    return _back_to(referral)


@pages.post("/people/<uuid:person_id>/agreed")
@requires(Permission.CONSENT_RECORD)
def record_agreed(person_id: UUID) -> ResponseReturnValue:
    _record(consents.record_consent, person_id)
    say(_("Recorded that the person agrees."))
    return redirect(url_for("referrals.of_person", person_id=person_id))


@pages.post("/people/<uuid:person_id>/withdrawn")
@requires(Permission.CONSENT_RECORD)
def record_withdrawn(person_id: UUID) -> ResponseReturnValue:
    _record(consents.record_withdrawal, person_id)
    say(_("Recorded that the person does not agree any more."))
    return redirect(url_for("referrals.of_person", person_id=person_id))


def _act(service: Callable[..., Referral], referral_id: UUID, **given: Any) -> Referral:
    return service(
        current_session(), actor=current_actor(), referral_id=referral_id, at=now(), **given
    )


def _record(service: Callable[..., Any], person_id: UUID) -> None:
    service(
        current_session(),
        actor=current_actor(),
        person_id=person_id,
        purpose=ConsentPurpose.SHARING,
        at=now(),
    )


def _wish() -> Wish:
    form = request.form
    names = ("service", "urgency", "reason", "without", "without_words")
    return Wish(
        receiver_id=forms.key_or_none(form, "receiver"),
        is_outside=forms.text(form, "receiver") == referral_page.OUTSIDE,
        **{name: forms.text(form, name) for name in names},
    )


def _ending(names: Mapping[str, str]) -> dict[str, str]:
    return {field: forms.text(request.form, name) for field, name in names.items()}


def _back_to(referral: Referral) -> ResponseReturnValue:
    return redirect(url_for("referrals.show", referral_id=referral.id))


def _refused(
    referral_id: UUID, refused: InputRefused, names: Mapping[str, str]
) -> ResponseReturnValue:
    """The page again, with what was entered and what is wrong with it."""
    problems = {names.get(field, field): problem(code) for field, code in refused.problems.items()}
    return _page(referral_id, problems), 422


def _page(referral_id: UUID, problems: Mapping[str, str]) -> str:
    actor, at = current_actor(), now()
    shown, colleagues = referral_list.read_referral(
        current_session(), actor=actor, referral_id=referral_id, at=at
    )
    referral = shown.referral
    return render_template(
        "referrals/show.html",
        name=shown.name,
        facts=referral_page.facts(shown, at=at),
        forms=referral_page.forms_of(
            referral,
            allows=lambda permission: access.allows(actor, permission, referral),
            today=today(),
        ),
        is_outside=referral.is_outside,
        receivers=referral_page.receivers(colleagues),
        receiver=str(referral.receiver_id or ""),
        outcomes=referral_page.outcomes(referral),
        rejections=referral_page.rejections(),
        withdrawals=referral_page.withdrawals(),
        first_day=today().isoformat(),
        last_day=(today() + referral_steps.BOOK_MOST).isoformat(),
        given=dict(request.form),
        problems=problems,
        page_error=bool(problems),
    )


def _person_page(person_id: UUID, problems: Mapping[str, str]) -> str:
    actor, at = current_actor(), now()
    found = referral_list.read_of_person(current_session(), actor=actor, person_id=person_id, at=at)
    is_again = "reason" in problems and problems["reason"] == "referral_sent"
    kept = None if is_again else forms.key_or_none(request.form, "referral_id")
    return render_template(
        "referrals/person.html",
        name=found.name,
        person_id=str(person_id),
        agreed_at=found.agreed_at,
        rows=referral_page.rows_of_person(found.referrals, me=actor.account_id, at=at),
        receivers=referral_page.receivers(found.colleagues, outside=True),
        urgencies=referral_page.urgencies(),
        without=referral_page.without(),
        referral_id=str(kept or new_key()),
        given=dict(request.form),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
