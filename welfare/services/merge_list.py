"""Requests to join two records, and what came of them, as lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.merging import Merge
from models.tables.people import Identity, Person
from models.tables.places import Unit
from models.vocabulary import Act
from welfare.errors import AccessDenied
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.two_records import MergeState, state_of

MERGES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class MergeRow:
    merge: Merge
    state: MergeState
    first: str
    second: str


def list_merges(session: Session, *, actor: Actor, at: datetime) -> Sequence[MergeRow]:
    """Those of own units, what waits first, then the newest."""
    if not access.may_ever(actor, Permission.PEOPLE_MERGE):
        raise AccessDenied("for administrators")
    own = select(Unit.id).where(access.visible(actor, Permission.PEOPLE_MERGE))
    people = select(Person.id).where(Person.unit_id.in_(own))
    has_ended = Merge.confirmed_at.is_not(None) | Merge.undone_at.is_not(None)
    merges = session.scalars(
        select(Merge)
        .where(Merge.person_id.in_(people), Merge.other_id.in_(people))
        .order_by(has_ended, Merge.made_at.desc(), Merge.id.desc())
        .limit(MERGES_SHOWN)
    ).all()
    shown = {each for merge in merges for each in (merge.person_id, merge.other_id)}
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=sorted(shown))
    names = _names(session, merges, shown)
    return [
        MergeRow(merge, state_of(merge), names[merge.person_id], names[merge.other_id])
        for merge in merges
    ]


def count_waiting(session: Session, *, actor: Actor) -> int:
    """Requests that wait for this administrator's word."""
    own = select(Unit.id).where(access.visible(actor, Permission.PEOPLE_MERGE))
    people = select(Person.id).where(Person.unit_id.in_(own))
    waiting = (
        select(func.count())
        .select_from(Merge)
        .where(
            Merge.person_id.in_(people),
            Merge.other_id.in_(people),
            Merge.confirmed_at.is_(None),
            Merge.undone_at.is_(None),
            Merge.made_by != actor.account_id,
        )
    )
    return session.scalars(waiting).one()


def _names(
    session: Session, merges: Sequence[Merge], person_ids: Collection[UUID]
) -> Mapping[UUID, str]:
    """In two queries. Of somebody erased, the pseudonym."""
    keys = dict(vault.keys_for(session, person_ids=person_ids))
    keys |= {
        each.other_id: vault.folded_key(keys[each.person_id], each)
        for each in merges
        if each.is_in_force and each.person_id in keys
    }
    identities = {
        each.person_id: each
        for each in session.scalars(select(Identity).where(Identity.person_id.in_(person_ids)))
    }
    return {
        each: vault.name_in(
            vault.opened(keys[each], identities[each], "content")
            if each in keys and each in identities
            else None,
            person_id=each,
        )
        for each in person_ids
    }
