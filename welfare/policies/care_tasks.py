"""What plans and appointments ask of a clinician now: rows that a work-list can join.

Each is a query for (person_id, kind, when); nothing sealed is opened.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, func, literal, select

from models.tables.care import Case
from models.tables.plans import Appointment, Plan
from models.vocabulary import AppointmentStatus
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

PLAN_REVIEW = "plan_review"
APPOINTMENT = "appointment"


def plan_reviews_of(actor: Actor, at: datetime) -> Select[UUID, str, date]:
    """Plans in force whose day of review has come, of people in the own charge. By the person and
    not by the case: a plan that a closed case left behind is not forgotten."""
    mine = select(Case.person_id).where(access.visible(actor, Permission.CASE_CHANGE))
    return (
        select(Plan.person_id, literal(PLAN_REVIEW), func.min(Plan.review_on))
        .where(
            Plan.replaced_at.is_(None),
            Plan.review_on <= at.date(),
            Plan.person_id.in_(mine),
        )
        .group_by(Plan.person_id)
    )


def appointments_of(actor: Actor, at: datetime) -> Select[UUID, str, datetime]:
    """The own appointments of today, and those that are over and have not been recorded."""
    tomorrow = datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)
    return (
        select(Appointment.person_id, literal(APPOINTMENT), Appointment.starts_at)
        .join(Case, Case.id == Appointment.case_id)
        .where(
            access.visible(actor, Permission.APPOINTMENT_KEEP),
            Appointment.with_id == actor.account_id,
            Appointment.status == AppointmentStatus.PLANNED,
            Appointment.starts_at < tomorrow,
        )
    )
