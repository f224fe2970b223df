"""A summary of one record that leaves the system: who may make one, and that it was made."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from models import trail
from models.vocabulary import Act
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record


class Purpose(StrEnum):
    """For whom it is made; it stands on the paper."""

    REFERRAL = "referral"
    COLLEAGUE = "colleague"
    PERSON = "person"


def note_summary(
    session: Session, *, actor: Actor, record: Record, purpose: str, at: datetime
) -> Purpose:
    """Before the file leaves: its event goes to the trail, and so to the person's own list."""
    access.require(actor, Permission.RECORD_SUMMARISE, record)
    if purpose not in set(Purpose):
        raise InputRefused({"purpose": "choose"})
    trail.record_read(
        session,
        by=actor,
        act=Act.RECORD_SUMMARISED,
        at=at,
        person_ids=[record.person.id],
        subject=record.person,
    )
    return Purpose(purpose)
