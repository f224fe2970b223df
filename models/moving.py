"""Rows that change hands between two records: opened with one key, sealed again with the other."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, Enum, Table, inspect, select, update
from sqlalchemy.orm import Session

from models.base import Key16, UtcMoment
from models.instruments.payload import pack, unpack
from models.sealing import Ciphertext, Place, open_sealed, seal
from models.sealing.envelope import OVERHEAD
from models.tables.accounts import Account
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.columns import Sealed
from models.tables.consents import Consent
from models.tables.cycle import DeploymentEvent, Exposure
from models.tables.doors import TotpSecret
from models.tables.glass import BreakGlass, ClosedRecord
from models.tables.interviews import Certification
from models.tables.lifecycle import LegalHold, Tombstone
from models.tables.measures import AssignedMeasure
from models.tables.merging import Merge
from models.tables.messages import Message, NotebookEntry
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from models.tables.paper import EnteredInError, MovedScreening, PaperEntry, PaperForm
from models.tables.people import Deployment, Identity, Membership, PersonKey
from models.tables.plans import Appointment, Plan
from models.tables.referrals import Referral
from models.tables.releases import LedgerEntry
from models.tables.reminders import Reminder, WindowLink
from models.tables.rosters import RosterChange
from models.tables.screenings import ConflictCopy, Draft, Screening, Window
from models.vocabulary import LinkEnding

# Every table of a person's stands in one of these; a test fails for one that does not.
MOVES: tuple[type[Any], ...] = (
    Deployment,
    DeploymentEvent,
    Exposure,
    Window,
    Screening,
    Draft,
    Case,
    AssignedMeasure,
    Plan,
    Appointment,
    Alert,
    ContactAttempt,
    Certification,
    EnteredInError,
    MovedScreening,
    PaperForm,
    PaperEntry,
    BreakGlass,
    ClosedRecord,
    CommandNotice,
    DelayedNotice,
    EntryQuestion,
    LegalHold,
    Consent,
    Referral,
    Message,
    NotebookEntry,
)
# What tells of the second record itself, and what the database never lets anybody change.
STAYS: tuple[type[Any], ...] = (
    Account,
    AuditEvent,
    ConflictCopy,
    Identity,
    LedgerEntry,
    Membership,
    Merge,
    Note,
    RosterChange,
    Tombstone,
    TotpSecret,
)
REVOKED: tuple[type[Any], ...] = (Reminder, WindowLink)
FOLDED: tuple[type[Any], ...] = (PersonKey,)
# Added to a row that has moved, they follow it back.
CHILDREN: Mapping[type[Any], tuple[str, type[Any]]] = {
    DeploymentEvent: ("deployment_id", Deployment),
    PaperForm: ("window_id", Window),
    Plan: ("case_id", Case),
    Appointment: ("case_id", Case),
    Alert: ("screening_id", Screening),
    ContactAttempt: ("alert_id", Alert),
    Certification: ("screening_id", Screening),
    EnteredInError: ("screening_id", Screening),
    MovedScreening: ("screening_id", Screening),
    PaperEntry: ("form_id", PaperForm),
    Message: ("reply_to", Message),
}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, with what opens it."""

    person_id: UUID
    key: bytes


@dataclass(slots=True)
class Log:
    """What a merge did, by table and row, each with the values it replaced; as JSON holds it.

    `twins`: windows of the second record that are the same as one of the first.
    """

    moved: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    changed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    gone: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)


def move(
    session: Session,
    table: type[Any],
    *,
    giver: Side,
    taker: Side,
    ids: Collection[UUID] | None = None,
    changes: Mapping[UUID, Values] | None = None,
    twins: Mapping[str, str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Hand these rows of the giver over, or all; other columns of a row change as `changes` says.

    Past the unit of work: a mapped row would be thought to be sealed as it was. Returns what the
    changed columns held, by row.
    """
    stored, changes = table_of(table), changes or {}
    moved: dict[str, dict[str, Any]] = {}
    rows = session.connection().execute(
        select(stored).where(stored.c.person_id == giver.person_id).order_by(stored.c.id)
    )
    for row in rows.mappings().all():
        if ids is not None and row["id"] not in ids:
            continue
        values: dict[str, Any] = {"person_id": taker.person_id, **changes.get(row["id"], {})}
        for column in sealed_columns(stored):
            if row[column.name] is not None:
                values[column.name] = _resealed(stored, column, row, giver, taker, twins or {})
        if "version" in row:  # whoever works on it at this moment sealed for the other record
            values["version"] = row["version"] + 1
        _write(session, stored, row["id"], values)
        moved[row["id"].hex] = {name: plain(row[name]) for name in changes.get(row["id"], {})}
    return moved


def change(session: Session, table: type[Any], *, row_id: UUID, values: Values) -> dict[str, Any]:
    """Change a row that stays; returns what its columns held."""
    stored = table_of(table)
    columns = [stored.c[name] for name in values]
    before = session.connection().execute(select(*columns).where(stored.c.id == row_id)).mappings()
    held = {name: plain(value) for name, value in before.one().items()}
    _write(session, stored, row_id, values)
    return held


def typed(table: type[Any], values: Values) -> dict[str, Any]:
    """What `plain` made, as the columns of this table hold it."""
    stored = table_of(table)
    return {name: _typed(stored.c[name], value) for name, value in values.items()}


def plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def end_links(session: Session, which: Any, *, at: datetime) -> None:
    """These links open nothing any more."""
    session.execute(
        update(WindowLink)
        .where(which, WindowLink.used_at.is_(None), WindowLink.revoked_at.is_(None))
        .values(revoked_at=at, closed_for=LinkEnding.WITHDRAWN)
    )


def table_of(table: type[Any]) -> Table:
    found: Table = inspect(table).local_table
    return found


def sealed_columns(stored: Table) -> list[Column[Any]]:
    return [column for column in stored.columns if isinstance(column.type, Sealed)]


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    if isinstance(column.type, Key16):
        return UUID(value)
    if isinstance(column.type, UtcMoment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _write(session: Session, stored: Table, row_id: UUID, values: Values) -> None:
    session.connection().execute(update(stored).where(stored.c.id == row_id).values(**values))


def _resealed(
    stored: Table,
    column: Column[Any],
    row: Any,
    giver: Side,
    taker: Side,
    twins: Mapping[str, str],
) -> Ciphertext:
    """The same words and the same length under the other key."""
    sealed = row[column.name]
    place = Place(stored.name, column.name, row["id"], giver.person_id)
    content = open_sealed(giver.key, place, sealed)
    if twins and stored.name == Screening.__tablename__:
        content = _renamed(content, twins)
    return seal(
        taker.key,
        replace(place, person=taker.person_id),
        content,
        size=len(sealed) - OVERHEAD,
    )


def _renamed(content: bytes, twins: Mapping[str, str]) -> bytes:
    """A part that was sent early names the window of its whole."""
    payload = unpack(json.loads(content))
    if payload.part_of is None or payload.part_of.hex not in twins:
        return content
    renamed = pack(replace(payload, part_of=UUID(twins[payload.part_of.hex])))
    return json.dumps(renamed, ensure_ascii=False, separators=(",", ":")).encode()
