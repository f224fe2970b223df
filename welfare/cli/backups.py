"""`welfare backup`: make one and prove it, list them, prove an old one, restore into a new site."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click
from alembic.runtime.migration import MigrationContext
from sqlalchemy.orm import Session

from models import vault
from models.base import new_key
from models.sealing import Keys
from models.session import Database, snapshot, transaction
from welfare.cli.backup_proof import prove, read_into, sentences, taking_rows
from welfare.cli.database import refuse_newer
from welfare.cli.opening import Needs, database_file, is_set_up, opened, read_keys, read_settings
from welfare.config import Settings
from welfare.gateways import tombstone_file
from welfare.gateways.backup_files import (
    Backup,
    Slip,
    Written,
    find_backup,
    give_names,
    list_backups,
    new_backup,
    remove,
    remove_leftovers,
    remove_old_keys,
    write_half,
    write_slip,
)
from welfare.gateways.backup_frames import BackupRefused, Part, Preamble, packed
from welfare.gateways.offline_seal import Recipient, new_identity, read_identities, recipients
from welfare.policies.actor import Machine
from welfare.services import backups, erasure, restores

NO_PUBLIC_KEY = (
    "There is no public key to seal backups to. Make a pair on a machine that is offline with "
    "`age-keygen -o identity.txt`, keep that file in a safe, and set WELFARE_BACKUP_TO to the "
    "public key (age1...). Only who has the identity can open a backup, not this machine."
)
NOT_PROVEN = (
    "The backup {} was written but could not be verified. It is kept and listed as not verified. {}"
)
RESTORED = """The backup of {made:%Y-%m-%d %H:%M} UTC is restored: {rows} rows, all checked.
Erased again: {erased} people. Raised again: {alerts} alerts, which nudge as soon as
`welfare serve` runs. Taken back: {invitations} invitations. Everybody signs in again.

