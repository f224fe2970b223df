"""What was agreed with a member, on their own pages: plan, appointments, a calendar file."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.gateways import calendar_files
from welfare.policies.permissions import Permission
from welfare.services import own_appointments, own_plan
from welfare.web import appointment_page, forms, plan_page
from welfare.web.clock import now
from welfare.web.guard import OWN_PAST, requires
from welfare.web.progress import crisis_contacts
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("own_care", __name__, url_prefix="/me")


@pages.get("/plan")
@requires(Permission.OWN_RECORD_READ, fresh=OWN_PAST)
def plan() -> ResponseReturnValue:
    found = own_plan.read_own_plan(current_session(), actor=current_actor(), at=now())
    goals = found.care is not None and bool(found.care.written.goals)
    return render_template(
        "own_care/plan.html",
        safety=plan_page.shown(found.safety) if found.safety else None,
        care=plan_page.shown(found.care, goals_alone=True) if found.care and goals else None,
        contacts=crisis_contacts(),
    )


@pages.get("/appointments")
@requires(Permission.OWN_RECORD_READ, fresh=OWN_PAST)
def appointments() -> ResponseReturnValue:
    found = own_appointments.read_own(current_session(), actor=current_actor(), at=now())
    return render_template(
        "own_care/appointments.html", **appointment_page.of_member(found, at=now())
    )


@pages.get("/appointments/file")
@requires(Permission.OWN_RECORD_READ, fresh=OWN_PAST)
def calendar() -> ResponseReturnValue:
    """Of one, where it is named, or of all: an entry that is cancelled vanishes there, too."""
    at = now()
    found = own_appointments.read_own(current_session(), actor=current_actor(), at=at)
    only = forms.key_or_none(request.args, "only")
    wanted = [each for each in found.booked if each.id == only or (only is None)]
    entries = appointment_page.entries(wanted)
    content = calendar_files.calendar_file(entries, title=_("Appointment"), at=at)
    headers = {"Content-Disposition": f"attachment; filename={calendar_files.NAME}"}
    return Response(content, content_type=calendar_files.KIND, headers=headers)
