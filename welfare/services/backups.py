"""Backups, the way out: every table of one snapshot as frames, the keys of people apart."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import Base
from models.tables.audit import Site
from models.tables.lifecycle import BackupRun
from models.trail import Signature
from models.vocabulary import Act
from welfare.gateways import backup_tables
from welfare.gateways.backup_frames import KEY_PURPOSE, Frame, Part
from welfare.gateways.backup_rows import TRAIL, Count, Header, Manifest, Shape, Tally

BATCH = 500
LONGEST_BODY = 1024 * 1024
# What a backup never holds: nobody comes in with what was copied, and nothing waits for a crash.
NEVER_KEPT: Mapping[str, str] = {
    "challenge": "is over within minutes",
    "job_lease": "belongs to a process that is no more",
    "known_device": "a stolen backup must not make a browser look known",
    "roster_upload": "waits for a yes for a day; its people are not here yet",
    "sign_in_counter": "is over within hours",
    "web_session": "everybody signs in again",
}
# Apart and short-lived: else every backup would keep the keys of people who were erased later.
# Who was erased stands in both files, because old rows may be restored with newer keys; and so does
# who was merged, because the key of the second record lies in the merge.
APART = "person_key"
KEY_TABLES = (APART, "tombstone", "person_merge")
Told = Callable[[str], None]


def shapes_of(part: Part) -> tuple[Shape, ...]:
    """The tables of one part, those that others refer to first."""
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    if part is Part.KEYS:
        return tuple(Shape.of(tables[name]) for name in KEY_TABLES)
    kept = [table for name, table in tables.items() if name not in NEVER_KEPT and name != APART]
    return tuple(Shape.of(table) for table in kept)


def copy_part(
    session: Session, *, part: Part, revision: str, at: datetime, told: Told
) -> Iterator[bytes]:
    """Every frame of one part, in order, a batch of rows at a time.

    `told` hears the name of each table. All of it is of the session's one snapshot.
    """
    site = session.scalars(select(Site.id)).one()
    shapes = backup_tables.as_there(session.connection(), shapes=shapes_of(part))
    header = Header(site, version("welfare"), revision, at, shapes)
    yield Frame.HEADER.encode() + header.written()
    counts: dict[str, Count] = {}
    key = vault.keys_of(session).derived(KEY_PURPOSE)
    for shape in header.shapes:
        told(shape.name)
        tally = Tally(key, shape.name)
        for batch in _batches(session, shape, tally):
            yield b"\n".join((Frame.ROWS.encode() + shape.name.encode(), *batch))
        counts[shape.name] = tally.count
    yield Frame.END.encode() + Manifest(counts, _trail_ends(session, header)).written()


def note_backup(
    session: Session,
    *,
    by: Signature,
    run: UUID,
    name: str,
    rows: int,
    made_at: datetime,
    at: datetime,
) -> None:
    """This backup was restored into a scratch database and fitted, just now.

    A site that waits for its upgrade may have no list of backups yet.
    """
    noted = BackupRun(id=run, name=name, made_at=made_at, verified_at=at, rows=rows)
    if inspect(session.connection()).has_table(noted.__tablename__):
        session.add(noted)
    trail.record(session, by=by, act=Act.BACKUP_MADE, at=at, subject=noted)


def _batches(session: Session, shape: Shape, tally: Tally) -> Iterator[list[bytes]]:
    waiting: list[bytes] = []
    length = 0
    for line in backup_tables.lines(session.connection(), shape=shape):
        tally.add(line)
        waiting.append(line)
        length += len(line)
        if length > LONGEST_BODY or len(waiting) == BATCH:
            yield waiting
            waiting, length = [], 0
    if waiting:
        yield waiting


def _trail_ends(session: Session, header: Header) -> tuple[str, str] | None:
    for shape in header.shapes:
        if shape.name == TRAIL:
            return backup_tables.first_and_last(session.connection(), shape=shape)
    return None
