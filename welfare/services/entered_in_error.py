"""Marking a screening as entered in error: it stays to be seen, and counts for nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import rescheduling, trail, vault
from models.base import new_key
from models.early_parts import is_repeated
from models.instruments.payload import Payload, unpack
from models.instruments.summary import SIZE as SUMMARY_SIZE
from models.instruments.summary import add_results
from models.tables.care import Alert, Case
from models.tables.paper import EnteredInError
from models.tables.people import Identity, Person
from models.tables.screenings import Screening
from models.vocabulary import Act, Origin, Phase
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.mistakes import REASON_SIZE, WORDS_MOST, MistakeReason
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page that asks "are you sure?" says. `has_alert`: one is open on these answers."""

    person_id: UUID
    name: str
    day: date
    phase: Phase
    origin: Origin
    frees_window: bool
    has_alert: bool


def ask(session: Session, *, actor: Actor, screening_id: UUID, at: datetime) -> Asked:
    """For the page before it is done. Raises MoveNotAllowed if it is marked already."""
    screening = session.get(Screening, screening_id)
    found = vault.person_with_key(session, person_id=screening.person_id) if screening else None
    if screening is None or found is None:
        raise RecordNotFound("no such screening")
    person, key = found
    _require(session, actor, person)
    if _mark_of(session, screening) is not None:
        raise MoveNotAllowed("marked already")
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[person.id], subject=screening
    )
    identity = session.get(Identity, person.id)
    content = vault.opened(key, identity, "content") if identity is not None else None
    alerts = select(Alert).where(Alert.screening_id == screening.id)
    return Asked(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        day=screening.day,
        phase=screening.phase,
        origin=screening.origin,
        frees_window=screening.window_id is not None,
        has_alert=any(alert.is_live for alert in session.scalars(alerts)),
    )


def mark(
    session: Session, *, actor: Actor, screening_id: UUID, reason: str, words: str, at: datetime
) -> UUID:
    """Strike it out; again, nothing changes. Returns the id of its person. Raises InputRefused.

    Its window can be answered again. Its alert stays open: a human closes it with an outcome.
    """
    screening = session.get(Screening, screening_id)
    found = None
    if screening is not None:
        found = vault.locked_person_with_key(session, person_id=screening.person_id)
    if screening is None or found is None:
        raise RecordNotFound("no such screening")
    person, key = found
    _require(session, actor, person)
    session.refresh(screening)  # what was done while this waited for the lock
    if _mark_of(session, screening) is not None:
        return person.id
    _insist_on_reason(reason, words)
    payloads = _counting(session, person, key)
    struck = [screening, *_parts_of(screening, payloads)]
    for each in struck:
        _strike(session, actor, each, key, [reason, words], at)
    session.flush()
    _summarise_anew(person, key, [pair for pair in payloads if pair[0] not in struck])
    rescheduling.mark_changed(session, [person.id])
    return person.id


def _require(session: Session, actor: Actor, person: Person) -> None:
    """Who cares for the person, as for opening the record; nobody for their own."""
    cases = session.scalars(select(Case).where(Case.person_id == person.id)).all()
    alerts = session.scalars(select(Alert).where(Alert.person_id == person.id)).all()
    record = Record(person, cases=tuple(cases), alerts=tuple(alerts))
    access.require(actor, Permission.SCREENING_STRIKE, record)


def _mark_of(session: Session, screening: Screening) -> EnteredInError | None:
    return session.scalar(select(EnteredInError).where(EnteredInError.screening_id == screening.id))


def _insist_on_reason(reason: str, words: str) -> None:
    problems = {} if reason in set(MistakeReason) else {"reason": "choose"}
    if reason == MistakeReason.OTHER and not words:
        problems["words"] = "empty"
    if len(words) > WORDS_MOST:
        problems["words"] = "too_long"
    if problems:
        raise InputRefused(problems)


def _counting(session: Session, person: Person, key: bytes) -> list[tuple[Screening, Payload]]:
    """All that counts until now, opened, oldest first."""
    struck = exists().where(EnteredInError.screening_id == Screening.id)
    found = session.scalars(
        select(Screening)
        .where(Screening.person_id == person.id, ~struck)
        .order_by(Screening.day, Screening.id)
    )
    return [(each, unpack(vault.opened(key, each, "payload"))) for each in found]


def _parts_of(
    screening: Screening, payloads: Sequence[tuple[Screening, Payload]]
) -> list[Screening]:
    """Parts of it that were sent before the rest and say the same: the same mistake."""
    whole = next(payload for each, payload in payloads if each is screening)
    wholes = {screening.window_id: whole}
    return [
        each
        for each, payload in payloads
        if screening.window_id is not None and is_repeated(payload, wholes)
    ]


def _strike(
    session: Session,
    actor: Actor,
    screening: Screening,
    key: bytes,
    reason: list[str],
    at: datetime,
) -> None:
    mark = EnteredInError(
        id=new_key(),
        screening_id=screening.id,
        window_id=screening.window_id,
        person_id=screening.person_id,
        marked_at=at,
        marked_by=actor.account_id,
    )
    mark.reason = vault.sealed(key, mark, "reason", reason, size=REASON_SIZE)
    session.add(mark)
    screening.window_id = None
    trail.record(
        session,
        by=actor,
        act=Act.SCREENING_IN_ERROR,
        at=at,
        person_id=screening.person_id,
        subject=screening,
    )


def _summarise_anew(
    person: Person, key: bytes, counting: Sequence[tuple[Screening, Payload]]
) -> None:
    """The last results without it. A part that was sent early is no result of its own."""
    summary = None
    for screening, payload in counting:
        if payload.part_of is None:
            summary = add_results(summary, payload, day=screening.day, phase=screening.phase)
    person.summary = (
        vault.sealed(key, person, "summary", summary, size=SUMMARY_SIZE) if summary else None
    )
