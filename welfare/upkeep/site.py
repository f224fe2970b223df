"""Looking at the site: its database, its key file, its disk, its clock, its letters and jobs."""

import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from models.sealing import FileKeys, KeyFileProblem
from models.session import Database, WrongKeyFile, check_site, snapshot
from welfare.jobs import nudges
from welfare.services.condition import (
    LETTER_MAY_WAIT,
    Condition,
    read_condition,
    server_clock,
    try_writing,
)
from welfare.upkeep.checks import Check, failed, warning, well
from welfare.upkeep.clock import look_at_clock
from welfare.upkeep.schema import Shape, shape_of

AWAY = (SQLAlchemyError, sqlite3.DatabaseError)  # the second: not an SQLite file at all
BACKUP_IS_FRESH = timedelta(hours=26)  # one a night, and two hours to make it
LEAST_ROOM = 256 * 1024 * 1024
LITTLE_ROOM = 1024 * 1024 * 1024
SHAPES: Mapping[Shape, str] = {
    Shape.OLDER: "is of an older version: run `welfare upgrade`",
    Shape.NEWER: "is of a newer version than this program: install that version",
}


def look_at_database(database: Database, *, key_file: Path, at: datetime) -> tuple[Check, ...]:
    """Stops at what makes the rest unknowable."""
    try:
        shape = shape_of(database)
        if shape is not Shape.CURRENT:
            return (well("database", "can be reached"), failed("schema", SHAPES[shape]))
        found = _look_inside(database, key_file, at)
    except AWAY:
        return (failed("database", "cannot be reached"),)
    return (well("database", "can be reached"), well("schema", "is of this version"), *found)


def look_at_room(database: Database) -> Check:
    """Only an embedded database lies on a disk that we can see."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return well("disk", "is the database server's own")
    folder = Path(url.database).resolve().parent
    if not folder.is_dir():
        return failed("disk", "has no such folder as the database's")
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        return failed("disk", "is almost full: less than 256 MB are left")
    if free < LITTLE_ROOM:
        return warning("disk", "is filling up: less than 1 GB is left")
    return well("disk", "has room")


def _look_inside(database: Database, key_file: Path, at: datetime) -> list[Check]:
    with snapshot(database) as session:
        condition, server = read_condition(session, job=nudges.NAME, at=at), server_clock(session)
    return [
        _look_at_writing(database, at),
        look_at_keys(database, key_file=key_file),
        look_at_clock(at=at, newest=condition.newest_event_at, server=server),
        _look_at_lease(condition, at),
        _look_at_mail(condition, at),
        _look_at_alerts(condition),
        look_at_backup(condition.backup_verified_at, at=at),
    ]


def look_at_keys(database: Database, *, key_file: Path) -> Check:
    """The file as it lies there now, not as it was when the program started."""
    try:
        with snapshot(replace(database, keys=FileKeys.read(key_file))) as session:
            is_set_up = check_site(session)
    except KeyFileProblem:
        return failed("key file", "cannot be used: run `welfare config check`")
    except WrongKeyFile:
        return failed("key file", "is not the one this database was sealed with")
    return (
        well("key file", "fits the database") if is_set_up else failed("site", "is not set up yet")
    )


def look_at_backup(verified_at: datetime | None, *, at: datetime) -> Check:
    if verified_at is None:
        return warning("backup", "was never verified")
    if at - verified_at > BACKUP_IS_FRESH:
        return warning("backup", "was last verified more than a day ago")
    return well("backup", "was verified within a day")


def _look_at_writing(database: Database, at: datetime) -> Check:
    try:
        with database.writing() as session:
            try_writing(session, at=at)
            session.rollback()
    except AWAY:
        return failed("writing", "is refused by the database")
    return well("writing", "is possible")


def _look_at_lease(condition: Condition, at: datetime) -> Check:
    if condition.lease_until is None or condition.lease_until <= at:
        return failed("lease", "is held by no worker: no letter leaves")
    return well("lease", "is held by a worker")


def _look_at_mail(condition: Condition, at: datetime) -> Check:
    oldest = condition.oldest_letter_at
    if oldest is not None and at - oldest > LETTER_MAY_WAIT:
        minutes = (at - oldest) // timedelta(minutes=1)
        return failed("mail", f"does not leave: the oldest letter has waited {minutes} minutes")
    return well("mail", "leaves")


def _look_at_alerts(condition: Condition) -> Check:
    """Past due and not acknowledged: the one thing that must never be overlooked."""
    if condition.alerts_past_due:
        return warning("work", f"waits past its time: {condition.alerts_past_due}")
    return well("work", "is acknowledged in time")
