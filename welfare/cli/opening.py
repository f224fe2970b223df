"""What commands share: settings, keys and database opened, or one sentence saying why not."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from gettext import translation
from pathlib import Path

import click
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from models import trail
from models.sealing import FileKeys, KeyFileProblem, check_place
from models.session import Database, WrongKeyFile, check_site, open_database, snapshot, transaction
from welfare.config import Settings, SettingsWrong
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import FolderMailer, SmtpMailer, post_office
from welfare.gateways.webhook import HttpWebhook
from welfare.jobs.herald import Channels
from welfare.upkeep.schema import Shape, shape_of
from welfare.upkeep.schema import alembic_config as alembic_config
from welfare.upkeep.schema import schema_is_current as schema_is_current

TRANSLATIONS = Path(__file__).parents[1] / "web" / "translations"
UNREACHABLE = "The database cannot be reached or used. Check WELFARE_DATABASE_URL."
WRONG_SHAPE: Mapping[Shape, str] = {
    Shape.OLDER: "The database is of an older version. Run `welfare upgrade`.",
    Shape.NEWER: (
        "The database is of a newer version than this program. Install that version of the "
        "program; nothing has been changed."
    ),
}


class Needs(StrEnum):
    """What a command needs to find before it may do anything."""

    NOTHING = "nothing"  # set-up makes the site
    DATABASE = "database"  # of whatever version
    SITE = "site"


@contextmanager
def looking(database: Database) -> Iterator[Session]:
    """A snapshot; what was read in it goes to the trail."""
    with snapshot(database) as session:
        yield session
        events = trail.take_reads(session)
    with transaction(database) as writing:
        trail.write_reads(writing, events=events)


def read_settings() -> Settings:
    try:
        return Settings.from_environment(os.environ)
    except SettingsWrong as wrong:
        raise click.ClickException(str(wrong)) from None


@contextmanager
def opened(needs: Needs = Needs.SITE) -> Iterator[tuple[Settings, Database]]:
    """The database with its keys, checked. Keys of another site are refused in any case."""
    settings = read_settings()
    database = open_database(settings.database_url, read_keys(settings))
    try:
        _check(settings, database, needs)
        yield settings, database
    except OperationalError:
        raise click.ClickException(UNREACHABLE) from None
    finally:
        database.engine.dispose()


def read_keys(settings: Settings) -> FileKeys:
    """The key file, which must lie apart from an embedded database."""
    file = database_file(settings)
    try:
        check_place(settings.key_file, data_folder=file.parent if file is not None else None)
        return FileKeys.read(settings.key_file)
    except KeyFileProblem as problem:
        raise click.ClickException(str(problem)) from None


def database_file(settings: Settings) -> Path | None:
    """Where an embedded database is kept; None for a database server."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def mailer_of(settings: Settings) -> FolderMailer | SmtpMailer:
    office = post_office(settings.mail)
    if office is None:
        return FolderMailer(Path(settings.mail.removeprefix("file:")), settings.mail_from)
    return SmtpMailer(office, settings.mail_from, settings.mail_password)


def channels_of(settings: Settings) -> Channels:
    """Whom to tell beside mail."""
    alarm, texts = (
        HttpWebhook(url, settings.webhook_secret) if url else None
        for url in (settings.alarm_webhook, settings.nudge_webhook)
    )
    return Channels(alarm=alarm, texts=texts)


def stationery_of(settings: Settings) -> Stationery:
    """Letters to staff are in English; those to personnel in the language that each of them reads,
    if the site offers it."""
    languages = {
        each: translation("messages", TRANSLATIONS, [each], fallback=True).gettext
        for each in settings.languages
    }
    return Stationery(settings.site_name, settings.site_url, translate=str, languages=languages)


def _check(settings: Settings, database: Database, needs: Needs) -> None:
    file = database_file(settings)
    if needs is not Needs.NOTHING and file is not None and not file.is_file():
        raise click.ClickException(
            f"There is no database at {file}. `welfare setup` makes a new site."
        )
    try:
        shape = shape_of(database)
        if needs is Needs.SITE and shape is not Shape.CURRENT:
            raise click.ClickException(WRONG_SHAPE[shape])
        is_there = is_set_up(database)
    except (DatabaseError, sqlite3.DatabaseError):  # the second: not an SQLite file at all
        raise click.ClickException(UNREACHABLE) from None
    if needs is Needs.SITE and not is_there:
        raise click.ClickException("This site is not set up yet. Run `welfare setup`.")


def is_set_up(database: Database) -> bool:
    """Is this site set up, with these keys? Refuses the keys of another site."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("site"):
            return False
    try:
        with snapshot(database) as session:
            return check_site(session)
    except WrongKeyFile as wrong:
        raise click.ClickException(str(wrong)) from None
