"""Whose turn a job is: one worker at a time, by a lease in the database."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from models.session import Database, transaction
from welfare.services import leases


def is_ours(database: Database, *, name: str, holder: UUID, span: timedelta, at: datetime) -> bool:
    try:
        with transaction(database) as session:
            return leases.take_lease(session, name=name, holder=holder, span=span, at=at)
    except IntegrityError:  # two workers made the first lease at once; the other one has it
        return False


def give_back(database: Database, *, name: str, holder: UUID, at: datetime) -> None:
    """On stopping: the next worker starts at once."""
    with transaction(database) as session:
        leases.give_back(session, name=name, holder=holder, at=at)