What happened after that moment is lost. Please do now, before people come in:
1. Look for accounts, Posts and duty that were ended or changed after it, and do so again.
2. Let people change passwords they had changed since; the older ones are in force again.
3. Tell clinicians that alerts they had closed since are open again.
4. Run `welfare backup create`."""
TWO_DAYS = timedelta(days=2)


@click.group()
def backup() -> None:
    """Sealed copies of the site, each proven by a restore."""


@backup.command()
def create() -> None:
    """Make a backup while the site serves, and prove it by restoring it aside."""
    settings = read_settings()
    to, own, at = _public_keys(settings), new_identity(), datetime.now(UTC)
    with opened(Needs.DATABASE) as (_settings, database), sentences():
        refuse_newer(database)
        if not is_set_up(database):
            raise click.ClickException("This site is not set up yet. Run `welfare setup`.")
        run = new_key()
        made = new_backup(settings.backup_dir, run=run, at=at)
        # Sealed to a key of this process too, which dies with it: so the file itself can be read.
        slip = _write(database, made, run, (*to, own.to_public()), at)
        click.echo("Restoring it into a scratch database.")
        proven = _proven(restores.Source(made, [own]), database.keys)
        _note(database, made, slip, proven, run)
        remove_leftovers(settings.backup_dir, at=at)
    click.echo(f"The backup {made.name} is verified.")
    days = settings.backup_keys_days
    if remove_old_keys(settings.backup_dir, before=at - timedelta(days=days)):
        click.echo(f"Key backups older than {days} days were deleted; see --keys-file.")


@backup.command("list")
def list_them() -> None:
    """The backups of this site, newest first: age, size, and whether they were verified."""
    folder, now = read_settings().backup_dir, datetime.now(UTC)
    found = list(list_backups(folder))
    if not found:
        click.echo(f"There is no backup in {folder}.")
        return
    click.echo(f"{'name':<34} {'age':>9} {'size':>10}  {'keys':<5} verified")
    for each in found:
        click.echo(_line(each, now))


@backup.command()
@click.argument("name")
@click.option("--identity", type=click.Path(path_type=Path), required=True)
@click.option("--keys-file", type=click.Path(path_type=Path), help="Of a later backup.")
def verify(name: str, identity: Path, keys_file: Path | None) -> None:
    """Prove the backup NAME with the identity from the safe, changing nothing.

    Needs the key file too, but no database.
    """
    settings = read_settings()
    keys = read_keys(settings)
    with taking_rows():
        source = _source(settings, name, identity, keys_file)
        proven = prove(source, keys=keys)
        slip = source.backup.slip
        if slip is not None and slip.verified_at is None:
            with suppress(OSError):  # on a medium that cannot be written
                write_slip(source.backup, replace(slip, verified_at=datetime.now(UTC)))
    click.echo(
        f"The backup of {proven.made_at:%Y-%m-%d %H:%M} UTC is whole: {proven.rows} rows fit, "
        f"and the records of {proven.opened} people were opened as a sample."
    )


@backup.command()
@click.argument("name")
@click.option("--identity", type=click.Path(path_type=Path), required=True)
@click.option("--keys-file", type=click.Path(path_type=Path), help="Of a later backup.")
def restore(name: str, identity: Path, keys_file: Path | None) -> None:
    """Restore the backup NAME into the new, empty database of WELFARE_DATABASE_URL.

    Everything or nothing: if it stops in the middle, run it again.
    """
    _make_folder(read_settings())
    with opened(Needs.NOTHING) as (settings, database), taking_rows():
        source = _source(settings, name, identity, keys_file)
        click.echo("Restoring and checking; this takes some minutes for a large site.")
        erased = tombstone_file.read_lines(tombstone_file.beside(settings.key_file))
        at = datetime.now(UTC)
        with transaction(database) as session:
            back = read_into(session, source)
            again = erasure.replay_tombstones(session, lines=erased, at=at)
            opened_again = restores.reopen(session, by=Machine(), at=at)
    click.echo(
        RESTORED.format(
            made=back.made_at,
            rows=back.rows,
            erased=again + back.erased_since,
            alerts=opened_again.alerts,
            invitations=opened_again.invitations,
        )
    )


def _public_keys(settings: Settings) -> tuple[Recipient, ...]:
    to = recipients(settings.backup_to)
    if not to:
        raise click.ClickException(NO_PUBLIC_KEY)
    return to


def _write(
    database: Database, made: Backup, run: UUID, to: Sequence[Recipient], at: datetime
) -> Slip:
    """Both files from one snapshot. Nothing stays if either cannot be finished."""
    try:
        with snapshot(database) as session:
            revision = _revision(session)
            written = {
                part: _write_part(session, made, Preamble(part, run), revision, to, at)
                for part in Part
            }
        slip = Slip(at, written)
        give_names(made, slip)
    except BaseException:
        remove(made)
        raise
    return slip


def _write_part(
    session: Session,
    made: Backup,
    preamble: Preamble,
    revision: str,
    to: Sequence[Recipient],
    at: datetime,
) -> Written:
    part = preamble.part
    with _progress(len(backups.shapes_of(part)), f"Copying ({part})") as told:
        bodies = backups.copy_part(session, part=part, revision=revision, at=at, told=told)
        pieces = packed(preamble, bodies, keys=vault.keys_of(session))
        return write_half(made.path(part), pieces, to=to)


@contextmanager
def _progress(steps: int, label: str) -> Iterator[backups.Told]:
    """A bar on a terminal, one line in a log."""
    with click.progressbar(length=steps, label=label) as bar:
        yield lambda _table: bar.update(1)


def _revision(session: Session) -> str:
    return MigrationContext.configure(session.connection()).get_current_revision() or ""


def _proven(source: restores.Source, keys: Keys) -> restores.Restored:
    try:
        with taking_rows():
            return prove(source, keys=keys)
    except click.ClickException as problem:
        raise click.ClickException(NOT_PROVEN.format(source.backup.name, problem.message)) from None


def _note(
    database: Database, made: Backup, slip: Slip, proven: restores.Restored, run: UUID
) -> None:
    at = datetime.now(UTC)
    with transaction(database) as session:
        backups.note_backup(
            session,
            by=Machine(),
            run=run,
            name=made.name,
            rows=proven.rows,
            made_at=slip.made_at,
            at=at,
        )
    write_slip(made, replace(slip, verified_at=at))


def _source(
    settings: Settings, name: str, identity: Path, keys_file: Path | None
) -> restores.Source:
    """Raises BackupRefused or OfflineSealProblem."""
    found = find_backup(settings.backup_dir, name)
    keys = found.path(Part.KEYS)
    if keys_file is None and not keys.is_file():
        raise BackupRefused(
            f"The key backup {keys} is not there: they are deleted after "
            f"{settings.backup_keys_days} days. Name a later one with --keys-file."
        )
    return restores.Source(found, read_identities(identity), keys_file)


def _make_folder(settings: Settings) -> None:
    file = database_file(settings)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise click.ClickException(f"The folder {file.parent} cannot be made.") from None


def _line(each: Backup, now: datetime) -> str:
    slip = each.slip
    if slip is None:
        return f"{each.name:<34} {'?':>9} {'?':>10}  {'?':<5} no slip: run `backup verify`"
    size = sum(written.size for written in slip.files.values()) / 2**20
    keys = "yes" if each.path(Part.KEYS).is_file() else "no"
    verified = f"{slip.verified_at:%Y-%m-%d %H:%M} UTC" if slip.verified_at else "NOT VERIFIED"
    return f"{each.name:<34} {_age(now - slip.made_at):>9} {size:>6.1f} MiB  {keys:<5} {verified}"


def _age(span: timedelta) -> str:
    unit, word = (timedelta(days=1), "days") if span >= TWO_DAYS else (timedelta(hours=1), "hours")
    return f"{span // unit} {word}"
