"""Text messages beside letters about alerts: written once for each letter, sent by a webhook."""

import logging
from datetime import datetime

from models.session import Database, snapshot, transaction
from welfare.gateways.letters import Stationery
from welfare.gateways.webhook import NotTold, Webhook
from welfare.services import text_messages

log = logging.getLogger(__name__)


def run(database: Database, *, webhook: Webhook, stationery: Stationery, at: datetime) -> int:
    """Some of those that wait; returns how many left. One that fails holds up no other."""
    with transaction(database) as session:
        text_messages.write_due(session, at=at)
    with snapshot(database) as session:
        waiting = text_messages.messages_waiting(session, at=at)
    return sum(_send(database, webhook, stationery, each, at) for each in waiting)


def _send(
    database: Database,
    webhook: Webhook,
    stationery: Stationery,
    waiting: text_messages.Waiting,
    at: datetime,
) -> bool:
    words = {"to": waiting.phone, "text": stationery.subject_of(waiting.kind)}
    try:
        if not waiting.phone:
            raise NotTold("there is no number any more")
        webhook.tell(words)
    except NotTold:
        log.warning("a text message could not be sent and will be tried again")
        with transaction(database) as session:
            text_messages.note_failed(session, message_id=waiting.id, at=at)
        return False
    with transaction(database) as session:
        text_messages.note_sent(session, message_id=waiting.id, at=at)
    return True
