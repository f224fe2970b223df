"""Openings in an emergency that wait for a second person where there is none."""

from collections.abc import Set
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models.tables.accounts import Account, Post
from models.tables.glass import BreakGlass
from models.tables.places import Unit
from models.vocabulary import Role
from welfare.policies.posts import is_held

REVIEWERS = (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD)


def units_without_reviewer(session: Session, *, today: date) -> Set[str]:
    """Paths of units where a review waits and nobody but those concerned could give it. One
    query."""
    above = aliased(Unit)
    reviewers = (
        select(Post.id)
        .join(Account, Account.id == Post.account_id)
        .join(above, above.id == Post.unit_id)
        .where(
            Post.role.in_(REVIEWERS),
            is_held(Post, today),
            Account.disabled_at.is_(None),
            Account.id != BreakGlass.opener_id,
            Account.person_id != BreakGlass.person_id,
            above.path == func.substr(Unit.path, 1, func.length(above.path)),
        )
    )
    waiting = (
        select(Unit.path)
        .join(BreakGlass, BreakGlass.unit_id == Unit.id)
        .where(BreakGlass.next_tell_at.is_not(None), ~reviewers.exists())
    )
    return frozenset(session.scalars(waiting))
