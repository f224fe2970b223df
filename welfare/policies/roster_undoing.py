"""Which changes of a roster can still be taken back, person by person, and taking them back.

Whatever somebody did with a person since then stands. A person's changes are taken back together
or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rescheduling, vault, withdrawal
from models.enrolment import FACTS_SIZE, IDENTITY_SIZE
from models.tables.accounts import Account
from models.tables.people import Deployment, Identity, Membership, Person, PersonKey
from models.tables.rosters import RosterChange, RosterImport
from models.tables.screenings import Window
from models.vocabulary import Phase, RosterKind
from welfare.policies.roster_before import Before, read_before
from welfare.policies.roster_standing import chunked

ON_THE_WAY = (Phase.PRE, Phase.DURING)


class Stays(StrEnum):
    """Why what a roster did to somebody cannot be taken back. Never tells of answers or care."""

    IN_USE = "in_use"
    ASKED = "asked"
    CHANGED_SINCE = "changed_since"
    ERASED = "erased"


@dataclass(slots=True)
class Touched:
    """One person of an import with all that undoing looks at; `stays` says why not."""

    change: RosterChange
    person: Person
    identity: Identity | None
    key: bytes | None
    before: Before | None = None
    stays: Stays | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """What belongs to the people of a batch, by person."""

    deployments: Mapping[UUID, Mapping[UUID, Deployment]]
    memberships: Mapping[UUID, Mapping[UUID, Membership]]
    windows: Mapping[UUID, Sequence[Window]]
    told: frozenset[UUID]  # windows that were answered, begun, or told of
    accounts: frozenset[UUID]
    traces: frozenset[UUID]
    later: frozenset[UUID]


def look_at(
    session: Session, *, roster: RosterImport, today: date, lock: bool = False
) -> list[Touched]:
    """Everybody this import touched and nobody has taken back, in the order of the file."""
    query = (
        select(RosterChange, Person, Identity, PersonKey)
        .join(Person, Person.id == RosterChange.person_id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .outerjoin(PersonKey, PersonKey.person_id == Person.id)
        .where(RosterChange.import_id == roster.id, RosterChange.undone_at.is_(None))
        .order_by(RosterChange.line, RosterChange.id)
    )
    if lock:
        query = query.with_for_update(of=Person, key_share=True)
    found = [
        Touched(change, person, identity, vault.unwrapped(session, key) if key else None)
        for change, person, identity, key in session.execute(query)
    ]
    for chunk in chunked(found):
        rows = _rows(session, [each.person.id for each in chunk], roster)
        for touched in chunk:
            touched.stays = _judged(touched, rows, today)
    return found


def take_back(
    session: Session, *, touched: Sequence[Touched], by: UUID | None, at: datetime
) -> None:
    """Undo these people's changes, all of which can be undone."""
    new = [each.person.id for each in touched if each.change.kind is RosterKind.NEW]
    for chunk in chunked(new):
        withdrawal.withdraw(session, person_ids=chunk, at=at, by=by)
    for each in touched:
        if each.change.kind is RosterKind.CHANGED:
            _restore(session, each)
            each.change.undone_at = at
    session.flush()
    rescheduling.mark_changed(session, (each.person.id for each in touched))


def _judged(touched: Touched, rows: Rows, today: date) -> Stays | None:
    if touched.key is None or touched.identity is None:
        return Stays.ERASED
    touched.before = before = read_before(touched.key, touched.change)
    person_id = touched.person.id
    if person_id in rows.later:
        return Stays.CHANGED_SINCE
    if touched.change.kind is RosterKind.NEW:
        return _newcomer_stays(person_id, before, rows)
    is_other = _is_other(touched, touched.key, touched.identity, before) or _has_moved(
        touched, before, rows
    )
    return Stays.CHANGED_SINCE if is_other else _deployments_stay(person_id, before, rows, today)


def _newcomer_stays(person_id: UUID, before: Before, rows: Rows) -> Stays | None:
    if person_id in rows.accounts or person_id in rows.traces:
        return Stays.IN_USE
    made = {key for key, _until in before.deployments}
    is_more = set(rows.deployments.get(person_id, {})) != made
    has_moved = len(rows.memberships.get(person_id, {})) > 1
    return Stays.CHANGED_SINCE if is_more or has_moved else None


def _is_other(touched: Touched, key: bytes, identity: Identity, before: Before) -> bool:
    """Has a value that the roster wrote been changed again?"""
    there = {
        **vault.opened(key, touched.person, "facts"),
        **vault.opened(key, identity, "content"),
    }
    written = {**before.facts, **before.identity}
    return any(there.get(name) != after for name, (_before, after) in written.items())


