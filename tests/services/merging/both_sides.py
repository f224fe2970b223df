"""Everything that is kept of two people, opened: to be held against itself after a merge."""

from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models import vault
from models.base import Base
from models.moving import sealed_columns, table_of
from models.sealing import Place, open_sealed
from models.tables.audit import AuditEvent
from models.tables.merging import Merge
from models.tables.people import Person, PersonKey
from models.tables.reminders import Reminder, WindowLink

# The trail grows, links stay closed, letters that were not sent are not written again by this.
NOT_HELD_AGAINST = (AuditEvent, Merge, PersonKey, Reminder, WindowLink)
# The schedule is worked out again, and an alert notices that it has been moved.
CHANGING = {"scheduled_on", "version"}
Rows = dict[tuple[str, UUID], dict[str, Any]]


def tables_of_people() -> list[type[Any]]:
    """Every table with a person in it."""
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if "person_id" in mapper.columns or mapper.class_ is Person
    ]


def whole_of(session: Session, *person_ids: UUID) -> Rows:
    """Every row of these people, with the very bytes that were sealed."""
    keys = vault.keys_for(session, person_ids=person_ids)
    found: Rows = {}
    for table in tables_of_people():
        if table in NOT_HELD_AGAINST:
            continue
        stored = table_of(table)
        owner = "id" if table is Person else "person_id"
        for row in (
            session.connection()
            .execute(select(stored).where(stored.c[owner].in_(person_ids)))
            .mappings()
        ):
            row_id = row["id"] if "id" in row else row["person_id"]
            found[stored.name, row_id] = _opened(stored, row, row_id, keys[row[owner]], row[owner])
    return found


def _opened(stored: Any, row: Any, row_id: UUID, key: bytes, owner: UUID) -> dict[str, Any]:
    sealed = {column.name for column in sealed_columns(stored)}
    return {
        name: open_sealed(key, Place(stored.name, name, row_id, owner), value)
        if name in sealed and value is not None
        else value
        for name, value in row.items()
        if name not in CHANGING
    }


def sizes_of(session: Session, person_id: UUID) -> dict[tuple[str, UUID], list[int]]:
    """How long what is sealed of this person is."""
    found = {}
    for table in tables_of_people():
        names = [column.name for column in sealed_columns(table_of(table))]
        if "id" not in inspect(table).columns or not names:
            continue
        owner = table.id if table is Person else table.person_id
        for row in session.scalars(select(table).where(owner == person_id)):
            lengths = [len(getattr(row, name)) for name in names if getattr(row, name)]
            found[table.__tablename__, row.id] = lengths
    return found
