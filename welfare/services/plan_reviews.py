"""For the clinic lead: how many plans of the own units wait for their review. Numbers only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from models.duty import CLINICAL
from models.tables.accounts import Account, Post
from models.tables.care import Case
from models.tables.places import Unit
from models.tables.plans import Appointment, Plan
from models.vocabulary import AppointmentStatus, CaseStatus
from welfare.errors import AccessDenied
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.posts import is_held


@dataclass(frozen=True, slots=True)
class Overdue:
    """`reviews`: plans past their day of review. `unrecorded`: appointments that are over, of
    which nobody has said whether the person came. `without_clinician`: appointments to come with
    somebody who does not work as a clinician any more."""

    reviews: int
    unrecorded: int
    without_clinician: int


def count_overdue(session: Session, *, actor: Actor, today: date, at: datetime) -> Overdue:
    """Of people with an open case in the own units."""
    if not access.may_ever(actor, Permission.SERVICE_READ):
        raise AccessDenied("how the service does is for the clinic lead")
    units = select(Unit.id).where(access.visible(actor, Permission.SERVICE_READ))
    is_here = (Case.unit_id.in_(units), Case.status == CaseStatus.OPEN)
    reviews = _count(
        session,
        Plan,
        Plan.replaced_at.is_(None),
        Plan.review_on < today,
        Plan.person_id.in_(select(Case.person_id).where(*is_here)),
    )
    planned = (
        Appointment.status == AppointmentStatus.PLANNED,
        Appointment.case_id.in_(select(Case.id).where(*is_here)),
    )
    unrecorded = _count(session, Appointment, *planned, Appointment.starts_at < at)
    alone = _count(session, Appointment, *planned, Appointment.starts_at >= at, ~_works(today))
    return Overdue(reviews, unrecorded, alone)


def _works(today: date) -> ColumnElement[bool]:
    """Is whoever the appointment is with still a clinician?"""
    return exists().where(
        Post.account_id == Appointment.with_id,
        Post.role.in_(CLINICAL),
        is_held(Post, today),
        Account.id == Post.account_id,
        Account.disabled_at.is_(None),
    )


def _count(session: Session, table: Any, *wanted: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
