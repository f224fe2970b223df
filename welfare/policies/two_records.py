"""Two records that may be one person: both side by side, and what stands against joining them.

Nothing here depends on answers, alerts or care: an administrator must not learn of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import merging, vault
from models.tables.accounts import Account
from models.tables.merging import Merge
from models.tables.people import Deployment, Identity, Person
from models.tables.places import Mission
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission


class WayIn(StrEnum):
    NONE = "none"
    OPEN = "open"
    DISABLED = "disabled"


class MergeState(StrEnum):
    WAITING = "waiting"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    PARTED = "parted"


@dataclass(frozen=True, slots=True)
class Stay:
    mission: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class RecordSide:
    """Of one of the two: who it says it is, and where. Nothing clinical."""

    person_id: UUID
    name: str
    service_number: str
    birth_year: int | None
    email: str
    phone: str
    unit: str
    way_in: WayIn
    stays: tuple[Stay, ...]


def find_two(
    session: Session, actor: Actor, *, first_id: UUID, second_id: UUID
) -> tuple[Person, Person]:
    """Raises RecordNotFound for one that is unknown, AccessDenied unless both are of own units."""
    if first_id == second_id:
        raise RecordNotFound("one record is not two")
    first, second = session.get(Person, first_id), session.get(Person, second_id)
    if first is None or second is None:
        raise RecordNotFound("no such person")
    for person in (first, second):
        access.require(actor, Permission.PEOPLE_MERGE, person.unit)
    return first, second


def insist_on_keys(session: Session, *, people: Sequence[Person]) -> None:
    """Raises RecordNotFound if one of them was erased, or was merged already."""
    ids = {person.id for person in people}
    if len(vault.keys_for(session, person_ids=ids)) < len(ids):
        raise RecordNotFound("erased, or merged before")


def obstacles(
    session: Session, actor: Actor, *, first_id: UUID, second_id: UUID, but: UUID | None = None
) -> dict[str, str]:
    """What has to be settled first. `but`: the request that is being looked at itself."""
    both = (first_id, second_id)
    problems = {}
    if actor.person_id in both:
        problems["person"] = "yourself"
    ways = {each: way_in(session, person_id=each) for each in both}
    if ways[second_id] is WayIn.OPEN:
        problems["account"] = "both_open" if ways[first_id] is WayIn.OPEN else "other_goes_on"
    if any(each.person_id == second_id for each in merging.merges_of(session, person_ids=both)):
        problems["merged"] = "has_merged"
    if merging.clashes(session, first=first_id, second=second_id):
        problems["deployments"] = "overlap"
    if any(each.id != but for each in waiting_for(session, person_ids=both)):
        problems["waiting"] = "asked_before"
    return problems


def waiting_for(session: Session, *, person_ids: Sequence[UUID]) -> Sequence[Merge]:
    """Requests that nobody has decided, about one of these."""
    touches = Merge.person_id.in_(person_ids) | Merge.other_id.in_(person_ids)
    return session.scalars(
        select(Merge).where(touches, Merge.confirmed_at.is_(None), Merge.undone_at.is_(None))
    ).all()


def state_of(merge: Merge) -> MergeState:
    if merge.is_waiting:
        return MergeState.WAITING
    if merge.is_in_force:
        return MergeState.IN_FORCE
    return MergeState.PARTED if merge.confirmed_at is not None else MergeState.REFUSED


def way_in(session: Session, *, person_id: UUID) -> WayIn:
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        return WayIn.NONE
    return WayIn.OPEN if account.disabled_at is None else WayIn.DISABLED


def side_of(session: Session, *, person: Person, key: bytes | None) -> RecordSide:
    """Without a key, as of somebody who was erased: the pseudonym alone."""
    identity = session.get(Identity, person.id)
    content: Mapping[str, str] = {}
    facts: Mapping[str, int] = {}
    if key is not None:
        facts = vault.opened(key, person, "facts")
        content = vault.opened(key, identity, "content") if identity is not None else {}
    return RecordSide(
        person_id=person.id,
        name=vault.name_in(content or None, person_id=person.id),
        service_number=content.get("service_number", ""),
        birth_year=facts.get("birth_year"),
        email=content.get("email", ""),
        phone=content.get("phone", ""),
        unit=person.unit.name,
        way_in=way_in(session, person_id=person.id),
        stays=tuple(_stays(session, person.id)),
    )


def keys_of(session: Session, *, merge: Merge) -> dict[UUID, bytes]:
    """What opens both sides, while there is somebody to open."""
    keys = dict(vault.keys_for(session, person_ids={merge.person_id, merge.other_id}))
    if merge.is_in_force and merge.person_id in keys:
        keys[merge.other_id] = vault.folded_key(keys[merge.person_id], merge)
    return keys


def _stays(session: Session, person_id: UUID) -> list[Stay]:
    found = session.execute(
        select(Mission.name, Deployment.from_day, Deployment.until_day)
        .join(Deployment, Deployment.mission_id == Mission.id)
        .where(Deployment.person_id == person_id)
        .order_by(Deployment.from_day, Deployment.id)
    )
    return [Stay(*stay) for stay in found]
