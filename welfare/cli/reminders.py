"""`welfare reminders`: what the mail server sends back about letters of this site."""

import sys
from datetime import UTC, datetime

import click

from models.session import transaction
from welfare.cli.opening import opened
from welfare.gateways.delivery_reports import MOST_BYTES, came_back
from welfare.gateways.letters import letter_id_in
from welfare.policies.actor import Machine
from welfare.services import reminder_letters


@click.group()
def reminders() -> None:
    """Letters that ask somebody to answer."""


@reminders.command("bounced")
def bounced() -> None:
    """Read one message from standard input that says that a letter came back.

    For the mail server to call with what arrives at the sender's address. Nothing but the
    Message-ID is taken from it; a message about anything else is left alone.
    """
    content = sys.stdin.buffer.read(MOST_BYTES)
    ids = [each for each in map(letter_id_in, came_back(content)) if each is not None]
    with opened() as (_settings, database), transaction(database) as session:
        noted = [
            reminder_letters.note_bounced(
                session, by=Machine(), reminder_id=each, at=datetime.now(UTC)
            )
            for each in ids
        ]
    click.echo(f"Letters that came back: {sum(noted)}.")