def _has_moved(touched: Touched, before: Before, rows: Rows) -> bool:
    if before.unit is None:
        return False
    stays = rows.memberships.get(touched.person.id, {})
    joined = stays.get(before.joined) if before.joined else None
    is_gone = before.joined is not None and (joined is None or joined.until_day is not None)
    is_left_lost = any(each.membership_id not in stays for each in before.left)
    return touched.person.unit_id != before.unit[1] or is_gone or is_left_lost


def _deployments_stay(person_id: UUID, before: Before, rows: Rows, today: date) -> Stays | None:
    there = rows.deployments.get(person_id, {})
    written = [
        *before.deployments,
        *((each.deployment_id, each.until_day) for each in before.ended),
    ]
    for key, until_day in written:
        if key not in there or there[key].until_day != until_day:
            return Stays.CHANGED_SINCE
    windows = [each for each in rows.windows.get(person_id, ()) if _is_brought(each, before)]
    # Whoever can sign in counts as asked once a window is open, whether they answered or not:
    # an administrator learns nothing about that.
    can_answer = person_id in rows.accounts
    is_asked = any(
        each.id in rows.told or (can_answer and each.opens_on <= today) for each in windows
    )
    return Stays.ASKED if is_asked else None


def _is_brought(window: Window, before: Before) -> bool:
    """Is it there because of what the roster wrote: a deployment, or a return from one?"""
    made = {key for key, _until in before.deployments}
    ended = {each.deployment_id for each in before.ended}
    is_home = window.deployment_id in ended and window.phase not in ON_THE_WAY
    return window.deployment_id in made or is_home


def _restore(session: Session, touched: Touched) -> None:
    key, before = touched.key, touched.before
    if key is None or before is None or touched.identity is None:
        return
    if before.facts:
        facts = {**vault.opened(key, touched.person, "facts"), **_former(before.facts, None)}
        touched.person.facts = vault.sealed(key, touched.person, "facts", facts, size=FACTS_SIZE)
    if before.identity:
        content = {**vault.opened(key, touched.identity, "content"), **_former(before.identity, "")}
        touched.identity.content = vault.sealed(
            key, touched.identity, "content", content, size=IDENTITY_SIZE
        )
    if before.unit is not None:
        _move_back(session, touched.person, before)
    _take_deployments_back(session, before)


def _former(pairs: Mapping[str, tuple[Any, Any]], nothing: Any) -> dict[str, Any]:
    return {name: nothing if before is None else before for name, (before, _after) in pairs.items()}


def _move_back(session: Session, person: Person, before: Before) -> None:
    if before.unit is not None:
        person.unit_id = before.unit[0]
    if before.joined is not None:
        session.delete(session.get_one(Membership, before.joined))
    for left in before.left:
        stay = session.get_one(Membership, left.membership_id)
        stay.unit_id, stay.until_day = left.unit_id, left.until_day


def _take_deployments_back(session: Session, before: Before) -> None:
    made = [key for key, _until in before.deployments]
    touched = [*made, *(each.deployment_id for each in before.ended)]
    for window in session.scalars(select(Window).where(Window.deployment_id.in_(touched))):
        if _is_brought(window, before):
            session.delete(window)
    session.flush()  # a window refers to its deployment
    for deployment in session.scalars(select(Deployment).where(Deployment.id.in_(made))):
        session.delete(deployment)
    for ended in before.ended:
        session.get_one(Deployment, ended.deployment_id).until_day = None


def _rows(session: Session, ids: Sequence[UUID], roster: RosterImport) -> Rows:
    windows = session.scalars(select(Window).where(Window.person_id.in_(ids))).all()
    accounts = select(Account.person_id).where(Account.person_id.in_(ids))
    return Rows(
        deployments=_by_person(session, Deployment, ids),
        memberships=_by_person(session, Membership, ids),
        windows=_grouped(windows),
        told=frozenset(rescheduling.windows_in_use(session, person_ids=ids)),
        accounts=frozenset(session.scalars(accounts)),
        traces=frozenset(withdrawal.with_traces(session, person_ids=ids)),
        later=_later(session, ids, roster),
    )


def _grouped(windows: Sequence[Window]) -> dict[UUID, list[Window]]:
    found: dict[UUID, list[Window]] = {}
    for window in windows:
        found.setdefault(window.person_id, []).append(window)
    return found


def _by_person(session: Session, table: type[Any], ids: Sequence[UUID]) -> dict[UUID, Any]:
    found: dict[UUID, dict[UUID, Any]] = {}
    for row in session.scalars(select(table).where(table.person_id.in_(ids))):
        found.setdefault(row.person_id, {})[row.id] = row
    return found


def _later(session: Session, ids: Sequence[UUID], roster: RosterImport) -> frozenset[UUID]:
    """Whom a later roster has changed again, and nobody has taken that back."""
    query = select(RosterChange.person_id).where(
        RosterChange.person_id.in_(ids),
        RosterChange.undone_at.is_(None),
        RosterChange.import_id > roster.id,  # keys are in the order of time
    )
    return frozenset(session.scalars(query))
