"""The clinician's pages: one person in one view, alerts, notes, interviews and checks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import NextTry
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import alerts, appointment_list, interviews, notes, records, waivers
from welfare.web import (
    forms,
    list_walk,
    mission_words,
    note_beginnings,
    note_page,
    person_charts,
    person_page,
    ways_on,
)
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.note_beginnings import Beginning
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
            next_try=forms.text(request.form, "next_try") or NextTry.NONE,
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
    """Or the same page with what was typed and what the note is to begin with: nothing is signed
    by a button that adds words."""
    if forms.text(request.form, "begin"):
        return _person_page(forms.key(request.form, "person"), None, {}), 200
    try:
        note = notes.sign_note(
            current_session(),
            actor=current_actor(),
            case_id=case_id,
            words=forms.text(request.form, "words"),
            at=now(),
            note_id=forms.key_or_none(request.form, "note_id"),
            addendum_to=forms.key_or_none(request.form, "addendum_to"),
        )
    except InputRefused as refused:
        first_id = forms.key_or_none(request.form, "addendum_to")
        problems = {"addition" if first_id else "note": refused.problems["words"]}
        return _person_page(forms.key(request.form, "person"), first_id, problems), 422
    say(_("The note is signed."))
    return redirect(url_for("people.show", person_id=note.person_id))


@pages.post("/screenings/<uuid:screening_id>/certify")
@requires(Permission.SCREENING_CERTIFY)
def certify(screening_id: UUID) -> ResponseReturnValue:
    ends_care = forms.text(request.form, "ends_care") == "yes"
    try:
        done = interviews.certify_screening(
            current_session(),
            actor=current_actor(),
            screening_id=screening_id,
            spoken_on=forms.day(request.form, "spoken_on"),
            channel=forms.text(request.form, "channel"),
            words=forms.text(request.form, "agreed"),
            ends_care=ends_care,
            at=now(),
        )
    except InputRefused as refused:
        problems = {_talk_field(field): code for field, code in refused.problems.items()}
        return _person_page(forms.key(request.form, "person"), screening_id, problems), 422
    say(_("The interview is certified."))
    if ends_care:
        return redirect(url_for("work_list.home"))
    return redirect(url_for("people.show", person_id=done.person_id))


@pages.post("/windows/<uuid:window_id>/waive")
@requires(Permission.WINDOW_WAIVE)
def waive(window_id: UUID) -> ResponseReturnValue:
    window = waivers.waive_window(
        current_session(), actor=current_actor(), window_id=window_id, at=now()
    )
    say(_("This check is not asked any more."))
    return redirect(url_for("people.show", person_id=window.person_id))


def _talk_field(field: str) -> str:
    """Beside the fields of an alert, which may be on the same page."""
    return {"channel": "talk_channel", "words": "agreed"}.get(field, field)


def _close_field(field: str) -> str:
    return "outcome_words" if field == "words" else field


def _person_page(person_id: UUID, refused_id: UUID | None, problems: Mapping[str, str]) -> str:
    """`refused_id`: the alert, screening or note whose form was refused."""
    actor, at = current_actor(), now()
    view = records.read_record(current_session(), actor=actor, person_id=person_id, at=at)
    checks = waivers.read_checks(current_session(), actor=actor, record=view.record, today=today())
    return render_template(
        "people/show.html",
        who=view.who,
        facts=person_page.facts(view),
        alerts=_live_cards(view, refused_id, problems, at),
        interviews=_interview_cards(view, refused_id, problems),
        certified=[person_page.past_interview(step) for step in view.steps if step.talk],
        checks=person_page.checks(checks, may_waive=_may(Permission.WINDOW_WAIVE, view)),
        past=[person_page.past_alert(each) for each in view.alerts if not each.alert.is_live],
        charts=person_charts.charts(view, at=at),
        events=person_charts.events(view, at=at),
        screenings=[
            person_page.answered(each, may_strike=_may(Permission.SCREENING_STRIKE, view))
            for each in reversed(view.screenings)
            if not each.is_repeat
        ],
        **_notes(view, refused_id, problems),
        happened=mission_words.happened(view.happenings),
        person_id=str(view.person.id),
        **ways_on.around(view, actor),
        walk=_walk(view.person.id),
        printed=person_page.printed(view, actor.role, at=at),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )


def _notes(
    view: records.PersonView, refused_id: UUID | None, problems: Mapping[str, str]
) -> dict[str, Any]:
    """Signed notes and the form of a new one; the one that was refused with what was entered."""
    words = forms.text(request.form, "words")
    new = words if "note" in problems else _begun(view, words)
    return {
        "notes": note_page.notes(view, refused_id=refused_id, words=words, problems=problems),
        "new_note": note_page.new_note(view, words=new),
    }


def _begun(view: records.PersonView, words: str) -> str:
    """What was typed, and below it what the note was asked to begin with; empty if it was not."""
    beginning = note_beginnings.beginning_in(forms.text(request.form, "begin"))
    if beginning is None:
        return ""
    session = None
    if beginning is Beginning.SESSION:
        session = appointment_list.read_session(
            current_session(), actor=current_actor(), record=view.record, at=now()
        )
    added = note_beginnings.words_of(beginning, view, session, at=now())
    return "\n\n".join(part for part in (words, added) if part)


def _walk(person_id: UUID) -> dict[str, str | None]:
    """Back to the list as it was left, and on to who follows there."""
    asked = request.args
    query = list_walk.carried(asked)
    is_walking = list_walk.place_of(asked) is not None
    back = list_walk.query_of(list_walk.wanted_of(asked)) if is_walking else {}
    return {
        "list_url": url_for("work_list.home", **back),
        "next_url": url_for("work_list.following", person=person_id, **query)
        if is_walking
        else None,
    }


def _may(permission: Permission, view: records.PersonView) -> bool:
    return access.allows(current_actor(), permission, view.record)


def _interview_cards(
    view: records.PersonView, refused_id: UUID | None, problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Interviews to come; the one whose form was refused with what was entered."""
    return [
        person_page.interview_card(
            step,
            problems=problems if step.screening_id == refused_id else {},
            given=request.form if step.screening_id == refused_id else {},
            today=today(),
        )
        for step in view.steps
        if step.talk is None
    ]


def _live_cards(
    view: records.PersonView, alert_id: UUID | None, problems: Mapping[str, str], at: datetime
) -> list[dict[str, Any]]:
    """Open alerts; the one whose form was refused with what was entered and what was wrong."""
    return [
        person_page.alert_card(
            story,
            view.screenings,
            is_mine=access.allows(current_actor(), Permission.ALERT_WORK, story.alert),
            may_take=access.allows(current_actor(), Permission.ALERT_ACKNOWLEDGE, story.alert),
            problems=problems if story.alert.id == alert_id else {},
            given=request.form if story.alert.id == alert_id else {},
            at=at,
        )
        for story in view.alerts
        if story.alert.is_live
    ]
