"""Rotation: every person's key wrapped anew with the current key of the file, some at a time.

Each batch is one transaction that locks its rows: an erasure or an enrolment at the same moment
comes before or after it and is never undone. Killed at any point, it goes on where it stopped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import SealBroken, unwrap, wrap
from models.tables.audit import AuditEvent, Site
from models.tables.people import PersonKey
from models.tables.places import Unit
from models.vocabulary import Act, Decision
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

BATCH = 500  # short, so that people who answer at the same time hardly wait
SETTLED = timedelta(hours=1)  # no act takes longer; after it none wraps with a former key
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Batch:
    """`last` is where the next batch begins; None when all have been looked at."""

    last: UUID | None
    wrapped: int
    broken: int


def keys_in_use(session: Session, *, actor: Actor) -> Mapping[str, int]:
    """How many people's keys each key-encryption key wraps."""
    _require(session, actor)
    found = session.execute(
        select(PersonKey.wrapping_id, func.count())
        .group_by(PersonKey.wrapping_id)
        .order_by(PersonKey.wrapping_id)
    )
    return {name: number for name, number in found}


def rewrap_some(session: Session, *, actor: Actor, after: UUID, at: datetime) -> Batch:
    """Wrap the next keys with the current one. A damaged key is left as it is, and counted.

    Raises KeyFileProblem where a key was wrapped with one that the file lacks.
    """
    root = _require(session, actor)
    keys = vault.keys_of(session)
    current = keys.wrapping_id
    new = keys.wrapping_key(current)
    rows = session.scalars(
        select(PersonKey)
        .where(PersonKey.person_id > after, PersonKey.wrapping_id != current)
        .order_by(PersonKey.person_id)
        .limit(BATCH)
        .with_for_update()
    ).all()
    broken = 0
    for row in rows:
        try:
            data_key = unwrap(keys.wrapping_key(row.wrapping_id), row.person_id, row.wrapped)
        except SealBroken:
            broken += 1
            continue
        row.wrapped, row.wrapping_id = wrap(new, row.person_id, data_key), current
    session.scalars(select(Site)).one().wrapping_id = current
    if rows:
        trail.record(session, by=actor, act=Act.KEYS_ROTATED, at=at, subject=root)
    return Batch(rows[-1].person_id if rows else None, len(rows) - broken, broken)


def retire(
    session: Session, *, actor: Actor, names: Collection[str], at: datetime
) -> Collection[str]:
    """Which of these former keys may leave the file: no key is wrapped with them any more.

    Raises InputRefused until an hour has passed since the last rotation, and until an escrow
    copy has been checked after it: older backups still need what leaves the file.
    """
    root = _require(session, actor)
    rotated, checked = _last(session, Act.KEYS_ROTATED), _last(session, Act.KEYS_ESCROW_CHECKED)
    if rotated is not None and at - rotated < SETTLED:
        raise InputRefused({"rotation": "too_fresh"})
    if checked is None or (rotated is not None and checked < rotated):
        raise InputRefused({"escrow": "not_checked"})
    used = keys_in_use(session, actor=actor)
    former = sorted(set(names) - set(used) - {vault.keys_of(session).wrapping_id})
    if former:
        trail.record(session, by=actor, act=Act.KEYS_RETIRED, at=at, subject=root)
    return former


def _last(session: Session, act: Act) -> datetime | None:
    return session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.act == act, AuditEvent.decision == Decision.ALLOWED
        )
    )


def _require(session: Session, actor: Actor) -> Unit:
    """Keys are the whole site's: the first unit stands for it."""
    root = session.scalars(
        select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.path).limit(1)
    ).first() or Unit(path="")
    access.require(actor, Permission.KEYS_KEEP, root)
    return root
