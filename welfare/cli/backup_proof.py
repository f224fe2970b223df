"""Reading a backup with its identity, into a scratch database or a real one, or one sentence
saying why not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.sealing import KeyFileProblem, Keys, SealBroken
from models.session import WrongKeyFile, open_database
from welfare.errors import InputRefused
from welfare.gateways.backup_frames import BackupRefused
from welfare.gateways.offline_seal import OfflineSealProblem
from welfare.gateways.tombstone_file import TombstoneFileProblem
from welfare.policies.actor import Machine
from welfare.services import restores
from welfare.upkeep.schema import alembic_config

# Each of these carries a sentence for the operator.
SPEAKING = (
    BackupRefused,
    KeyFileProblem,
    OfflineSealProblem,
    TombstoneFileProblem,
    WrongKeyFile,
)
NO_TOMBSTONES = "A line of the file of tombstones is damaged; nothing was restored. ({})"
NO_FILE = "A file of this backup, or of its proof, cannot be read or written: {}."
NOT_SEALED = "Something in this backup is sealed with other keys, or was changed."
NOT_TAKEN = (
    "The database did not take the rows of this backup ({}). If its disk is full, free it; "
    "else the rows do not fit together and the backup is damaged. Nothing was restored."
)
TOO_NEW = (
    "This backup was made by a newer version of the program. Install that version; "
    "nothing has been changed."
)


@contextmanager
def sentences() -> Iterator[None]:
    """Whatever is wrong with a backup ends the command with one sentence and status 1."""
    try:
        yield
    except SPEAKING as problem:
        raise click.ClickException(str(problem)) from None
    except SealBroken:
        raise click.ClickException(NOT_SEALED) from None
    except InputRefused as refused:
        raise click.ClickException(NO_TOMBSTONES.format(refused)) from None
    except OSError as problem:
        raise click.ClickException(NO_FILE.format(problem.strerror)) from None


@contextmanager
def taking_rows() -> Iterator[None]:
    """The same, where a backup's rows go into a database."""
    try:
        with sentences():
            yield
    except SQLAlchemyError as problem:
        raise click.ClickException(NOT_TAKEN.format(type(problem).__name__)) from None


def prove(source: restores.Source, *, keys: Keys) -> restores.Restored:
    """Restore into a scratch database in a private folder (TMPDIR says where), check, forget."""
    with TemporaryDirectory(prefix="welfare-scratch-") as folder:
        scratch = open_database(f"sqlite:///{Path(folder) / 'scratch.db'}", keys)
        try:
            with scratch.writing() as session:
                return read_into(session, source)
        finally:
            scratch.engine.dispose()


def read_into(session: Session, source: restores.Source) -> restores.Restored:
    return restores.read_backup(
        session, source=source, bring_to=bring_to, by=Machine(), at=datetime.now(UTC)
    )


def bring_to(connection: Connection, revision: str) -> None:
    """A database to the shape of one version, in the caller's transaction: all or nothing.

    Raises BackupRefused for a version this program does not know.
    """
    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()} | {restores.NEWEST}
    if revision not in known:
        raise BackupRefused(TOO_NEW)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
