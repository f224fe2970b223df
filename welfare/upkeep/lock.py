"""One process at a time serves an embedded database, or changes its shape."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from models.session import Database

SUFFIX = ".serving"
UPGRADE = 7_310_001  # any number, as long as nobody else in this database takes it


class CannotServe(Exception):
    """Another process has the database, or its folder is closed. Nothing has been touched."""


@contextmanager
def only_one(database: Database) -> Iterator[None]:
    """Raises CannotServe at once, never waits. A database server needs no such turn.

    The system itself holds the lock: a process that is killed leaves none behind.
    """
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    handle = _opened(f"{url.database}{SUFFIX}")
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


@contextmanager
def only_upgrade(database: Database) -> Iterator[None]:
    """Like `only_one`, and on a database server too: two upgrades would trip over each other."""
    if database.engine.dialect.name == "sqlite":
        with only_one(database):
            yield
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(UPGRADE))):
            raise CannotServe("Another upgrade of this database is under way. Let it end.")
        try:
            yield
        finally:
            connection.scalar(select(func.pg_advisory_unlock(UPGRADE)))


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise CannotServe(
            "The database's folder cannot be written. Give the program's user the right to write "
            "there, or free the disk; nothing has been changed."
        ) from None


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotServe(
            "Another process serves or upgrades this database. With SQLite only one may. "
            "Stop the other one first; nothing has been changed."
        ) from None
