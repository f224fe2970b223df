"""Clinicians who could take over work: of the own units, able to sign in, in a clinical Post."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.duty import CLINICAL
from models.tables.accounts import Account, Post
from models.tables.places import Unit
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.posts import is_held


def clinicians_of(session: Session, *, unit_ids: Sequence[UUID], today: date) -> set[UUID]:
    """The accounts that hold a clinical Post in one of these units."""
    return set(
        session.scalars(
            select(Post.account_id)
            .join(Account, Account.id == Post.account_id)
            .where(
                Post.role.in_(CLINICAL),
                Post.unit_id.in_(unit_ids),
                Account.disabled_at.is_(None),
                is_held(Post, today),
            )
        )
    )


def find_colleague(
    session: Session, actor: Actor, leaver: Account, chosen: UUID | None, at: datetime
) -> Account | None:
    """The one who was chosen to take over cases. Raises InputRefused for anybody else."""
    if chosen is None:
        return None
    units = session.scalars(select(Unit.id).where(access.visible(actor, Permission.POST_GIVE)))
    if chosen == leaver.id or chosen not in clinicians_of(
        session, unit_ids=units.all(), today=at.date()
    ):
        raise InputRefused({"colleague": "choose"})
    return session.get_one(Account, chosen)
