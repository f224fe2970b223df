"""What commands share: settings, keys and database opened, or one sentence saying why not."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from models.sealing import FileKeys, KeyFileProblem
from models.session import Database, WrongKeyFile, check_site, open_database, snapshot
from welfare.config import Settings, SettingsWrong
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import FolderMailer, Mailer, SmtpMailer

SMTP_PORT = 25
UNREACHABLE = "The database cannot be reached or used. Check WELFARE_DATABASE_URL."


class Needs(StrEnum):
    """What a command needs to find before it may do anything."""

    NOTHING = "nothing"  # set-up makes the site
    DATABASE = "database"  # of whatever version
    SITE = "site"


def read_settings() -> Settings:
    try:
        return Settings.from_environment(os.environ)
    except SettingsWrong as wrong:
        raise click.ClickException(str(wrong)) from None


@contextmanager
def opened(needs: Needs = Needs.SITE) -> Iterator[tuple[Settings, Database]]:
    """The database with its keys, checked. Keys of another site are refused in any case."""
    settings = read_settings()
    try:
        keys = FileKeys.read(settings.key_file)
    except KeyFileProblem as problem:
        raise click.ClickException(str(problem)) from None
    database = open_database(settings.database_url, keys)
    try:
        _check(settings, database, needs)
        yield settings, database
    except OperationalError:
        raise click.ClickException(UNREACHABLE) from None
    finally:
        database.engine.dispose()


def database_file(settings: Settings) -> Path | None:
    """Where an embedded database is kept; None for a database server."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def alembic_config() -> Config:
    """Where the migrations are, wherever the program is installed."""
    config = Config()
    place = find_spec("migrations")  # by name: the building must not lean on its history
    folders = list(place.submodule_search_locations or ()) if place else []
    config.set_main_option("script_location", folders[0])
    return config


def schema_is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_heads()
    return set(there) == set(ScriptDirectory.from_config(alembic_config()).get_heads())


def mailer_of(settings: Settings) -> Mailer:
    if settings.mail.startswith("file:"):
        return FolderMailer(Path(settings.mail.removeprefix("file:")), settings.mail_from)
    where = urlsplit(settings.mail)
    return SmtpMailer(where.hostname or "", where.port or SMTP_PORT, settings.mail_from)


def stationery_of(settings: Settings) -> Stationery:
    return Stationery(settings.site_name, settings.site_url, translate=str)


def _check(settings: Settings, database: Database, needs: Needs) -> None:
    file = database_file(settings)
    if needs is not Needs.NOTHING and file is not None and not file.is_file():
        raise click.ClickException(
            f"There is no database at {file}. `welfare setup` makes a new site."
        )
    try:
        if needs is Needs.SITE and not schema_is_current(database):
            raise click.ClickException(
                "The database is of another version. Run `welfare db upgrade`."
            )
        is_set_up = _has_own_mark(database)
    except (DatabaseError, sqlite3.DatabaseError):  # the second: not an SQLite file at all
        raise click.ClickException(UNREACHABLE) from None
    if needs is Needs.SITE and not is_set_up:
        raise click.ClickException("This site is not set up yet. Run `welfare setup`.")


def _has_own_mark(database: Database) -> bool:
    """Is this site set up, with these keys? Refuses the keys of another site."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("site"):
            return False
    try:
        with snapshot(database) as session:
            return check_site(session)
    except WrongKeyFile as wrong:
        raise click.ClickException(str(wrong)) from None
