"""The second look at openings in an emergency, and at notices that somebody wants to delay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.glass import BreakGlass
from models.tables.notices import DelayedNotice
from models.tables.people import PersonKey
from models.vocabulary import Act, DelayReason, EmergencyReason, ReviewState, Verdict
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, told_letters
from welfare.policies.actor import Actor
from welfare.policies.at_hand import pseudonym
from welfare.policies.delays import holding, holds
from welfare.policies.flows import REVIEW_MOVES, require_move, review_state
from welfare.policies.permissions import Permission
from welfare.policies.said import SIZE, insist_on

MOST_SHOWN = 100
Row = TypeVar("Row", BreakGlass, DelayedNotice)


@dataclass(frozen=True, slots=True)
class GlassToReview:
    """The person by a pseudonym: this is about how a record was treated, not what is in it."""

    id: UUID
    who: str
    unit: str
    opener: str
    opened_at: datetime
    over_at: datetime
    reason: EmergencyReason
    words: str
    review_by: datetime
    verdict: Verdict | None
    verdict_words: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class DelayToReview:
    id: UUID
    who: str
    unit: str
    asked_by: str
    asked_at: datetime
    is_about_command: bool
    reason: DelayReason
    words: str
    until_at: datetime
    review_by: datetime


@dataclass(frozen=True, slots=True)
class Reviews:
    waiting: tuple[GlassToReview, ...]
    delays: tuple[DelayToReview, ...]
    done: tuple[GlassToReview, ...]


def list_reviews(session: Session, *, actor: Actor, at: datetime) -> Reviews:
    """What waits, the most urgent first, and the last ones that are done. Four queries."""
    mine = access.visible(actor, Permission.GLASS_REVIEW)
    order = (BreakGlass.review_by, BreakGlass.id)
    waiting = _rows(session, BreakGlass, mine, BreakGlass.next_tell_at.is_not(None), order=order)
    delays = _rows(
        session,
        DelayedNotice,
        access.visible(actor, Permission.DELAY_REVIEW),
        DelayedNotice.decided_at.is_(None),
        holding(at),
        order=(DelayedNotice.review_by, DelayedNotice.id),
    )
    last = (BreakGlass.reviewed_at.desc(), BreakGlass.id)
    done = _rows(session, BreakGlass, mine, BreakGlass.reviewed_at.is_not(None), order=last)
    glasses = [glass for glass, _ in (*waiting, *done)]
    acting = {each.opener_id for each in glasses} | {delay.asked_by for delay, _ in delays}
    acting |= {each.reviewed_by for each in glasses if each.reviewed_by is not None}
    names = vault.names_of(session, account_ids=acting)
    shown: list[tuple[BreakGlass | DelayedNotice, bytes]] = [*waiting, *delays, *done]
    for row, _key in shown:  # by row: one of these may be told later
        trail.record_read(
            session, by=actor, act=Act.LIST_READ, at=at, person_ids=[row.person_id], subject=row
        )
    return Reviews(
        waiting=tuple(_glass(*each, names) for each in waiting),
        delays=tuple(_delay(*each, names) for each in delays),
        done=tuple(_glass(*each, names) for each in done),
    )


def review_glass(
    session: Session, *, actor: Actor, glass_id: UUID, verdict: str, words: str, at: datetime
) -> BreakGlass:
    """Justified or not, in words. Raises InputRefused, and MoveNotAllowed if it is done."""
    glass, key = _locked(session, BreakGlass, glass_id)
    access.require(actor, Permission.GLASS_REVIEW, glass)
    require_move(REVIEW_MOVES, review_state(glass, at), ReviewState.DONE)
    if verdict not in set(Verdict):
        raise InputRefused({"verdict": "choose"})
    insist_on(words)
    glass.verdict = vault.sealed(key, glass, "verdict", [verdict, words.strip()], size=SIZE)
    glass.reviewed_at, glass.reviewed_by, glass.next_tell_at = at, actor.account_id, None
    _record(session, actor, Act.GLASS_REVIEWED, glass, at)
    told_letters.write_to(session, accounts=[glass.opener_id], at=at)
    return glass


def review_delay(
    session: Session, *, actor: Actor, delay_id: UUID, decision: str, words: str, at: datetime
) -> DelayedNotice:
    """`decision`: yes or no. Without a yes in time the person sees it anyway, so that a late one
    decides nothing: raises MoveNotAllowed."""
    delay, key = _locked(session, DelayedNotice, delay_id)
    access.require(actor, Permission.DELAY_REVIEW, delay)
    if delay.decided_at is not None or not holds(delay, at):
        raise MoveNotAllowed("it was decided, or the person sees it already")
    if decision not in ("yes", "no"):
        raise InputRefused({"decision": "choose"})
    insist_on(words)
    delay.is_upheld = decision == "yes"
    delay.decided_at, delay.decided_by = at, actor.account_id
    delay.decision = vault.sealed(key, delay, "decision", words.strip(), size=SIZE)
    _record(session, actor, Act.NOTICE_DECIDED, delay, at)
    return delay


def _rows(
    session: Session, table: type[Row], *wanted: Any, order: tuple[Any, ...]
) -> Sequence[tuple[Row, bytes]]:
    """With what opens them; what belongs to somebody who was erased is nobody's any more."""
    found = session.execute(
        select(table, PersonKey)
        .join(PersonKey, PersonKey.person_id == table.person_id)
        .where(*wanted)
        .order_by(*order)
        .limit(MOST_SHOWN)
    )
    return [(row, vault.unwrapped(session, key)) for row, key in found]


def _locked(session: Session, table: type[Row], row_id: UUID) -> tuple[Row, bytes]:
    row = session.get(table, row_id)
    found = None
    if row is not None:
        found = vault.locked_person_with_key(session, person_id=row.person_id)
    if row is None or found is None:
        raise RecordNotFound("no such row, or its person was erased")
    session.refresh(row, with_for_update={"of": table})
    return row, found[1]


def _glass(glass: BreakGlass, key: bytes, names: Mapping[UUID, str]) -> GlassToReview:
    reason, words = vault.opened(key, glass, "content")
    verdict, said = vault.opened(key, glass, "verdict") or (None, "")
    return GlassToReview(
        id=glass.id,
        who=pseudonym(glass.person_id),
        unit=glass.unit.name,
        opener=names.get(glass.opener_id, ""),
        opened_at=glass.opened_at,
        over_at=glass.over_at,
        reason=EmergencyReason(reason),
        words=words,
        review_by=glass.review_by,
        verdict=Verdict(verdict) if verdict else None,
        verdict_words=said,
        reviewer=names.get(glass.reviewed_by, "") if glass.reviewed_by else "",
    )


def _delay(delay: DelayedNotice, key: bytes, names: Mapping[UUID, str]) -> DelayToReview:
    reason, words = vault.opened(key, delay, "content")
    return DelayToReview(
        id=delay.id,
        who=pseudonym(delay.person_id),
        unit=delay.unit.name,
        asked_by=names.get(delay.asked_by, ""),
        asked_at=delay.asked_at,
        is_about_command=delay.notice_id is not None,
        reason=DelayReason(reason),
        words=words,
        until_at=delay.until_at,
        review_by=delay.review_by,
    )


def _record(
    session: Session, actor: Actor, act: Act, row: BreakGlass | DelayedNotice, at: datetime
) -> None:
    session.flush()
    trail.record(session, by=actor, act=act, at=at, person_id=row.person_id, subject=row)
