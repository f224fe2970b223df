"""A member writes to whoever looks after them, and reads what comes back. One thread each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from models import messaging, trail, vault
from models.duty import watch_for
from models.tables.messages import Message
from models.tables.people import Person
from models.vocabulary import Act
from welfare.errors import InputRefused, NotOffered, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.threads import Said, insist_on_same, insist_on_words, opened, sealed

WAITING_MOST = 10  # beyond this the page says what else can be done
SHOWN = 30


@dataclass(frozen=True, slots=True)
class OwnThread:
    """Oldest first. `older`: how many are not shown. `reader`: who would read a new message, empty
    where nobody could; `reply_by`: by when there should be a reply."""

    said: tuple[Said, ...]
    older: int
    reader: str
    is_in_care: bool
    reply_by: datetime
    unread: int


def read_own(session: Session, *, actor: Actor, at: datetime, whole: bool = False) -> OwnThread:
    """The own thread. Reading it is recorded."""
    person, key = _me(session, actor)
    own = Message.person_id == person.id
    newest = select(Message).where(own).order_by(Message.sent_at.desc(), Message.id.desc())
    found = session.scalars(newest if whole else newest.limit(SHOWN)).all()
    total, unread = session.execute(
        select(func.count(), func.count().filter(_is_new())).select_from(Message).where(own)
    ).one()
    trail.record_read(
        session, by=actor, act=Act.OWN_RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    carer = messaging.in_charge_of(session, person_id=person.id, at=at)
    return OwnThread(
        said=opened(session, found[::-1], key),
        older=total - len(found),
        reader=_name_of(session, carer or _on_duty(session, person, at)),
        is_in_care=carer is not None,
        reply_by=messaging.working_days_after(at, messaging.REPLY_WITHIN),
        unread=unread,
    )


def write_message(
    session: Session, *, actor: Actor, message_id: UUID, words: str, at: datetime
) -> Message:
    """To whoever looks after the actor, else to whoever is on duty, with a letter at once.

    `message_id` came with the form: the same words again give the same message. Raises
    InputRefused, and NotOffered where nobody would read it.
    """
    found = vault.locked_person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    access.require(actor, Permission.MESSAGE_WRITE, person)
    kept = insist_on_words(words)
    earlier = session.get(Message, message_id)
    if earlier is not None:
        if earlier.person_id != person.id:
            raise RecordNotFound("this id belongs to somebody else")
        return insist_on_same(key, earlier, author_id=actor.account_id, words=kept)
    _insist_on_room(session, person)
    to = messaging.recipient_for(session, person_id=person.id, unit=person.unit, at=at)
    if to is None:
        raise NotOffered("nobody is there who would read it")
    message = _new(person, actor, message_id, to, at)
    message.content = sealed(key, message, kept)
    session.add(message)
    messaging.write_letter(session, message=message, to=to, at=at)
    trail.record(
        session, by=actor, act=Act.MESSAGE_WRITTEN, at=at, person_id=person.id, subject=message
    )
    return message


def has_reply(session: Session, *, actor: Actor) -> bool:
    """Is there one that the actor has not seen yet?"""
    mine = exists().where(
        Message.person_id == Person.id, access.visible(actor, Permission.MESSAGE_WRITE)
    )
    found = session.scalar(
        select(Message.id).where(Message.person_id == actor.person_id, _is_new(), mine).limit(1)
    )
    return found is not None


def note_replies_seen(session: Session, *, actor: Actor, at: datetime) -> None:
    """The page with them was shown."""
    person, _key = _me(session, actor)
    unread = session.scalars(
        select(Message).where(Message.person_id == person.id, _is_new()).with_for_update(of=Message)
    ).all()
    for message in unread:
        message.read_at = at
    if unread:
        trail.record(session, by=actor, act=Act.MESSAGE_SEEN, at=at, person_id=person.id)


def _new(person: Person, actor: Actor, message_id: UUID, to: UUID, at: datetime) -> Message:
    due_at = messaging.working_days_after(at, messaging.REPLY_WITHIN)
    return Message(
        id=message_id,
        person_id=person.id,
        unit_id=person.unit_id,
        author_id=actor.account_id,
        to_id=to,
        is_from_person=True,
        sent_at=at,
        due_at=due_at,
        next_nudge_at=due_at,
        nudges=0,
    )


def _is_new() -> ColumnElement[bool]:
    return and_(Message.is_from_person.is_(False), Message.read_at.is_(None))


def _insist_on_room(session: Session, person: Person) -> None:
    waiting = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.person_id == person.id, Message.is_from_person, Message.settled_at.is_(None))
    )
    if (waiting or 0) >= WAITING_MOST:
        raise InputRefused({"words": "many_waiting"})


def _on_duty(session: Session, person: Person, at: datetime) -> UUID | None:
    watch = watch_for(session, unit=person.unit, at=at)
    return watch.human_for(person.unit, not_person=person.id)


def _name_of(session: Session, account_id: UUID | None) -> str:
    if account_id is None:
        return ""
    return vault.names_of(session, account_ids=[account_id]).get(account_id, "")


def _me(session: Session, actor: Actor) -> tuple[Person, bytes]:
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.MESSAGE_WRITE, found[0])
    return found
