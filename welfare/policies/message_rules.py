"""Who may read a message, reply to it, or take it on: rules with two faces, as in `rules`."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from models.tables.care import Case
from models.tables.messages import Message
from models.tables.places import Unit
from welfare.policies.actor import Actor
from welfare.policies.rules import Rule, own_case, own_units


@dataclass(frozen=True, slots=True)
class Told:
    """A message, with the cases of its person that decide who may read it."""

    message: Message
    cases: tuple[Case, ...] = ()

    @property
    def id(self) -> UUID:
        return self.message.id


def _is_in_care(actor: Actor, told: Told) -> bool:
    return any(own_case.one(actor, case) for case in told.cases)


def _in_care(actor: Actor) -> ColumnElement[bool]:
    return Message.person_id.in_(select(Case.person_id).where(own_case.many(actor)))


def _is_addressed(actor: Actor, told: Told) -> bool:
    """Never the own message: nobody replies to themselves."""
    message = told.message
    is_theirs = actor.account_id == message.to_id or _is_in_care(actor, told)
    return message.is_from_person and is_theirs and message.person_id != actor.person_id


def _addressed(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Message.is_from_person,
        or_(Message.to_id == actor.account_id, _in_care(actor)),
        Message.person_id != actor.person_id,
    )


addressed_message: Rule[Told] = Rule(
    "message to oneself, or of an own or shared open case",
    Message,
    one=_is_addressed,
    many=_addressed,
)

# Without a case: what was written to oneself and what one replied, and not the rest of the thread.
shared_message: Rule[Told] = Rule(
    "message to or from oneself, or of an own or shared open case",
    Message,
    one=lambda actor, told: (
        told.message.person_id != actor.person_id
        and (
            actor.account_id in (told.message.to_id, told.message.author_id)
            or _is_in_care(actor, told)
        )
    ),
    many=lambda actor: and_(
        Message.person_id != actor.person_id,
        or_(
            Message.to_id == actor.account_id,
            Message.author_id == actor.account_id,
            _in_care(actor),
        ),
    ),
)

overdue_message: Rule[Told] = Rule(
    "overdue message of somebody else in own units",
    Message,
    one=lambda actor, told: (
        told.message.is_waiting
        and told.message.overdue_at is not None
        and actor.leads_to(told.message.unit.path)
        and told.message.person_id != actor.person_id
    ),
    many=lambda actor: and_(
        Message.is_from_person,
        Message.settled_at.is_(None),
        Message.overdue_at.is_not(None),
        Message.unit_id.in_(select(Unit.id).where(own_units.many(actor))),
        Message.person_id != actor.person_id,
    ),
)
