"""Open referrals as tasks: for whoever answers for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, literal, not_, select

from models import referring
from models.tables.referrals import Referral
from models.vocabulary import ReferralStatus
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

REFERRAL = "referral"


def tasks_of(actor: Actor, at: datetime) -> Select[UUID, str, datetime]:
    """Person, kind and due moment. One that is booked for a later day asks nothing before."""
    is_to_come = and_(Referral.status == ReferralStatus.BOOKED, Referral.booked_on > at.date())
    return select(Referral.person_id, literal(REFERRAL), Referral.due_at).where(
        access.visible(actor, Permission.REFERRAL_WORK), referring.IS_OPEN, not_(is_to_come)
    )
