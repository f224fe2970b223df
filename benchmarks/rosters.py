"""Rosters: a dry run of 20,000 rows against a site that knows half of them, and applying it."""

import csv
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from benchmarks.figures import print_table, verdict
from benchmarks.sites import settle, site_maker
from models import trail
from models.base import new_key
from models.session import Database, snapshot, transaction
from models.tables.places import Unit
from welfare.gateways.roster_file import COLUMNS
from welfare.jobs import schedule
from welfare.policies.actor import console
from welfare.services import roster_undo, rosters

SLOWEST_SECONDS = 10.0
FULL, QUICK = 20_000, 2_000
UNITS = 20
PROGRAMME = "un-contingent"
HEADS = ("database", "act", "rows", "seconds", "goal")


def run(kinds: list[str], *, is_quick: bool) -> None:
    count = QUICK if is_quick else FULL
    print_table("Rosters", HEADS, [row for kind in kinds for row in _rows(kind, count)])


def _rows(kind: str, count: int) -> Iterator[tuple[object, ...]]:
    with site_maker(kind) as make_site:
        database = make_site().open()
        _make_units(database)
        half, whole = _file(count // 2, "Mara"), _file(count, "Mara")
        _import(database, half)
        settle(database)
        for name, content in (("dry run, half of them new", whole), ("dry run, changed", None)):
            seconds, _seen = _dry_run(database, content or _file(count // 2, "Sami"))
            met = verdict(seconds <= SLOWEST_SECONDS)
            rows = count if content else count // 2
            yield kind, name, rows, seconds, f"<= {SLOWEST_SECONDS:.0f} s: {met}"
        began = time.perf_counter()
        key = _import(database, whole)
        yield kind, "dry run and apply", count, time.perf_counter() - began, ""
        began = time.perf_counter()
        while schedule.once(database, programme=PROGRAMME, at=datetime.now(UTC)):
            pass
        yield kind, "windows worked out and stored", count, time.perf_counter() - began, ""
        began = time.perf_counter()
        with transaction(database) as session:
            actor, at = console("0001"), datetime.now(UTC)
            roster_undo.undo_import(session, actor=actor, import_id=key, at=at)
        yield kind, "undo", count // 2, time.perf_counter() - began, ""
        database.engine.dispose()


def _make_units(database: Database) -> None:
    with transaction(database) as session:
        root = Unit(id=new_key(), name="Contingent", path="0001")
        session.add(root)
        session.flush()
        session.add_all(
            Unit(id=new_key(), parent_id=root.id, name=f"Company {n}", path=f"0001{n:04}")
            for n in range(1, UNITS + 1)
        )


def _file(count: int, given: str) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for n in range(count):
        unit = f"Contingent / Company {n % UNITS + 1}"
        person = (f"SN-{n}", f"{given}{n}", "Ilden", "female", "1991", "nco", "en", unit)
        stay = ("River Mission", "Port Ansel", "2026-01-15", "2026-07-14")
        writer.writerow([*person, f"m{n}@example.org", "+00 555 0100", *stay])
    return written.getvalue().encode()


def _dry_run(database: Database, content: bytes) -> tuple[float, bytes]:
    began = time.perf_counter()
    with snapshot(database) as session:
        seen = _look(session, content).seen
        events = trail.take_reads(session)
    with transaction(database) as session:
        trail.write_reads(session, events=events)
    return time.perf_counter() - began, seen


def _look(session: Session, content: bytes) -> rosters.DryRun:
    return rosters.look_at_file(
        session,
        actor=console("0001"),
        content=content,
        new_missions=True,
        at=datetime.now(UTC),
    )


def _import(database: Database, content: bytes) -> UUID:
    _seconds, seen = _dry_run(database, content)
    with transaction(database) as session:
        return rosters.apply_file(
            session,
            actor=console("0001"),
            content=content,
            new_missions=True,
            seen=seen,
            programme=PROGRAMME,
            at=datetime.now(UTC),
        ).id
