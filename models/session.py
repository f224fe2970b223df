"""Opening the database, and the ways to use it: a snapshot to read, one transaction to write."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.orm import Session, sessionmaker

from models import erasure, rulebook, trail, vault
from models import tables as tables  # the mappers must be known before a session opens
from models.base import new_key
from models.programmes import Programme
from models.sealing import Keys, Place, SealBroken, open_sealed, seal, unwrap
from models.tables.audit import Site
from models.tables.people import PersonKey

BUSY_SECONDS = 15
WRITE = "BEGIN IMMEDIATE"
BEGINNINGS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "sqlite": {"_reader": {"sqlite_begin": "BEGIN"}, "_writer": {"sqlite_begin": WRITE}},
    "postgresql": {
        "_reader": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        "_writer": {},
    },
}
# secure_delete: a destroyed key is overwritten, not just forgotten.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
SESSION_HABITS: dict[str, Any] = {"expire_on_commit": False, "autoflush": False}


@dataclass(frozen=True, slots=True)
class Database:
    """An engine with the key source. `reading` never writes; `writing` is one act."""

    engine: Engine
    keys: Keys
    sessions: sessionmaker[Session]
    _reader: Engine = field(init=False)  # the same engine with its two ways to begin,
    _writer: Engine = field(init=False)  # made once: every page asks for one of them
    _programmes: dict[str, Programme] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, options in BEGINNINGS[self.engine.dialect.name].items():
            object.__setattr__(self, name, self.engine.execution_options(**options))

    def reading(self) -> Session:
        """A session on a snapshot. What it reads goes to the trail by `trail.write_reads`."""
        carried = {vault.KEYS: self.keys, trail.READS: [], rulebook.PROGRAMMES: self._programmes}
        session = self.sessions(bind=self._reader, info=carried)
        session.connection()
        return session

    def writing(self) -> Session:
        """A session for one act. On SQLite it takes the write lock at once, so it never
        fails half way because another act was faster."""
        session = self.sessions(bind=self._writer, info={vault.KEYS: self.keys})
        session.connection()
        return session


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
    _check_wrapping(session)
    return True


def forget_old_versions(database: Database) -> None:
    """After an erasure: what it overwrote leaves the database's log and its old row versions.

    A server gives that room free and writes over it later; its archived log is its operator's.
    """
    is_sqlite, tables = database.engine.dialect.name == "sqlite", erasure.rewritten_tables()
    connection = database.engine.raw_connection()
    try:
        if is_sqlite:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]
            names = map(database.engine.dialect.identifier_preparer.format_table, tables)
            connection.cursor().execute(f"VACUUM {', '.join(names)}")
    finally:
        connection.invalidate()  # not back to the pool: its transactions were not our own


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
        try:
            super().commit()
        except sqlite3.Error:
            self.rollback()  # SQLAlchemy takes it for ended: the lock would go back to the pool
            raise
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


def _check_wrapping(session: Session) -> None:
    """The mark opens with the root; that the current key is whole shows on one person's key."""
    keys = vault.keys_of(session)
    stored = session.execute(
        select(PersonKey.person_id, PersonKey.wrapped)
        .where(PersonKey.wrapping_id == keys.wrapping_id)
        .limit(1)
    ).first()
    if stored is None:
        return
    try:
        unwrap(keys.wrapping_key(keys.wrapping_id), stored.person_id, stored.wrapped)
    except SealBroken:
        raise WrongKeyFile(
            "The key file is this site's, but its current key is damaged. "
            "Put back an undamaged copy; nothing has been changed."
        ) from None


def _prepare_sqlite(queue: threading.Lock, connection: Writer, _record: Any) -> None:
    """FULL, not NORMAL: with NORMAL a power cut loses acknowledged answers."""
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.queue = queue


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    driver = connection.connection.dbapi_connection
    if begin == WRITE and isinstance(driver, Writer):
        driver.wait()
    connection.exec_driver_sql(begin)
