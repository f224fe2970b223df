"""The one maker of merges: two records that are one person become one, and are parted again.

Everything that can move is sealed anew for the record that goes on. The second record's own key
goes into the merge, sealed with the first one's. So the second record takes nothing any more, like
one that was erased; what stays behind with it is opened through the first; and whoever erases the
first has erased both. Whether anybody ever answered changes nothing of what can be merged: a
refusal must not tell.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import overseen, rescheduling, trail, vault
from models.hand_over import Leaving, give_own_away
from models.instruments import summary
from models.instruments.payload import unpack
from models.merge_rows import Merging
from models.merged import IN_FORCE
from models.moving import Log, Side
from models.part_rows import Parting
from models.sealing import wrap
from models.tables.accounts import Account
from models.tables.merging import Merge
from models.tables.paper import EnteredInError
from models.tables.people import Deployment, Person, PersonKey
from models.tables.screenings import Screening
from models.trail import Signature
from models.vocabulary import Act

CONTENT_SIZE = 4096  # bytes, and multiples of it


@dataclass(frozen=True, slots=True)
class Signed:
    """In whose name it is done, and when."""

    by: Signature
    at: datetime


def merges_of(session: Session, *, person_ids: Collection[UUID]) -> Sequence[Merge]:
    """Every merge in force that one of these records is in, as the first or the second."""
    touches = Merge.person_id.in_(person_ids) | Merge.other_id.in_(person_ids)
    return session.scalars(select(Merge).where(touches, IN_FORCE).order_by(Merge.id)).all()


def clashes(session: Session, *, first: UUID, second: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Deployments of both that overlap and are not the same one. Nobody is at two places."""
    return [
        (one.id, other.id)
        for one in _of(session, Deployment, first)
        for other in _of(session, Deployment, second)
        if _overlap(one, other) and not _is_same(one, other)
    ]


def merge(session: Session, *, found: Merge, by: Signature, at: datetime) -> bool:
    """Carry out a merge that waits. False, and nothing is changed, if it was ended or one of the
    two has no key any more: erased, or merged. The caller has asked who may."""
    sides = _locked(session, found)
    if len(sides) < len((found.person_id, found.other_id)) or not found.is_waiting:
        return False
    if clashes(session, first=found.person_id, second=found.other_id):
        return False
    first, second = sides[found.person_id], sides[found.other_id]
    log = Merging(session, first, second, by.account_id, at).run()
    content = {"key": second.key.hex(), "log": asdict(log)}
    found.content = vault.sealed(first.key, found, "content", content, size=CONTENT_SIZE)
    found.confirmed_at, found.confirmed_by = at, by.account_id
    session.execute(delete(PersonKey).where(PersonKey.person_id == second.person_id))
    _finish(session, [first], found, Act.PEOPLE_MERGED, Signed(by, at))
    _give_own_work_away(session, first.person_id, Signed(by, at))
    overseen.end_if_shut(session, by=by, person_id=first.person_id, at=at)
    return True


def part(session: Session, *, found: Merge, by: Signature, at: datetime) -> bool:
    """Take a merge back, row by row. False if there is nothing to part, or nobody left.

    What was made since then stays with the first, unless it hangs on a row that goes back.
    """
    sides = _locked(session, found)
    if not found.is_in_force or found.person_id not in sides:
        return False
    first = sides[found.person_id]
    content = vault.opened(first.key, found, "content")
    second = Side(found.other_id, bytes.fromhex(content["key"]))
    give_key_back(session, side=second)
    Parting(session, first, second, Log(**content["log"]), found.confirmed_at or at, at).run()
    found.content = vault.sealed(first.key, found, "content", {}, size=CONTENT_SIZE)
    found.undone_at, found.undone_by = at, by.account_id
    _finish(session, [first, second], found, Act.PEOPLE_PARTED, Signed(by, at))
    return True


def give_key_back(session: Session, *, side: Side) -> None:
    """The record has a key of its own again."""
    if session.get(PersonKey, side.person_id, populate_existing=True) is not None:
        return
    keys = vault.keys_of(session)
    current = keys.wrapping_id
    wrapped = wrap(keys.wrapping_key(current), side.person_id, side.key)
    session.add(PersonKey(person_id=side.person_id, wrapping_id=current, wrapped=wrapped))
    session.flush()


def _locked(session: Session, found: Merge) -> dict[UUID, Side]:
    """Both records, always in the same order, so that two acts never wait for each other; those
    that have a key of their own."""
    session.flush()
    ids = sorted((found.person_id, found.other_id))
    for table, column in ((Person, Person.id), (PersonKey, PersonKey.person_id)):
        session.execute(
            select(table)
            .where(column.in_(ids))
            .order_by(column)
            .with_for_update(of=table, key_share=True)
            .execution_options(populate_existing=True)
        ).all()
    session.refresh(found, with_for_update=True)  # somebody may be refusing it
    keys = vault.keys_for(session, person_ids=ids)
    return {person_id: Side(person_id, key) for person_id, key in keys.items()}


def _finish(
    session: Session, sides: Sequence[Side], found: Merge, act: Act, signed: Signed
) -> None:
    session.flush()
    session.expire_all()
    both = [found.person_id, found.other_id]
    for side in sides:
        summarise(session, side)
    rescheduling.mark_changed(session, both)
    for person_id in both:
        trail.record(
            session, by=signed.by, act=act, at=signed.at, person_id=person_id, subject=found
        )


def summarise(session: Session, side: Side) -> None:
    """The last results anew, from every screening that counts."""
    in_error = select(EnteredInError.screening_id)
    results: Mapping[str, Any] | None = None
    for each in session.scalars(
        select(Screening)
        .where(Screening.person_id == side.person_id, Screening.id.not_in(in_error))
        .order_by(Screening.day, Screening.id)
    ):
        payload = unpack(vault.opened(side.key, each, "payload"))
        if payload.part_of is not None:
            continue  # a part that was sent early is no result of its own
        results = summary.add_results(results, payload, day=each.day, phase=each.phase)
    person = session.get_one(Person, side.person_id)
    person.summary = None
    if results is not None:
        person.summary = vault.sealed(side.key, person, "summary", results, size=summary.SIZE)
    session.flush()


def _give_own_work_away(session: Session, person_id: UUID, signed: Signed) -> None:
    """Nobody answers for an alert, or keeps a case, about themselves."""
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    if account is not None:
        give_own_away(session, leaving=Leaving(account, signed.by, None, signed.at))


def _of(session: Session, table: type[Any], person_id: UUID) -> Sequence[Any]:
    return session.scalars(
        select(table).where(table.person_id == person_id).order_by(table.id)
    ).all()


def _is_same(one: Deployment, other: Deployment) -> bool:
    return (one.mission_id, one.from_day, one.until_day) == (
        other.mission_id,
        other.from_day,
        other.until_day,
    )


def _overlap(one: Deployment, other: Deployment) -> bool:
    return (one.until_day is None or other.from_day <= one.until_day) and (
        other.until_day is None or one.from_day <= other.until_day
    )
