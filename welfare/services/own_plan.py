"""What was agreed with a member: their own plans in force. They are theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.plans import Plan
from models.vocabulary import Act, PlanKind
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.plans import SignedPlan, newest_of, opened


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """Each None where there is none yet."""

    safety: SignedPlan | None
    care: SignedPlan | None


def read_own_plan(session: Session, *, actor: Actor, at: datetime) -> OwnPlan:
    """The own plans in force, with who wrote them. Reading them is recorded."""
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    access.require(actor, Permission.OWN_RECORD_READ, person)
    trail.record_read(
        session,
        by=actor,
        act=Act.OWN_RECORD_READ,
        at=at,
        person_ids=[person.id],
        subject=person,
    )
    rows = session.scalars(
        select(Plan)
        .where(Plan.person_id == person.id)
        .order_by(Plan.made_at.desc(), Plan.id.desc())
    ).all()
    names = vault.names_of(session, account_ids={row.author_id for row in rows})
    plans = [opened(key, row, names) for row in rows]
    return OwnPlan(newest_of(plans, PlanKind.SAFETY), newest_of(plans, PlanKind.CARE))
