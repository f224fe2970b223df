"""How many referrals of a clinic lead's units are without an outcome, and whom they wait for.
Counts, and names of clinicians; nothing sealed about anybody is opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models import referring, trail, vault
from models.tables.places import Unit
from models.tables.referrals import Referral
from models.vocabulary import Act
from welfare.errors import AccessDenied
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open referrals that one clinician answers for."""

    name: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ReferralFigures:
    """`without_outcome`: referred, and nobody has recorded how it ended; `overdue` of them: the
    moment by which somebody had to act has passed."""

    without_outcome: int
    overdue: int
    waiting: tuple[Waiting, ...]


def read_referral_figures(session: Session, *, actor: Actor, at: datetime) -> ReferralFigures:
    """The own units, in two queries. Of whom they are is not told, not even to a lead who is
    referred themselves."""
    if not access.may_ever(actor, Permission.SERVICE_READ):
        raise AccessDenied("how the service does is for the clinic lead")
    units = select(Unit.id).where(access.visible(actor, Permission.SERVICE_READ))
    is_late = func.count(case((Referral.due_at < at, 1)))
    found = session.execute(
        select(Referral.responsible_id, func.count(), is_late)
        .where(
            Referral.unit_id.in_(units), referring.IS_OPEN, Referral.person_id != actor.person_id
        )
        .group_by(Referral.responsible_id)
    ).all()
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None])
    names = vault.names_of(session, account_ids={account for account, *_ in found})
    waiting = [Waiting(names.get(account, ""), count, late) for account, count, late in found]
    return ReferralFigures(
        without_outcome=sum(each.open for each in waiting),
        overdue=sum(each.overdue for each in waiting),
        waiting=tuple(sorted(waiting, key=lambda each: (-each.overdue, -each.open, each.name))),
    )
