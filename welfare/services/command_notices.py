"""Telling command the least that is needed: chosen from lists, shown word for word, then recorded.

Nothing here sends anything: a human tells it, and the person reads the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.notices import CommandNotice, DelayedNotice
from models.vocabulary import Act, Channel, CommandAsk, Ground, Role
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, delays, told_letters
from welfare.policies.actor import Actor
from welfare.policies.at_hand import find_person, identity_of
from welfare.policies.command_words import LONGEST, TO_MOST, WITH_DAY, Speech, Told, compose
from welfare.policies.delays import Wish
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.policies.said import SIZE
from welfare.policies.told_letters import About


@dataclass(frozen=True, slots=True)
class Draft:
    """The form and what it would say; `sentences` are none until it can be told."""

    person_id: UUID
    name: str
    may_decide_other: bool
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """What command was told about oneself. `decided_by`: who said that it may be shown later."""

    at: datetime
    by: str
    to: str
    channel: Channel
    language: str
    sentences: tuple[str, ...]
    was_delayed: bool
    decided_by: str


def read_form(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> Draft:
    """Whom it would be about; seeing the name is recorded."""
    record, key = find_person(
        session, actor=actor, person_id=person_id, permission=Permission.COMMAND_TELL
    )
    return _draft(session, actor, record, key, at)


def preview(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    told: Told,
    speech: Speech,
    at: datetime,
    delay: Wish | None = None,
) -> Draft:
    """Exactly what would be told. Raises InputRefused."""
    record, key = find_person(
        session, actor=actor, person_id=person_id, permission=Permission.COMMAND_TELL
    )
    _insist(actor, told, delay, at)
    draft = _draft(session, actor, record, key, at)
    return Draft(
        draft.person_id,
        draft.name,
        draft.may_decide_other,
        tuple(_sentences(session, record, key, told, speech)),
    )


def tell(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    notice_id: UUID,
    told: Told,
    speech: Speech,
    at: datetime,
    delay: Wish | None = None,
) -> CommandNotice:
    """It has been told, or is told now. The person sees the same words at once, or later with a
    second person's yes. A form sent twice is one notice. Raises InputRefused."""
    record, key = find_person(
        session, actor=actor, person_id=person_id, permission=Permission.COMMAND_TELL, locked=True
    )
    earlier = session.get(CommandNotice, notice_id)
    if earlier is not None:
        return _again(actor, earlier, record)
    _insist(actor, told, delay, at)
    notice = _noted(session, actor, record, key, notice_id, told, speech, at)
    if delay is not None:
        delays.ask(session, actor=actor, about=notice, wish=delay, key=key, at=at)
        about = About(notice.unit, notice.person_id, at, but=frozenset({actor.account_id}))
        reviewers = told_letters.reviewers_over(session, about)
        told_letters.write_to(session, accounts=reviewers, at=at)
    else:
        told_letters.write_to_person(session, person_id=notice.person_id, key=key, at=at)
        notice.told_at = at
    return notice


def list_own(session: Session, *, actor: Actor, at: datetime) -> Sequence[OwnNotice]:
    """What command was told about oneself, the newest first; three queries. What a delay holds
    back is left out, and shown with its true moment as soon as it does not."""
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.OWN_RECORD_READ, found[0])
    held = DelayedNotice.notice_id == CommandNotice.id
    rows = session.execute(
        select(CommandNotice, DelayedNotice)
        .outerjoin(DelayedNotice, held)
        .where(CommandNotice.person_id == actor.person_id)
        .where(or_(DelayedNotice.id.is_(None), ~delays.holding(at)))
        .order_by(CommandNotice.at.desc(), CommandNotice.id)
    ).all()
    acting = {notice.by_id for notice, _ in rows}
    acting |= {delay.decided_by for _, delay in rows if delay is not None and delay.decided_by}
    names = vault.names_of(session, account_ids=acting)
    return [_own(notice, delay, found[1], names) for notice, delay in rows]


def _draft(session: Session, actor: Actor, record: Record, key: bytes, at: datetime) -> Draft:
    person = record.person
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=[person.id])
    name, _number = identity_of(session, person, key)
    return Draft(person.id, name, actor.role is Role.CLINIC_LEAD)


def _insist(actor: Actor, told: Told, delay: Wish | None, at: datetime) -> None:
    problems = {
        **_problems_of_ground(actor, told),
        **_problems_of_asks(told, at.date()),
        **_problems_of_address(told),
        **(delay.problems(at.date()) if delay is not None else {}),
    }
    if problems:
        raise InputRefused(problems)


def _problems_of_ground(actor: Actor, told: Told) -> dict[str, str]:
    if told.ground not in set(Ground):
        return {"ground": "choose"}
    if told.ground == Ground.OTHER and actor.role is not Role.CLINIC_LEAD:
        return {"ground": "lead_only"}
    return {}


def _problems_of_asks(told: Told, today: date) -> dict[str, str]:
    if not told.asks or not set(told.asks) <= set(CommandAsk):
        return {"asks": "choose"}
    needs_day = bool(set(told.asks) & set(WITH_DAY))
    if told.until_day is None:
        return {"told_until": "not_a_date"} if needs_day else {}
    return {} if today <= told.until_day <= today + LONGEST else {"told_until": "not_within_hold"}


def _problems_of_address(told: Told) -> dict[str, str]:
    found = {} if told.channel in set(Channel) else {"channel": "choose"}
    if not told.to.strip():
        found["to"] = "needed"
    if len(told.to) > TO_MOST:
        found["to"] = "too_long"
    return found


def _sentences(
    session: Session, record: Record, key: bytes, told: Told, speech: Speech
) -> list[str]:
    name, number = identity_of(session, record.person, key)
    return compose(told, name=name, number=number, speech=speech)


def _again(actor: Actor, earlier: CommandNotice, record: Record) -> CommandNotice:
    if (earlier.by_id, earlier.person_id) != (actor.account_id, record.person.id):
        raise MoveNotAllowed("this id is used")
    return earlier


def _noted(
    session: Session,
    actor: Actor,
    record: Record,
    key: bytes,
    notice_id: UUID,
    told: Told,
    speech: Speech,
    at: datetime,
) -> CommandNotice:
    person = record.person
    notice = CommandNotice(
        id=notice_id,
        person_id=person.id,
        unit_id=person.unit_id,
        unit=person.unit,
        by_id=actor.account_id,
        at=at,
    )
    content = {
        "ground": told.ground,
        "asks": sorted(told.asks),
        "until_day": told.until_day.isoformat() if told.until_day else None,
        "to": told.to.strip(),
        "channel": told.channel,
        "language": speech.language,
        "sentences": _sentences(session, record, key, told, speech),
    }
    notice.content = vault.sealed(key, notice, "content", content, size=SIZE)
    session.add(notice)
    session.flush()
    trail.record(
        session, by=actor, act=Act.COMMAND_TOLD, at=at, person_id=person.id, subject=notice
    )
    return notice


def _own(
    notice: CommandNotice, delay: DelayedNotice | None, key: bytes, names: Mapping[UUID, str]
) -> OwnNotice:
    content = vault.opened(key, notice, "content")
    decided_by = delay.decided_by if delay is not None else None
    return OwnNotice(
        at=notice.at,
        by=names.get(notice.by_id, ""),
        to=content["to"],
        channel=Channel(content["channel"]),
        language=content["language"],
        sentences=tuple(content["sentences"]),
        was_delayed=delay is not None,
        decided_by=names.get(decided_by, "") if decided_by else "",
    )
