"""Opening the database, and the ways to use it: a snapshot to read, one transaction to write."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.orm import Session, sessionmaker

from models import tables as tables  # the mappers must be known before a session opens
from models import trail, vault
from models.base import new_key
from models.sealing import Keys, Place, SealBroken, open_sealed, seal
from models.tables.audit import Site

BUSY_SECONDS = 15
WRITE = "BEGIN IMMEDIATE"
SESSION_HABITS: dict[str, Any] = {"expire_on_commit": False, "autoflush": False}


@dataclass(frozen=True, slots=True)
class Database:
    """An engine with the key source. `reading` never writes; `writing` is one act."""

    engine: Engine
    keys: Keys
    sessions: sessionmaker[Session]

    def reading(self) -> Session:
        """A session on a snapshot. What it reads goes to the trail by `trail.write_reads`."""
        session = self.sessions(info={vault.KEYS: self.keys, trail.READS: []})
        session.connection(execution_options=self._options(reading=True))
        return session

    def writing(self) -> Session:
        """A session for one act. On SQLite it takes the write lock at once, so it never
        fails half way because another act was faster."""
        session = self.sessions(info={vault.KEYS: self.keys})
        session.connection(execution_options=self._options(reading=False))
        return session

    def _options(self, *, reading: bool) -> dict[str, Any]:
        if self.engine.dialect.name == "sqlite":
            return {"sqlite_begin": "BEGIN" if reading else WRITE}
        if reading:
            return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return {}


def open_database(url: str, keys: Keys) -> Database:
    """An engine with the right settings for SQLite or PostgreSQL. Connects to nothing yet."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        settings = {"timeout": BUSY_SECONDS, "factory": Writer}
        engine = create_engine(where, connect_args=settings, hide_parameters=True)
        event.listen(engine, "connect", partial(_prepare_sqlite, threading.Lock()))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            where,
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            hide_parameters=True,  # a value of a record must not reach a log or a traceback
            connect_args={"options": "-c timezone=UTC"},  # a day is the same day everywhere
        )
    return Database(engine, keys, sessionmaker(engine, **SESSION_HABITS))


@contextmanager
def transaction(database: Database) -> Iterator[Session]:
    """Commit when the block ends well; undo everything when it does not."""
    with database.writing() as session:
        yield session
        session.commit()


@contextmanager
def snapshot(database: Database) -> Iterator[Session]:
    with database.reading() as session:
        yield session


class WrongKeyFile(Exception):
    """The key file belongs to another site. Nothing has been touched."""


def mark_site(session: Session) -> None:
    """Leave the mark by which `check_site` knows the right key file."""
    keys, site_id = vault.keys_of(session), new_key()
    mark = seal(keys.derived("site"), Place("site", "mark", site_id, site_id), b"ours", size=64)
    session.add(Site(id=site_id, wrapping_id=keys.wrapping_id, mark=mark))


def check_site(session: Session) -> bool:
    """True if set up and the keys fit; False if not set up. Raises WrongKeyFile."""
    site = session.execute(select(Site.id, Site.mark)).first()  # these two, whatever the version
    if site is None:
        return False
    keys = vault.keys_of(session)
    try:
        open_sealed(keys.derived("site"), Place("site", "mark", site.id, site.id), site.mark)
    except SealBroken:
        raise WrongKeyFile(
            "The key file is not the one this database was sealed with. "
            "Put the right key file back; nothing has been changed."
        ) from None
    return True


class Writer(sqlite3.Connection):
    """Stands in a queue before it writes.

    SQLite alone would ask again and again, sleeping longer each time, while nobody writes.
    The queue is of this process; between processes SQLite's own lock still decides.
    """

    queue: "threading.Lock | None" = None
    is_first = False

    def wait(self) -> None:
        if self.queue is not None and not self.is_first:
            self.is_first = self.queue.acquire(timeout=BUSY_SECONDS)

    def leave(self) -> None:
        if self.queue is not None and self.is_first:
            self.is_first = False
            self.queue.release()

    def commit(self) -> None:
        super().commit()  # if this fails a rollback follows, and then the next may write
        self.leave()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.leave()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.leave()


def _prepare_sqlite(queue: threading.Lock, connection: Writer, _record: Any) -> None:
    """FULL, not NORMAL: with NORMAL a power cut loses acknowledged answers."""
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.queue = queue


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    driver = connection.connection.dbapi_connection
    if begin == WRITE and isinstance(driver, Writer):
        driver.wait()
    connection.exec_driver_sql(begin)
