"""The clinician's pages: one person in one view, alerts and notes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import alerts, notes, records
from welfare.web import forms, person_page
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("people", __name__)


@pages.get("/people/<uuid:person_id>")
@requires(Permission.RECORD_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    return _person_page(person_id, None, {}), 200


@pages.post("/alerts/<uuid:alert_id>/acknowledge")
@requires(Permission.ALERT_ACKNOWLEDGE)
def acknowledge(alert_id: UUID) -> ResponseReturnValue:
    alert = alerts.acknowledge_alert(
        current_session(), actor=current_actor(), alert_id=alert_id, at=now()
    )
    say(_("The alert is yours. Please contact the person and record each try."))
    return redirect(url_for("people.show", person_id=alert.person_id))


@pages.post("/alerts/<uuid:alert_id>/contacts")
@requires(Permission.ALERT_WORK)
def record_contact(alert_id: UUID) -> ResponseReturnValue:
    try:
        alert = alerts.record_contact(
            current_session(),
            actor=current_actor(),
            alert_id=alert_id,
            result=forms.text(request.form, "result"),
            channel=forms.text(request.form, "channel"),
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        return _person_page(forms.key(request.form, "person"), alert_id, refused.problems), 422
    say(_("The contact is recorded."))
    return redirect(url_for("people.show", person_id=alert.person_id))


@pages.post("/alerts/<uuid:alert_id>/close")
@requires(Permission.ALERT_WORK)
def close(alert_id: UUID) -> ResponseReturnValue:
    try:
        alert = alerts.close_alert(
            current_session(),
            actor=current_actor(),
            alert_id=alert_id,
            outcome=forms.text(request.form, "outcome"),
            words=forms.text(request.form, "outcome_words"),
            at=now(),
        )
    except InputRefused as refused:
        problems = {_close_field(field): code for field, code in refused.problems.items()}
        return _person_page(forms.key(request.form, "person"), alert_id, problems), 422
    say(_("The alert is closed with its outcome."))
    return redirect(url_for("people.show", person_id=alert.person_id))


@pages.post("/cases/<uuid:case_id>/notes")
@requires(Permission.NOTE_WRITE)
def sign_note(case_id: UUID) -> ResponseReturnValue:
    try:
        note = notes.sign_note(
            current_session(),
            actor=current_actor(),
            case_id=case_id,
            words=forms.text(request.form, "words"),
            at=now(),
        )
    except InputRefused as refused:
        problems = {"note": refused.problems["words"]}
        return _person_page(forms.key(request.form, "person"), None, problems), 422
    say(_("The note is signed."))
    return redirect(url_for("people.show", person_id=note.person_id))


def _close_field(field: str) -> str:
    return "outcome_words" if field == "words" else field


def _person_page(person_id: UUID, alert_id: UUID | None, problems: Mapping[str, str]) -> str:
    actor, at = current_actor(), now()
    view = records.read_record(current_session(), actor=actor, person_id=person_id, at=at)
    return render_template(
        "people/show.html",
        who=view.who,
        facts=person_page.facts(view),
        alerts=_live_cards(view, alert_id, problems, at),
        past=[person_page.past_alert(each) for each in view.alerts if not each.alert.is_live],
        charts=person_page.charts(view, at=at),
        screenings=[
            person_page.answered(each) for each in reversed(view.screenings) if not each.is_repeat
        ],
        notes=view.notes,
        note_action=url_for("people.sign_note", case_id=view.own_case.id)
        if view.own_case
        else None,
        note_words=forms.text(request.form, "words") if "note" in problems else "",
        person_id=str(view.person.id),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )


def _live_cards(
    view: records.PersonView, alert_id: UUID | None, problems: Mapping[str, str], at: datetime
) -> list[dict[str, Any]]:
    """Open alerts; the one whose form was refused with what was entered and what was wrong."""
    return [
        person_page.alert_card(
            story,
            view.screenings,
            is_mine=access.allows(current_actor(), Permission.ALERT_WORK, story.alert),
            problems=problems if story.alert.id == alert_id else {},
            given=request.form if story.alert.id == alert_id else {},
            at=at,
        )
        for story in view.alerts
        if story.alert.is_live
    ]
