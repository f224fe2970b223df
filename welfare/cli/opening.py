"""What commands share: settings, keys and database opened, or one sentence saying why not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from models.sealing import FileKeys, KeyFileProblem
from models.session import Database, WrongKeyFile, check_site, open_database, snapshot
from welfare.config import Settings, SettingsWrong
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import FolderMailer, Mailer, SmtpMailer

SMTP_PORT = 25


def read_settings() -> Settings:
    try:
        return Settings.from_environment(os.environ)
    except SettingsWrong as wrong:
        raise click.ClickException(str(wrong)) from None


@contextmanager
def opened(*, is_new: bool = False) -> Iterator[tuple[Settings, Database]]:
    """The database with its keys, checked. `is_new` is for set-up: nothing need be there yet."""
    settings = read_settings()
    try:
        keys = FileKeys.read(settings.key_file)
    except KeyFileProblem as problem:
        raise click.ClickException(str(problem)) from None
    database = open_database(settings.database_url, keys)
    try:
        if not is_new:
            _insist_on_current_schema(settings, database)
            _insist_on_own_keys(database)
        yield settings, database
    except OperationalError:
        raise click.ClickException(
            "The database cannot be reached or used. Check WELFARE_DATABASE_URL."
        ) from None
    finally:
        database.engine.dispose()


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


def _insist_on_current_schema(settings: Settings, database: Database) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise click.ClickException(
            f"There is no database at {url.database}. `welfare setup` makes a new site."
        )
    if not schema_is_current(database):
        raise click.ClickException("The database is of another version. Run `welfare db upgrade`.")


def _insist_on_own_keys(database: Database) -> None:
    try:
        with snapshot(database) as session:
            is_set_up = check_site(session)
    except WrongKeyFile as wrong:
        raise click.ClickException(str(wrong)) from None
    if not is_set_up:
        raise click.ClickException("This site is not set up yet. Run `welfare setup`.")
