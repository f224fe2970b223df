"""Joining two records of one person: asked for by one administrator, carried out by another.

One alone must not be able to bring somebody's answers into a record that they can open. Parting is
for one: it only takes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models import merging, trail, vault
from models.base import new_key
from models.merging import CONTENT_SIZE
from models.tables.merging import Merge
from models.tables.people import Person
from models.vocabulary import Act, Decision
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import Actor
from welfare.policies.appointing import insist_on_another, is_console
from welfare.policies.two_records import (
    MergeState,
    RecordSide,
    find_two,
    insist_on_keys,
    keys_of,
    obstacles,
    side_of,
    state_of,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`problems`: what has to be settled before they can be joined."""

    first: RecordSide
    second: RecordSide
    problems: dict[str, str]


@dataclass(frozen=True, slots=True)
class MergeView:
    merge: Merge
    state: MergeState
    first: RecordSide
    second: RecordSide
    asked_by: str
    may_confirm: bool
    may_part: bool
    problems: dict[str, str]


def compare(
    session: Session, *, actor: Actor, first_id: UUID, second_id: UUID, at: datetime
) -> Comparison:
    """Both side by side; the first would go on. Both see in their own record that it was opened."""
    first, second = find_two(session, actor, first_id=first_id, second_id=second_id)
    insist_on_keys(session, people=(first, second))
    keys = vault.keys_for(session, person_ids={first.id, second.id})
    _note(session, actor, [first.id, second.id], at)
    return Comparison(
        side_of(session, person=first, key=keys[first.id]),
        side_of(session, person=second, key=keys[second.id]),
        obstacles(session, actor, first_id=first.id, second_id=second.id),
    )


def ask_to_merge(
    session: Session, *, actor: Actor, first_id: UUID, second_id: UUID, at: datetime
) -> Merge:
    """It waits for a second administrator. Raises InputRefused with everything that stands
    against it."""
    first, second = find_two(session, actor, first_id=first_id, second_id=second_id)
    insist_on_keys(session, people=(first, second))
    problems = obstacles(session, actor, first_id=first.id, second_id=second.id)
    if problems:
        raise InputRefused(problems)
    merge = Merge(
        id=new_key(),
        person_id=first.id,
        other_id=second.id,
        made_at=at,
        made_by=actor.account_id,
    )
    key = vault.key_for(session, person_id=first.id)
    merge.content = vault.sealed(key, merge, "content", {}, size=CONTENT_SIZE)
    session.add(merge)
    session.flush()
    _record(session, actor, Act.MERGE_ASKED, merge, at)
    return merge


def confirm_merge(session: Session, *, actor: Actor, merge_id: UUID, at: datetime) -> Merge:
    """A second administrator has looked at both: they are joined at once. Doing it twice is
    harmless. Raises InputRefused, or MoveNotAllowed if it was ended or came too late."""
    merge = _find(session, actor, merge_id)
    insist_on_another(actor, asked_by=merge.made_by)
    if merge.is_in_force:
        return merge
    _insist_on(merge, MergeState.WAITING)
    problems = obstacles(
        session, actor, first_id=merge.person_id, second_id=merge.other_id, but=merge.id
    )
    if problems:
        raise InputRefused(problems)
    if not merging.merge(session, found=merge, by=actor, at=at) and not merge.is_in_force:
        raise MoveNotAllowed("erased, merged or changed meanwhile")
    return merge


def refuse_merge(session: Session, *, actor: Actor, merge_id: UUID, at: datetime) -> Merge:
    """They are two people; whoever asked may take it back the same way."""
    merge = _find(session, actor, merge_id)
    session.refresh(merge, with_for_update=True)  # somebody may be confirming it
    _insist_on(merge, MergeState.WAITING)
    merge.undone_at, merge.undone_by = at, actor.account_id
    _record(session, actor, Act.MERGE_REFUSED, merge, at, Decision.REFUSED)
    return merge


def part_again(session: Session, *, actor: Actor, merge_id: UUID, at: datetime) -> Merge:
    """They were two people after all. Doing it twice is harmless."""
    merge = _find(session, actor, merge_id)
    if state_of(merge) is MergeState.PARTED:
        return merge
    _insist_on(merge, MergeState.IN_FORCE)
    if actor.person_id == merge.person_id:
        raise AccessDenied("somebody else must do this")
    if not merging.part(session, found=merge, by=actor, at=at) and merge.is_in_force:
        raise MoveNotAllowed("the record was erased")
    return merge


def read_merge(session: Session, *, actor: Actor, merge_id: UUID, at: datetime) -> MergeView:
    merge = _find(session, actor, merge_id)
    keys = keys_of(session, merge=merge)
    _note(session, actor, [merge.person_id, merge.other_id], at)
    askers = {merge.made_by} - {None}
    names = vault.names_of(session, account_ids={each for each in askers if each is not None})
    first, second = (
        side_of(session, person=session.get_one(Person, each), key=keys.get(each))
        for each in (merge.person_id, merge.other_id)
    )
    state = state_of(merge)
    is_mine = actor.account_id == merge.made_by and not is_console(actor)
    is_whole = len(keys) == len({merge.person_id, merge.other_id})
    return MergeView(
        merge=merge,
        state=state,
        first=first,
        second=second,
        asked_by="".join(names.values()),
        may_confirm=state is MergeState.WAITING and not is_mine and is_whole,
        may_part=state is MergeState.IN_FORCE and is_whole,
        problems=_problems(session, actor, merge) if state is MergeState.WAITING else {},
    )


def root_of_merge(session: Session, *, merge_id: UUID) -> str:
    """The path of the contingent whose console may act on it. Raises RecordNotFound."""
    merge = session.get(Merge, merge_id)
    if merge is None:
        raise RecordNotFound("no such merge")
    return session.get_one(Person, merge.person_id).unit.line[0]


def _problems(session: Session, actor: Actor, merge: Merge) -> dict[str, str]:
    return obstacles(
        session, actor, first_id=merge.person_id, second_id=merge.other_id, but=merge.id
    )


def _find(session: Session, actor: Actor, merge_id: UUID) -> Merge:
    merge = session.get(Merge, merge_id)
    if merge is None:
        raise RecordNotFound("no such merge")
    find_two(session, actor, first_id=merge.person_id, second_id=merge.other_id)
    return merge


def _insist_on(merge: Merge, state: MergeState) -> None:
    if state_of(merge) is not state:
        raise MoveNotAllowed("this merge is not in that state any more")


def _note(session: Session, actor: Actor, people: Sequence[UUID], at: datetime) -> None:
    trail.record_read(session, by=actor, act=Act.ACCOUNT_READ, at=at, person_ids=people)


def _record(
    session: Session,
    actor: Actor,
    act: Act,
    merge: Merge,
    at: datetime,
    decision: Decision = Decision.ALLOWED,
) -> None:
    for person_id in (merge.person_id, merge.other_id):
        trail.record(
            session,
            by=actor,
            act=act,
            at=at,
            person_id=person_id,
            subject=merge,
            decision=decision,
        )
