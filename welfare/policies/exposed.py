"""Who was there: people named by their units on a day, or by their service numbers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.enrolment import SERVICE_NUMBER
from models.sealing import blind_index
from models.tables.people import Identity, Membership, Person, PersonKey
from models.tables.places import Unit, after
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

NUMBERS_MOST = 500
SIGNS_MOST = 10_000
LINES_NAMED = 20  # more are counted by whoever corrects the first


@dataclass(frozen=True, slots=True)
class Who:
    """As a form names them: whole units, and a service number on each line."""

    unit_ids: Collection[UUID] = ()
    numbers: str = ""


def exposed_people(session: Session, *, actor: Actor, who: Who, day: date) -> Sequence[UUID]:
    """All of them once. Raises InputRefused if a line or a unit cannot be used: then nobody is
    named, so that nothing is half done."""
    by_number = _numbered(session, actor, _lines(who.numbers))
    found = {*by_number, *_members(session, actor, who.unit_ids, day)}
    if not found:
        raise InputRefused({"numbers": "nobody"})
    return sorted(found)


def _lines(text: str) -> Mapping[int, str]:
    lines = {number: line.strip() for number, line in enumerate(text.splitlines(), 1)}
    filled = {number: line for number, line in lines.items() if line}
    if len(filled) > NUMBERS_MOST or len(text) > SIGNS_MOST:
        raise InputRefused({"numbers": "too_many"})
    return filled


def _numbered(session: Session, actor: Actor, lines: Mapping[int, str]) -> list[UUID]:
    """Unknown and of another contingent is one and the same: it must not tell who exists."""
    keys = vault.keys_of(session)
    digests = {number: blind_index(keys, SERVICE_NUMBER, line) for number, line in lines.items()}
    found = session.execute(
        select(Identity.service_digest, Person.id)
        .join(Person, Person.id == Identity.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(
            Identity.service_digest.in_(set(digests.values())),
            access.visible(actor, Permission.INCIDENT_RECORD),
        )
    )
    people: dict[bytes | None, UUID] = {digest: person for digest, person in found}
    wrong = [number for number, digest in digests.items() if digest not in people]
    if wrong:
        named = ", ".join(str(number) for number in wrong[:LINES_NAMED])
        raise InputRefused({"numbers": f"unknown_lines:{named}"})
    return [people[digest] for digest in digests.values()]


def _members(
    session: Session, actor: Actor, unit_ids: Collection[UUID], day: date
) -> Sequence[UUID]:
    """Everybody who was on the roster of these units, or of one below them, that day."""
    if not unit_ids:
        return []
    chosen = session.scalars(
        select(Unit).where(Unit.id.in_(unit_ids), access.visible(actor, Permission.INCIDENT_RECORD))
    ).all()
    if len(chosen) < len(set(unit_ids)):
        raise InputRefused({"units": "choose"})
    below = or_(*(and_(Unit.path >= each.path, Unit.path < after(each.path)) for each in chosen))
    return session.scalars(
        select(Membership.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(PersonKey, PersonKey.person_id == Membership.person_id)
        .where(
            below,
            Membership.from_day <= day,
            or_(Membership.until_day.is_(None), Membership.until_day >= day),
        )
    ).all()
