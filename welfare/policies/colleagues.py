"""Clinicians who could take over work: of the own units, able to sign in, in a clinical Post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.duty import CLINICAL
from models.tables.accounts import Account, Post
from models.tables.care import Case
from models.tables.places import Unit
from models.tables.referrals import Referral
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


@dataclass(frozen=True, slots=True)
class Carer:
    """A clinician to whom care may be given: in the units of `paths` and all below them."""

    account_id: UUID
    person_id: UUID
    paths: tuple[str, ...]

    def may_take(self, case: Case | Referral) -> bool:
        """Never the care of themselves, and never outside the own units."""
        is_inside = any(case.unit.path.startswith(path) for path in self.paths)
        return is_inside and case.person_id != self.person_id


CARERS = (
    select(Post.account_id, Account.person_id, Unit.path)
    .select_from(Post)
    .join(Account, Account.id == Post.account_id)
    .join(Unit, Unit.id == Post.unit_id)
    .where(Post.role.in_(CLINICAL), Account.disabled_at.is_(None))
)


def carers_over(session: Session, *, cases: Sequence[Case], today: date) -> Sequence[Carer]:
    """Who may take at least one of these cases; whoever has all of them already is left out."""
    paths = {path for case in cases for path in case.unit.line}
    found = session.execute(CARERS.where(Unit.path.in_(paths), is_held(Post, today)))
    return [
        carer
        for carer in _carers(found.all())
        if any(carer.may_take(case) and case.clinician_id != carer.account_id for case in cases)
    ]


def carers_in(session: Session, *, unit: Unit, not_person: UUID, today: date) -> Sequence[Carer]:
    """Who may take care of somebody in this unit."""
    found = session.execute(CARERS.where(Unit.path.in_(unit.line), is_held(Post, today)))
    return [carer for carer in _carers(found.all()) if carer.person_id != not_person]


def locked_carer(session: Session, *, account_id: UUID, today: date) -> Carer | None:
    """The one who was chosen. Their Posts are locked: if one ends at this moment, it is before
    this, which then finds none, or behind it, and then takes away again what was given."""
    found = session.execute(
        CARERS.where(Post.account_id == account_id, is_held(Post, today))
        .order_by(Post.id)
        .with_for_update(read=True, of=Post)
    )
    return next(iter(_carers(found.all())), None)


def _carers(found: Sequence[tuple[UUID, UUID, str]]) -> Sequence[Carer]:
    paths: dict[tuple[UUID, UUID], list[str]] = {}
    for account_id, person_id, path in found:
        paths.setdefault((account_id, person_id), []).append(path)
    return [Carer(*who, tuple(held)) for who, held in sorted(paths.items())]
