"""`welfare upgrade`: look first, then bring the database to this version, then look again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from models.session import Database, snapshot
from welfare.cli.database import refuse_newer, upgrade_schema
from welfare.cli.opening import Needs, database_file, is_set_up, opened
from welfare.config import Settings
from welfare.jobs import nudges
from welfare.services.condition import backup_verified_at, lease_until
from welfare.upkeep.lock import CannotServe, only_upgrade
from welfare.upkeep.schema import schema_is_current, steps_to_take

BACKUP_IS_FRESH = timedelta(hours=24)
ROOM_BESIDE = 64 * 1024 * 1024  # besides a second copy of the database, for its log
NOT_SET_UP = "This site is not set up yet. Run `welfare setup`."
DISK = "There is not enough room on the disk: twice the size of the database is needed."
SERVED = (
    "A process is still serving this database. Stop it and wait a minute; "
    "--force goes on all the same."
)
BACKUP = (
    "There is no backup verified within 24 hours. Run `welfare backup create`; "
    "--no-backup goes on without one."
)
STOPPED = (
    "The upgrade stopped in the middle ({}). Finished steps are kept, the unfinished one was "
    "undone. Put right what stopped it and run `welfare upgrade` again."
)


@click.command()
@click.option("--no-backup", is_flag=True, help="Go on without a verified backup.")
@click.option("--force", is_flag=True, help="Go on though a process seems to be serving.")
def upgrade(no_backup: bool, force: bool) -> None:
    """Bring the database to this version. Can be run again wherever it was stopped."""
    with opened(Needs.DATABASE) as (settings, database), _alone(database):
        refuse_newer(database)
        if not is_set_up(database):
            raise click.ClickException(NOT_SET_UP)
        steps = steps_to_take(database)
        if not steps:
            click.echo("The database has the shape of this version. Nothing to do.")
            return
        _look_first(settings, database, no_backup=no_backup, force=force)
        click.echo("Steps to take:")
        for step in steps:
            click.echo(f"    {step.revision}  {step.doc}")
        _take_steps(database)
    click.echo("The database has the shape of this version, and the key file fits.")


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    try:
        with only_upgrade(database):
            yield
    except CannotServe as reason:
        raise click.ClickException(str(reason)) from None


def _look_first(settings: Settings, database: Database, *, no_backup: bool, force: bool) -> None:
    """Everything that stands in the way at once, before anything is touched."""
    at = datetime.now(UTC)
    problems = [] if _has_room(settings) else [DISK]
    if not force and _is_served(database, at):
        problems.append(SERVED)
    if not no_backup and not _has_backup(database, at):
        problems.append(BACKUP)
    if problems:
        raise click.ClickException("\n".join([*problems, "Nothing has been changed."]))


def _take_steps(database: Database) -> None:
    try:
        upgrade_schema(database)
    except SQLAlchemyError as problem:
        raise click.ClickException(STOPPED.format(type(problem).__name__)) from None
    if not schema_is_current(database) or not is_set_up(database):
        raise click.ClickException(STOPPED.format("the last look failed"))


def _has_room(settings: Settings) -> bool:
    file = database_file(settings)
    if file is None:
        return True  # a server's disk cannot be seen from here
    return shutil.disk_usage(file.parent).free >= 2 * file.stat().st_size + ROOM_BESIDE


def _is_served(database: Database, at: datetime) -> bool:
    """An embedded database is ours alone by now; on a server the job loop's lease tells."""
    if database.engine.dialect.name == "sqlite" or not _has_table(database, "job_lease"):
        return False
    with snapshot(database) as session:
        until = lease_until(session, job=nudges.NAME)
    return until is not None and until > at


def _has_backup(database: Database, at: datetime) -> bool:
    """Versions before this list existed have none to show."""
    if not _has_table(database, "backup_run"):
        return False
    with snapshot(database) as session:
        verified_at = backup_verified_at(session)
    return verified_at is not None and at - verified_at <= BACKUP_IS_FRESH


def _has_table(database: Database, name: str) -> bool:
    with database.engine.connect() as connection:
        return inspect(connection).has_table(name)
