"""Escrow: a copy of the keys in a safe elsewhere, and the drill that proves it opens this site."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import KeyRing, SealBroken, unwrap
from models.tables.audit import AuditEvent
from models.tables.people import Person, PersonKey
from models.tables.places import Unit
from models.vocabulary import Act, Decision
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

SAMPLE = 10  # of the oldest and of the newest people under each key


@dataclass(frozen=True, slots=True)
class Drill:
    """What a copy could do. `lacking`: keys of the file it does not hold, and how many people's
    keys each of them wraps."""

    is_of_site: bool
    lacking: Mapping[str, int]
    opened: int
    broken: int

    @property
    def opens_site(self) -> bool:
        return self.is_of_site and not self.lacking and not self.broken


def note_copy(session: Session, *, actor: Actor, at: datetime) -> None:
    """A copy is about to leave the machine."""
    root = _require(session, actor)
    trail.record(session, by=actor, act=Act.KEYS_ESCROWED, at=at, subject=root)


def try_copy(
    session: Session, *, actor: Actor, ring: KeyRing, copy: KeyRing, at: datetime
) -> Drill:
    """The drill: what is `ring` to the file in use, and does the copy open what it opens?

    Opens a sample with the copy alone. What was opened is not shown, kept or handed on.
    """
    root = _require(session, actor)
    used = _in_use(session)
    if not hmac.compare_digest(copy.derived("site"), ring.derived("site")):
        drill = Drill(False, {}, 0, 0)
    else:
        lacking = {
            name: used.get(name, 0) for name in sorted(ring.names) if not copy.holds(ring, name)
        }
        opened, broken = _try_sample(session, copy, sorted(set(used) & copy.names - set(lacking)))
        drill = Drill(True, lacking, opened, broken)
    decision = Decision.ALLOWED if drill.opens_site else Decision.REFUSED
    trail.record(
        session, by=actor, act=Act.KEYS_ESCROW_CHECKED, at=at, subject=root, decision=decision
    )
    return drill


def last_drill_at(session: Session) -> datetime | None:
    """When a copy was last proven to open this site. For the checks of a running site."""
    return session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.act == Act.KEYS_ESCROW_CHECKED, AuditEvent.decision == Decision.ALLOWED
        )
    )


def _in_use(session: Session) -> Mapping[str, int]:
    found = session.execute(
        select(PersonKey.wrapping_id, func.count()).group_by(PersonKey.wrapping_id)
    )
    return {name: number for name, number in found}


def _try_sample(session: Session, copy: KeyRing, names: Sequence[str]) -> tuple[int, int]:
    opened = broken = 0
    for name in names:
        for order in (PersonKey.person_id, PersonKey.person_id.desc()):
            for person, stored in session.execute(
                select(Person, PersonKey)
                .join(PersonKey, PersonKey.person_id == Person.id)
                .where(PersonKey.wrapping_id == name)
                .order_by(order)
                .limit(SAMPLE)
            ):
                is_open = _opens(copy, person, stored)
                opened, broken = opened + is_open, broken + (not is_open)
    return opened, broken


def _opens(copy: KeyRing, person: Person, stored: PersonKey) -> bool:
    try:
        key = unwrap(copy.wrapping_key(stored.wrapping_id), person.id, stored.wrapped)
        vault.opened(key, person, "facts")
    except SealBroken:
        return False
    return True


def _require(session: Session, actor: Actor) -> Unit:
    root = session.scalars(
        select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.path).limit(1)
    ).first()
    if root is None:
        raise RecordNotFound("this site is not set up")
    access.require(actor, Permission.KEYS_KEEP, root)
    return root
