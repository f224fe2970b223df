"""What the site knows of the people in one file: found by the digests of their numbers, in bulk.

Names are sealed for each person, so only those are opened who are in the file, or who belong to
its units and are not. Whoever is outside the administrator's own units is not opened at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.enrolment import SERVICE_NUMBER
from models.merged import IN_FORCE
from models.sealing import Place, blind_index
from models.tables.accounts import Account
from models.tables.merging import Merge
from models.tables.people import Deployment, Identity, Membership, Person, PersonKey
from models.tables.places import Mission, Unit
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.roster_plan import Known, KnownStay, Standing, unit_key
from welfare.policies.roster_rows import Entry

CHUNK = 5_000  # ids in one question: both databases take that many


def read_standing(
    session: Session, *, actor: Actor, entries: Sequence[Entry], today: date, lock: bool = False
) -> Standing:
    """With `lock`, nobody else changes or erases these people until the transaction ends."""
    own = session.scalars(
        select(Unit).where(access.visible(actor, Permission.ROSTER_IMPORT)).order_by(Unit.path)
    ).all()
    keys = vault.keys_of(session)
    digests = {each.number: blind_index(keys, SERVICE_NUMBER, each.number) for each in entries}
    own_ids = frozenset(unit.id for unit in own)
    rows = list(_found(session, set(digests.values()), lock))
    here = [row for row in rows if row.unit_id in own_ids]
    merged = _merged(session, set(digests.values()))
    names = _names_of_units(session, own)
    meant = {unit_id for each in entries for unit_id in names.get(unit_key(each.unit), ())}
    return Standing(
        digests=digests,
        units=names,
        missions=frozenset(session.scalars(select(Mission.code))),
        people=_known(session, here, today),
        elsewhere=frozenset(
            row.service_digest for row in (*rows, *merged) if row.unit_id not in own_ids
        ),
        merged=frozenset(row.service_digest for row in merged if row.unit_id in own_ids),
        absent=tuple(_absent(session, meant & own_ids, frozenset(digests.values()), today)),
    )


def chunked(ids: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(ids)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _names_of_units(
    session: Session, own: Sequence[Unit]
) -> Mapping[tuple[str, ...], tuple[UUID, ...]]:
    """A unit is named by its whole path, or by the end of it where no other ends alike."""
    above = {path for unit in own for path in unit.line}
    names = {
        path: " ".join(name.casefold().split())
        for path, name in session.execute(select(Unit.path, Unit.name).where(Unit.path.in_(above)))
    }
    found: dict[tuple[str, ...], list[UUID]] = {}
    whole: dict[tuple[str, ...], list[UUID]] = {}
    for unit in own:
        line = tuple(names[path] for path in unit.line)
        whole.setdefault(line, []).append(unit.id)
        for start in range(len(line)):
            found.setdefault(line[start:], []).append(unit.id)
    return {line: tuple(ids) for line, ids in (found | whole).items()}


def _people() -> Any:
    """Columns, not rows of the unit of work: there may be tens of thousands."""
    return (
        select(
            Identity.person_id,
            Identity.service_digest,
            Identity.content,
            Person.unit_id,
            Person.facts,
            PersonKey.wrapping_id,
            PersonKey.wrapped,
        )
        .join(Person, Person.id == Identity.person_id)
        .join(PersonKey, PersonKey.person_id == Identity.person_id)
        .order_by(Identity.person_id)
    )


def _found(session: Session, digests: Iterable[bytes], lock: bool) -> Iterator[Any]:
    query = _people()
    if lock:
        query = query.with_for_update(**vault.WITH_KEY_LOCK)
    for chunk in chunked(sorted(digests)):
        yield from session.execute(query.where(Identity.service_digest.in_(chunk)))


def _merged(session: Session, digests: Iterable[bytes]) -> Sequence[Any]:
    """Numbers of records that were merged into others: they have no key, and take nothing."""
    query = (
        select(Identity.service_digest, Person.unit_id)
        .join(Person, Person.id == Identity.person_id)
        .join(Merge, and_(Merge.other_id == Identity.person_id, IN_FORCE))
    )
    return [
        row
        for chunk in chunked(sorted(digests))
        for row in session.execute(query.where(Identity.service_digest.in_(chunk)))
    ]


def _known(session: Session, rows: Sequence[Any], today: date) -> dict[bytes, Known]:
    ids = [row.person_id for row in rows]
    accounts = set(_values(session, Account.person_id, ids))
    on_roster = {
        person
        for chunk in chunked(ids)
        for person in session.scalars(
            select(Membership.person_id).where(
                Membership.person_id.in_(chunk),
                or_(Membership.until_day.is_(None), Membership.until_day >= today),
            )
        )
    }
    stays = _stays(session, ids)
    return {
        row.service_digest: Known(
            person_id=row.person_id,
            identity=_opened(session, row, "identity", "content"),
            facts=_opened(session, row, "person", "facts"),
            unit_id=row.unit_id,
            has_account=row.person_id in accounts,
            is_on_roster=row.person_id in on_roster,
            stays=tuple(stays.get(row.person_id, ())),
        )
        for row in rows
    }


def _values(session: Session, column: Any, ids: Sequence[UUID]) -> Iterator[Any]:
    for chunk in chunked(ids):
        yield from session.scalars(select(column).where(column.in_(chunk)))


def _stays(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[KnownStay]]:
    found: dict[UUID, list[KnownStay]] = {}
    for chunk in chunked(ids):
        query = (
            select(
                Deployment.person_id,
                Deployment.id,
                Mission.code,
                Deployment.from_day,
                Deployment.until_day,
            )
            .join(Mission, Mission.id == Deployment.mission_id)
            .where(Deployment.person_id.in_(chunk))
            .order_by(Deployment.from_day, Deployment.id)
        )
        for row in session.execute(query):
            stay = KnownStay(row.id, row.code, row.from_day, row.until_day)
            found.setdefault(row.person_id, []).append(stay)
    return found


def _absent(
    session: Session, units: Iterable[UUID], digests: frozenset[bytes], today: date
) -> Iterator[tuple[str, str, Any]]:
    """People with a number who are in one of these units today, and not in the file."""
    query = (
        _people()
        .join(Membership, Membership.person_id == Identity.person_id)
        .where(
            Membership.unit_id.in_(set(units)),
            Membership.from_day <= today,
            or_(Membership.until_day.is_(None), Membership.until_day >= today),
            Identity.service_digest.is_not(None),
        )
    )
    seen: set[UUID] = set()
    for row in session.execute(query):
        if row.service_digest not in digests and row.person_id not in seen:
            seen.add(row.person_id)
            name = _opened(session, row, "identity", "content")
            facts = _opened(session, row, "person", "facts")
            yield name["family"], name["given"], facts.get("birth_year")


def _opened(session: Session, row: Any, table: str, column: str) -> Mapping[str, Any]:
    place = Place(table, column, row.person_id, row.person_id)
    content: Mapping[str, Any] = vault.opened_at(
        vault.unwrapped(session, row), place, getattr(row, column)
    )
    return content
