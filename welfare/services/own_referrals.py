"""A member's own referrals: to whom, and how they stand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.referrals import Referral
from models.vocabulary import Act
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.referral_views import Shown, names_in, opened


def list_own(session: Session, *, actor: Actor, at: datetime) -> Sequence[Shown]:
    """All of them, the newest first. Reading them is recorded."""
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    access.require(actor, Permission.OWN_RECORD_READ, person)
    rows = session.scalars(
        select(Referral)
        .where(Referral.person_id == person.id)
        .order_by(Referral.created_at.desc(), Referral.id.desc())
    ).all()
    trail.record_read(
        session, by=actor, act=Act.OWN_RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    names = names_in(session, rows)
    return [opened(row, key=key, name="", names=names) for row in rows]
