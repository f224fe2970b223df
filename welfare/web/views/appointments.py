"""A clinician's appointments: of the next days, of one person, and one with all that is done."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from models.tables.plans import Appointment
from models.vocabulary import AppointmentStatus, NextStep
from welfare.errors import ChangedMeanwhile, InputRefused
from welfare.gateways import calendar_files
from welfare.policies.permissions import Permission
from welfare.services import appointment_list, appointments
from welfare.web import appointment_form, appointment_page, forms, ways_on
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session
from welfare.web.zones import local_day

pages = Blueprint("appointments", __name__)


@pages.get("/appointments")
@requires(Permission.APPOINTMENT_KEEP)
def home() -> ResponseReturnValue:
    at = now()
    since = forms.by_own_clock(local_day(at), None)
    lines = appointment_list.read_days(current_session(), actor=current_actor(), since=since, at=at)
    open_ones = [each for each in lines if each.booked.starts_at < since]
    return render_template(
        "appointments/home.html",
        unrecorded=appointment_page.days(open_ones, at=at),
        days=appointment_page.days(
            [each for each in lines if each.booked.starts_at >= since], at=at
        ),
    )


@pages.get("/appointments/file")
@requires(Permission.APPOINTMENT_KEEP)
def calendar() -> ResponseReturnValue:
    found = appointment_list.read_calendar(current_session(), actor=current_actor(), at=now())
    entries = appointment_page.entries(found)
    content = calendar_files.calendar_file(entries, title=_("Appointment"), at=now())
    headers = {"Content-Disposition": f"attachment; filename={calendar_files.NAME}"}
    return Response(content, content_type=calendar_files.KIND, headers=headers)


@pages.get("/people/<uuid:person_id>/appointments")
@requires(Permission.RECORD_READ)
def of_person(person_id: UUID) -> ResponseReturnValue:
    return _of_person(person_id, {})


@pages.post("/cases/<uuid:case_id>/appointments")
@requires(Permission.APPOINTMENT_KEEP)
def make(case_id: UUID) -> ResponseReturnValue:
    try:
        row = appointments.make_appointment(
            current_session(),
            actor=current_actor(),
            case_id=case_id,
            appointment_id=forms.key(request.form, "appointment_id"),
            wanted=appointment_form.read(request.form),
            took_place=forms.text(request.form, "took_place") == "yes",
            even_so=forms.text(request.form, "double") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        return _of_person(forms.key(request.form, "person"), refused.problems), 422
    say(_("The appointment is made."))
    return redirect(url_for("appointments.of_person", person_id=row.person_id))


@pages.get("/appointments/<uuid:appointment_id>")
@requires(Permission.APPOINTMENT_KEEP)
def show(appointment_id: UUID) -> ResponseReturnValue:
    return _page(appointment_id, {})


@pages.post("/appointments/<uuid:appointment_id>/change")
@requires(Permission.APPOINTMENT_KEEP)
def change(appointment_id: UUID) -> ResponseReturnValue:
    try:
        appointments.change_appointment(
            current_session(),
            actor=current_actor(),
            appointment_id=appointment_id,
            version=forms.number(request.form, "version") or 0,
            wanted=appointment_form.read(request.form),
            even_so=forms.text(request.form, "double") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        return _page(appointment_id, refused.problems), 422
    except ChangedMeanwhile:
        return _page(appointment_id, {"day": "changed_meanwhile"}), 409
    say(_("The appointment is changed."))
    return redirect(url_for("appointments.show", appointment_id=appointment_id))


@pages.post("/appointments/<uuid:appointment_id>/cancel")
@requires(Permission.APPOINTMENT_KEEP)
def cancel(appointment_id: UUID) -> ResponseReturnValue:
    row = appointments.cancel_appointment(
        current_session(), actor=current_actor(), appointment_id=appointment_id, at=now()
    )
    say(_("The appointment is cancelled. The person sees that, and is best told by you."))
    return redirect(url_for("appointments.of_person", person_id=row.person_id))


@pages.post("/appointments/<uuid:appointment_id>/record")
@requires(Permission.APPOINTMENT_KEEP)
def record(appointment_id: UUID) -> ResponseReturnValue:
    try:
        row = appointments.record_outcome(
            current_session(),
            actor=current_actor(),
            appointment_id=appointment_id,
            status=forms.text(request.form, "status"),
            step=forms.text(request.form, "step") or NextStep.NONE,
            agreed=forms.text(request.form, "later"),
            new_time=appointment_form.new_time(request.form),
            version=forms.number(request.form, "version"),
            even_so=forms.text(request.form, "double") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        problems = {"later" if f == "agreed" else f: code for f, code in refused.problems.items()}
        return _page(appointment_id, problems), 422
    except ChangedMeanwhile:
        return _page(appointment_id, {"status": "changed_meanwhile"}), 409
    return _after(row)


def _after(row: Appointment) -> ResponseReturnValue:
    """Where nothing is agreed with somebody who did not come, that is asked at once."""
    is_open = "step" not in request.form
    if is_open and row.status is AppointmentStatus.MISSED:
        say(_("It is recorded that the person did not come. Please say what comes next."))
        return redirect(url_for("appointments.show", appointment_id=row.id))
    say(_("It is recorded."))
    if is_open:
        return redirect(url_for("appointments.home"))
    return redirect(url_for("appointments.of_person", person_id=row.person_id))


def _of_person(person_id: UUID, problems: dict[str, str]) -> str:
    view = appointment_list.read_of_person(
        current_session(), actor=current_actor(), person_id=person_id, at=now()
    )
    last = view.booked[0] if view.booked else None
    given = dict(request.form) or appointment_form.first_fields(view.number, last)
    case_id = view.own_case_id
    return render_template(
        "appointments/person.html",
        glass=ways_on.banner(person_id),
        name=view.name,
        person_id=str(person_id),
        rows=[
            {**appointment_page.shown(each), "who": view.names.get(each.with_id, "")}
            for each in view.booked
        ],
        action=url_for("appointments.make", case_id=case_id) if case_id else None,
        hidden={"person": str(person_id), "appointment_id": str(new_key())},
        options=appointment_form.options(),
        given=given,
        problems=_said(problems),
        page_error=bool(problems),
    )


def _page(appointment_id: UUID, problems: dict[str, str]) -> str:
    """One appointment; after a refusal with what was typed in the form that was sent."""
    found, name = appointment_list.read_one(
        current_session(), actor=current_actor(), appointment_id=appointment_id, at=now()
    )
    typed = dict(request.form)
    is_recording = "status" in typed
    given = typed if typed and not is_recording else appointment_form.fields_of(found)
    return render_template(
        "appointments/show.html",
        name=name,
        person_id=str(found.person_id),
        each=appointment_page.shown(found),
        can_record=appointment_page.can_record(found, now()),
        status=found.status.value,
        options=appointment_form.options(),
        given=given,
        told=typed if is_recording else appointment_page.recorded(found),
        is_recording=is_recording,
        problems=_said(problems),
        page_error=bool(problems),
    )


def _said(problems: dict[str, str]) -> dict[str, str]:
    return {field: problem(code) for field, code in appointment_form.named_here(problems).items()}
