"""Seeing to a message: a reply, none needed, or taking on what has waited too long."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import messaging, trail, vault
from models.tables.accounts import Account
from models.tables.messages import Message
from models.tables.people import Identity
from models.vocabulary import Act, MessageEnding
from welfare.errors import MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.letter_box import address_in
from welfare.policies.message_rules import Told
from welfare.policies.permissions import Permission
from welfare.policies.threads import cases_of, insist_on_same, insist_on_words, sealed


def reply(
    session: Session,
    *,
    actor: Actor,
    message_id: UUID,
    reply_id: UUID,
    words: str,
    at: datetime,
) -> Message:
    """One reply to this message and to what was sent before it; the person gets a neutral letter.

    What came later still waits. `reply_id` came with the form. Raises InputRefused, and
    MoveNotAllowed where somebody has seen to it already.
    """
    person_id, key = _locked_person(session, message_id)
    earlier = session.get(Message, reply_id)
    if earlier is not None:
        return _again(actor, earlier, message_id, key, words)
    message = _locked(session, actor, Permission.MESSAGE_REPLY, message_id, person_id)
    kept = insist_on_words(words)
    answer = Message(
        id=reply_id,
        person_id=person_id,
        unit_id=message.unit_id,
        author_id=actor.account_id,
        is_from_person=False,
        reply_to=message.id,
        sent_at=at,
        nudges=0,
    )
    answer.content = sealed(key, answer, kept)
    session.add(answer)
    _settle_up_to(session, actor, message, MessageEnding.REPLIED, at)
    _tell_person(session, answer, key, at)
    return _recorded(session, actor, Act.MESSAGE_REPLIED, answer, at)


def settle(session: Session, *, actor: Actor, message_id: UUID, at: datetime) -> Message:
    """It was read, and needs no reply; the person sees who said so."""
    person_id, _key = _locked_person(session, message_id)
    message = _locked(session, actor, Permission.MESSAGE_REPLY, message_id, person_id)
    _settle_up_to(session, actor, message, MessageEnding.NO_REPLY, at)
    return _recorded(session, actor, Act.MESSAGE_SETTLED, message, at)


def take_over(session: Session, *, actor: Actor, message_id: UUID, at: datetime) -> Message:
    """A lead takes on what has waited too long, with all that waits of the same person there."""
    person_id, _key = _locked_person(session, message_id)
    message = _locked(session, actor, Permission.MESSAGE_TAKE, message_id, person_id)
    theirs = session.scalars(
        select(Message).where(
            Message.person_id == person_id, access.visible(actor, Permission.MESSAGE_TAKE)
        )
    ).all()
    for each in theirs:
        each.to_id, each.read_at, each.nudges, each.overdue_at = actor.account_id, None, 0, None
        each.next_nudge_at = messaging.working_days_after(at, messaging.NUDGE_EVERY)
    return _recorded(session, actor, Act.MESSAGE_TAKEN, message, at)


def _locked_person(session: Session, message_id: UUID) -> tuple[UUID, bytes]:
    """The person first: of a merge or an erasure under way this waits for the end."""
    person_id = session.scalar(select(Message.person_id).where(Message.id == message_id))
    found = person_id and vault.locked_person_with_key(session, person_id=person_id)
    if not found:
        raise RecordNotFound("no such message")
    return found[0].id, found[1]


def _locked(
    session: Session, actor: Actor, permission: Permission, message_id: UUID, person_id: UUID
) -> Message:
    """The message as nobody can change it until this act ends, and it still waits."""
    message = session.get_one(
        Message, message_id, populate_existing=True, with_for_update={"of": Message}
    )
    if message.person_id != person_id:
        raise RecordNotFound("the message belongs to another record by now")
    told = Told(message, cases_of(session, person_id))
    if not message.is_waiting and access.allows(actor, Permission.MESSAGE_REPLY, told):
        raise MoveNotAllowed("somebody has seen to it")
    access.require(actor, permission, told)
    return message


def _again(actor: Actor, earlier: Message, message_id: UUID, key: bytes, words: str) -> Message:
    if earlier.reply_to != message_id:
        raise RecordNotFound("this id belongs to something else")
    kept = insist_on_words(words)
    return insist_on_same(key, earlier, author_id=actor.account_id, words=kept)


def _settle_up_to(
    session: Session, actor: Actor, message: Message, ending: MessageEnding, at: datetime
) -> None:
    """This one, and the ones before it that the actor may see to."""
    before = session.scalars(
        select(Message)
        .where(
            Message.person_id == message.person_id,
            Message.settled_at.is_(None),
            Message.sent_at <= message.sent_at,
            access.visible(actor, Permission.MESSAGE_REPLY),
        )
        .with_for_update(of=Message)
    ).all()
    for each in before:
        each.settled_at, each.settled_by, each.ending = at, actor.account_id, ending
        each.read_at, each.next_nudge_at = each.read_at or at, None


def _tell_person(session: Session, answer: Message, key: bytes, at: datetime) -> None:
    """A neutral letter, where they can be written to; the page shows the reply anyway."""
    identity = session.get(Identity, answer.person_id)
    account = session.scalar(select(Account.id).where(Account.person_id == answer.person_id))
    content = vault.opened(key, identity, "content") if identity is not None else {}
    if account is not None and address_in(content) is not None:
        messaging.write_letter(session, message=answer, to=account, at=at)


def _recorded(session: Session, actor: Actor, act: Act, message: Message, at: datetime) -> Message:
    trail.record(session, by=actor, act=act, at=at, person_id=message.person_id, subject=message)
    return message
