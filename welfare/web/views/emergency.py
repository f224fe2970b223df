"""Opening one record in an emergency: found by its number, opened with a reason, ended by hand."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import closed_records, glass
from welfare.web import forms, oversight_form
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.oversight_words import EMERGENCIES
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("emergency", __name__, url_prefix="/emergency")


@pages.get("/")
@requires(Permission.GLASS_BREAK)
def index() -> ResponseReturnValue:
    return _index_page({})


@pages.post("/find")
@requires(Permission.GLASS_BREAK)
def find_person() -> ResponseReturnValue:
    try:
        person_id = glass.find_person(
            current_session(),
            actor=current_actor(),
            service_number=forms.text(request.form, "service_number"),
        )
    except InputRefused as refused:
        return _index_page(refused.problems)
    return redirect(url_for("emergency.person", person_id=person_id))


@pages.get("/people/<uuid:person_id>")
@requires(Permission.GLASS_BREAK, fresh=True)
def person(person_id: UUID) -> ResponseReturnValue:
    return _person_page(person_id, {})


@pages.post("/people/<uuid:person_id>")
@requires(Permission.GLASS_BREAK, fresh=True, back="emergency.person")
def open_record(person_id: UUID) -> ResponseReturnValue:
    try:
        glass.break_glass(
            current_session(),
            actor=current_actor(),
            person_id=person_id,
            reason=forms.text(request.form, "reason"),
            words=forms.text(request.form, "words"),
            hours=forms.number(request.form, "hours"),
            delay=oversight_form.wish(),
            at=now(),
        )
    except InputRefused as refused:
        return _person_page(person_id, refused.problems)
    say(_("The record is open to you. Everybody concerned is told."))
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/<uuid:glass_id>/end")
@requires(Permission.GLASS_END)
def end(glass_id: UUID) -> ResponseReturnValue:
    glass.end_glass(current_session(), actor=current_actor(), glass_id=glass_id, at=now())
    say(_("The record is closed to you again."))
    return redirect(url_for("emergency.index"))


def _index_page(problems: Mapping[str, str]) -> ResponseReturnValue:
    actor, at = current_actor(), now()
    found = glass.list_openings(current_session(), actor=actor, at=at)
    page = render_template(
        "emergency/index.html",
        own=[_opening(each) for each in found.own],
        in_own_care=[_opening(each) for each in found.in_own_care],
        marked=closed_records.list_marked(current_session(), actor=actor, at=at),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _opening(each: glass.Opened) -> dict[str, object]:
    return {
        "name": each.name,
        "url": url_for("people.show", person_id=each.person_id),
        "by": each.opener,
        "opened_at": each.opened_at,
        "over_at": each.over_at,
        "reason": EMERGENCIES[each.reason],
        "words": each.words,
        "end": url_for("emergency.end", glass_id=each.id),
    }


def _person_page(person_id: UUID, problems: Mapping[str, str]) -> ResponseReturnValue:
    asked = glass.ask(current_session(), actor=current_actor(), person_id=person_id, at=now())
    if asked.may_read and not problems:
        return redirect(url_for("people.show", person_id=person_id))
    page = render_template(
        "emergency/person.html",
        asked=asked,
        hours=[(each, _("%(n)s h", n=each)) for each in glass.HOURS],
        given=request.form,
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
        **oversight_form.choices(),
    )
    return page, 422 if problems else 200
