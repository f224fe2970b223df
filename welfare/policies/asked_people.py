"""Who was asked, for lists by name: the chosen unit, one page, names opened for that page alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import SealBroken
from models.tables.people import Identity, Person, PersonKey
from models.tables.places import Unit
from models.tables.screenings import Window
from models.vocabulary import Act
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

PAGE = 50
LAST_PAGE = 100_000  # more than any site has; no database counts as far as an address can
Wanted = Select[*tuple[Any, ...]]
Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The own units, and the one that was chosen of them; None: all."""

    units: tuple[Unit, ...]
    chosen: Unit | None


def choose(session: Session, actor: Actor, unit_id: UUID | None) -> Choice:
    if not access.may_ever(actor, Permission.COMPLETION_READ):
        raise AccessDenied("who was asked is for welfare officers")
    first, behind = actor.path_range
    units = session.scalars(
        select(Unit).where(Unit.path >= first, Unit.path < behind).order_by(Unit.path)
    ).all()
    chosen = next((unit for unit in units if unit.id == unit_id), None)
    if unit_id is not None and chosen is None:
        raise RecordNotFound("no such unit")
    return Choice(tuple(units), chosen)


def people_asked(wanted: Wanted, actor: Actor, choice: Choice) -> Wanted:
    """From windows to those whose name can be opened: nobody who was erased."""
    joined = (
        wanted.select_from(Window)
        .join(Person, Person.id == Window.person_id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(access.visible(actor, Permission.COMPLETION_READ))
    )
    if choice.chosen is None:
        return joined
    below = [unit.id for unit in choice.units if unit.path.startswith(choice.chosen.path)]
    return joined.where(Person.unit_id.in_(below))


def page_of(session: Session, wanted: Wanted, number: int) -> tuple[int, Sequence[Found], bool]:
    number = min(max(number, 1), LAST_PAGE)
    found = session.execute(wanted.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    return number, found[:PAGE], len(found) > PAGE


def identity_of(
    session: Session, identity: Identity | None, key: PersonKey
) -> Mapping[str, str] | None:
    if identity is None:
        return None
    try:
        content: Mapping[str, str] = vault.opened(
            vault.unwrapped(session, key), identity, "content"
        )
    except SealBroken:  # one damaged row must not take the whole list down
        return None
    return content


def note_shown(session: Session, actor: Actor, shown: Sequence[UUID], at: datetime) -> None:
    """Whoever stands on the page twice was shown once."""
    people = list(dict.fromkeys(shown))
    trail.record_read(session, by=actor, act=Act.COMPLETION_READ, at=at, person_ids=people)
