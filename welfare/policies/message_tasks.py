"""What of messages waits for somebody: one sentence for every list of work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, literal, select

from models.tables.messages import Message
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

KIND = "message"


def tasks_of(actor: Actor, at: datetime) -> Select[UUID, str, datetime | None]:
    """Person, kind, and by when the first of their messages to the actor should have a reply."""
    return (
        select(Message.person_id, literal(KIND), func.min(Message.due_at))
        .where(
            Message.to_id == actor.account_id,
            Message.settled_at.is_(None),
            Message.sent_at <= at,
            access.visible(actor, Permission.MESSAGE_REPLY),
        )
        .group_by(Message.person_id)
    )
