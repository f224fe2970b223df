"""A member's own appointments: when, how and where. What a session follows is not shown here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.people import Person
from models.tables.plans import Appointment
from models.vocabulary import Act, AppointmentStatus
from welfare.errors import RecordNotFound
from welfare.policies import access, booked
from welfare.policies.actor import Actor
from welfare.policies.booked import Booked
from welfare.policies.permissions import Permission

SHOWN = timedelta(days=90)  # of those that are over


@dataclass(frozen=True, slots=True)
class OwnAppointments:
    """In the order of time. `names`: with whom, by account."""

    booked: tuple[Booked, ...]
    names: Mapping[UUID, str]

    def to_come(self, at: datetime) -> tuple[Booked, ...]:
        return tuple(each for each in self.booked if each.is_planned and each.ends_at > at)


def read_own(session: Session, *, actor: Actor, at: datetime) -> OwnAppointments:
    """Those to come, and those of the last weeks. Reading them is recorded."""
    person, key = _me(session, actor)
    trail.record_read(
        session,
        by=actor,
        act=Act.OWN_RECORD_READ,
        at=at,
        person_ids=[person.id],
        subject=person,
    )
    rows = session.scalars(
        select(Appointment)
        .where(Appointment.person_id == person.id, Appointment.starts_at > at - SHOWN)
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    names = vault.names_of(session, account_ids={row.with_id for row in rows})
    return OwnAppointments(tuple(booked.opened(key, row) for row in rows), names)


def next_start(session: Session, *, actor: Actor, at: datetime) -> datetime | None:
    """When the next one begins; None for none, and for whoever came by a link. Nothing sealed is
    opened."""
    if not access.may_ever(actor, Permission.OWN_RECORD_READ):
        return None
    return session.scalar(
        select(Appointment.starts_at)
        .where(
            Appointment.person_id == actor.person_id,
            Appointment.status == AppointmentStatus.PLANNED,
            Appointment.starts_at >= at,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )


def _me(session: Session, actor: Actor) -> tuple[Person, bytes]:
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.OWN_RECORD_READ, found[0])
    return found
