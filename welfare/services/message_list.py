"""Messages from people, for whoever should reply: what waits, and one person's thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.care import Case
from models.tables.messages import Message
from models.tables.people import Identity, Person, PersonKey
from models.vocabulary import Act
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.message_rules import Told
from welfare.policies.permissions import Permission
from welfare.policies.threads import Said, cases_of, opened

SHOWN = 200
Found = tuple[Message, Identity | None, PersonKey, Person]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose messages wait. `id`: the oldest of them; `reader`: whose they are."""

    id: UUID
    person_id: UUID
    name: str
    unit: str
    sent_at: datetime
    due_at: datetime | None
    count: int
    is_mine: bool
    reader: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """`own`: to the reader, or about somebody in their care. `overdue`: for a lead, of others."""

    own: tuple[Waiting, ...]
    overdue: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """What the reader may see of one person's thread, oldest first. `waiting_id`: the newest
    message that waits and that they may reply to."""

    person_id: UUID
    name: str
    said: tuple[Said, ...]
    waiting_id: UUID | None
    is_in_care: bool
    unread: int


def list_waiting(session: Session, *, actor: Actor, at: datetime) -> Inbox:
    """Three queries, however many wait. Showing a name is recorded."""
    own = _waiting(session, access.visible(actor, Permission.MESSAGE_REPLY))
    known = {message.person_id for message, *_ in own}
    late = [
        each
        for each in _waiting(session, access.visible(actor, Permission.MESSAGE_TAKE))
        if each[0].person_id not in known
    ]
    names = vault.names_of(
        session, account_ids={each.to_id for each, *_ in (*own, *late) if each.to_id is not None}
    )
    inbox = Inbox(
        own=_by_person(session, own, actor, names), overdue=_by_person(session, late, actor, names)
    )
    trail.record_read(
        session,
        by=actor,
        act=Act.LIST_READ,
        at=at,
        person_ids=[each.person_id for each in (*inbox.own, *inbox.overdue)],
    )
    return inbox


def read_thread(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> Thread:
    """Whoever may read any of it, or has the person in care. Reading it is recorded."""
    found = session.execute(
        select(PersonKey, Identity)
        .outerjoin(Identity, Identity.person_id == PersonKey.person_id)
        .where(PersonKey.person_id == person_id)
    ).one_or_none()
    seen = Message.person_id == person_id, access.visible(actor, Permission.MESSAGE_READ)
    messages = session.scalars(
        select(Message).where(*seen).order_by(Message.sent_at, Message.id)
    ).all()
    cases = cases_of(session, person_id)
    is_in_care = any(access.allows(actor, Permission.CASELOAD_READ, case) for case in cases)
    if found is None or not (messages or is_in_care):
        raise RecordNotFound("no such thread")
    trail.record_read(session, by=actor, act=Act.MESSAGE_READ, at=at, person_ids=[person_id])
    key, waiting = vault.unwrapped(session, found[0]), _open_to(actor, messages, cases)
    return Thread(
        person_id=person_id,
        name=_name(key, person_id, found[1]),
        said=opened(session, messages, key),
        waiting_id=waiting[-1].id if waiting else None,
        is_in_care=is_in_care,
        unread=sum(each.read_at is None for each in waiting),
    )


def note_seen(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> None:
    """The page was shown to somebody who may reply: the person is told that it was read."""
    found = session.scalars(
        select(Message)
        .where(
            Message.person_id == person_id,
            Message.settled_at.is_(None),
            Message.read_at.is_(None),
            access.visible(actor, Permission.MESSAGE_REPLY),
        )
        .with_for_update(of=Message)
    ).all()
    for message in found:
        message.read_at = at
    if found:
        trail.record(session, by=actor, act=Act.MESSAGE_SEEN, at=at, person_id=person_id)


def _waiting(session: Session, which: ColumnElement[bool]) -> Sequence[Found]:
    found = session.execute(
        select(Message, Identity, PersonKey, Person)
        .join(Person, Person.id == Message.person_id)
        .join(PersonKey, PersonKey.person_id == Message.person_id)
        .outerjoin(Identity, Identity.person_id == Message.person_id)
        .where(Message.settled_at.is_(None), which)
        .order_by(Message.due_at, Message.id)
        .limit(SHOWN)
    ).all()
    return [(message, identity, key, person) for message, identity, key, person in found]


def _by_person(
    session: Session, found: Sequence[Found], actor: Actor, names: Mapping[UUID, str]
) -> tuple[Waiting, ...]:
    """The oldest of each person, in the order in which they came."""
    counts: dict[UUID, int] = {}
    for message, *_ in found:
        counts[message.person_id] = counts.get(message.person_id, 0) + 1
    firsts = {each[0].person_id: each for each in reversed(found)}
    return tuple(
        Waiting(
            id=message.id,
            person_id=person.id,
            name=_name(vault.unwrapped(session, key), person.id, identity),
            unit=person.unit.name,
            sent_at=message.sent_at,
            due_at=message.due_at,
            count=counts[person.id],
            is_mine=message.to_id == actor.account_id,
            reader=names.get(message.to_id, "") if message.to_id else "",
        )
        for message, identity, key, person in reversed(firsts.values())
    )


def _open_to(actor: Actor, messages: Sequence[Message], cases: tuple[Case, ...]) -> list[Message]:
    return [
        each
        for each in messages
        if each.is_waiting and access.allows(actor, Permission.MESSAGE_REPLY, Told(each, cases))
    ]


def _name(key: bytes, person_id: UUID, identity: Identity | None) -> str:
    content = vault.opened(key, identity, "content") if identity is not None else None
    return vault.name_in(content, person_id=person_id)
