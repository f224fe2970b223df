"""Taking people back who were enrolled by mistake and have left no trace: as if they never came.

Unlike an erasure, not even a pseudonym stays, so that no count ever holds them. Their keys are
destroyed, and a tombstone sees to it that no restore brings them back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.base import Base
from models.tables.audit import AuditEvent
from models.tables.lifecycle import Tombstone
from models.tables.merging import Merge
from models.tables.people import Deployment, Identity, Membership, Person, PersonKey
from models.tables.reminders import Reminder, WindowLink
from models.tables.rosters import RosterChange
from models.tables.screenings import Window

# What an enrolment makes itself, those that refer to others first. Letters are written about the
# windows that it made; a link that was used leaves an account, and that is a trace.
OWN: tuple[type[Any], ...] = (
    Reminder,
    WindowLink,
    Window,
    Deployment,
    Membership,
    Identity,
    RosterChange,
    PersonKey,
)
NO_TRACE: tuple[type[Any], ...] = (Person, AuditEvent, Tombstone)  # the trail tells of everybody


def with_traces(session: Session, *, person_ids: Collection[UUID]) -> set[UUID]:
    """Of these people, who has anything at all that an enrolment does not make: an account, an
    answer, a case. Looks at tables of today and at those that later versions bring."""
    found: set[UUID] = set()
    for mapper in Base.registry.mappers:
        table = mapper.class_
        if table in (*OWN, *NO_TRACE) or "person_id" not in mapper.columns:
            continue
        found |= set(
            session.scalars(select(table.person_id).where(table.person_id.in_(person_ids)))
        )
    merged = select(Merge.other_id).where(Merge.other_id.in_(person_ids))
    return found | set(session.scalars(merged))


def withdraw(
    session: Session, *, person_ids: Sequence[UUID], at: datetime, by: UUID | None
) -> None:
    """Take back people without traces; the caller has made sure, and writes the trail."""
    if not person_ids:
        return
    for table in OWN:
        session.execute(delete(table).where(table.person_id.in_(person_ids)))
    session.execute(delete(Person).where(Person.id.in_(person_ids)))
    stones = [{"person_id": each, "erased_at": at, "erased_by": by} for each in person_ids]
    session.execute(insert(Tombstone), stones)
