"""`welfare keys escrow`: a sealed copy of the keys for a safe, the drill with it, its return."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models.sealing import (
    KeyFileProblem,
    KeyRing,
    change_key_file,
    check_place,
    keep_ring,
    parse_ring,
)
from models.session import open_database, transaction
from welfare.cli.opening import (
    UNREACHABLE,
    database_file,
    is_set_up,
    opened,
    read_keys,
    read_settings,
)
from welfare.config import Settings
from welfare.gateways import offline_seal, private_files
from welfare.gateways.offline_seal import OfflineSealProblem
from welfare.gateways.private_files import CannotWrite
from welfare.policies.actor import Actor, console
from welfare.services import key_escrow, site
from welfare.services.key_escrow import Drill

LARGEST_COPY = 1024 * 1024
MADE = """The copy is at {out}. Only the owner of a named public key can open it.
Bring it to a safe away from this machine, apart from the backups and from the secret identity.
Then try it: welfare keys escrow check FILE --identity FILE"""
OPENS = "This copy opens this site. Opened with it alone: {opened} people's records, all whole."
OTHER_SITE = "This copy is of another site. It opens nothing here."
LACKS = """This copy does not open this site as it is today. It lacks:
{lacking}
Make a new copy: welfare keys escrow create"""
BROKEN = """This copy opened {opened} people's records of a sample, and could not open {broken}.
Their stored keys are damaged; the copy itself holds what the key file holds."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
IDENTITY = click.option(
    "--identity", type=FILE, required=True, help="The file of the secret identity."
)


@click.group()
def escrow() -> None:
    """Copies of the keys in a safe place."""


@escrow.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", multiple=True, required=True, help="A public key (age1…); may be repeated.")
def create(out: Path, to: Sequence[str]) -> None:
    """Write a copy of the keys to OUT, sealed to the public keys of people you trust with it."""
    with opened() as (settings, database):
        ring = read_keys(settings).ring
        try:
            private_files.insist_on_new(out)
            readers = [offline_seal.recipient(each) for each in to]
            sealed = offline_seal.seal_bytes(ring.dump(), to=readers)
            with transaction(database) as session:
                key_escrow.note_copy(session, actor=_operator(session), at=datetime.now(UTC))
            private_files.write_new(out, sealed)
        except (CannotWrite, OfflineSealProblem) as problem:
            raise click.ClickException(str(problem)) from None
    click.echo(MADE.format(out=out))


@escrow.command()
@click.argument("file", type=FILE)
@IDENTITY
def check(file: Path, identity: Path) -> None:
    """The drill: does the copy in FILE open this site? It is opened in memory only."""
    copy = _open(file, identity)
    with opened() as (settings, database):
        ring = read_keys(settings).ring
        with transaction(database) as session:
            drill = key_escrow.try_copy(
                session, actor=_operator(session), ring=ring, copy=copy, at=datetime.now(UTC)
            )
    if not drill.opens_site:
        raise click.ClickException(_what_differs(drill))
    click.echo(OPENS.format(opened=drill.opened))


@escrow.command()
@click.argument("file", type=FILE)
@IDENTITY
def restore(file: Path, identity: Path) -> None:
    """Bring the keys of the copy in FILE back: the lost key file, or former keys that it lacks."""
    copy, settings = _open(file, identity), read_settings()
    path = settings.key_file
    try:
        if not path.exists():
            _insist_on_site(settings, copy)
            keep_ring(path, copy)
            click.echo(f"The key file {path} is back. Run `welfare keys status` now.")
            return
        ring = change_key_file(path, lambda there: _joined(there, copy))
    except (KeyFileProblem, OSError) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"The key file {path} now holds: {', '.join(sorted(ring.names))}.")


def _open(file: Path, identity: Path) -> KeyRing:
    try:
        sealed = file.read_bytes()[:LARGEST_COPY]
        plain = offline_seal.open_bytes(sealed, using=offline_seal.read_identities(identity))
        return parse_ring(plain)
    except OfflineSealProblem as problem:
        raise click.ClickException(f"{problem} Nothing has been changed.") from None
    except (ValueError, OSError):
        raise click.ClickException(
            f"{file} opens, but there are no keys of this program in it, or they are damaged. "
            "Nothing has been changed."
        ) from None


def _insist_on_site(settings: Settings, copy: KeyRing) -> None:
    """Keys that open another site would only hide that this site's are lost. A database that is
    not there yet, on a new machine, is not asked."""
    file = database_file(settings)
    check_place(settings.key_file, data_folder=file.parent if file is not None else None)
    if file is not None and not file.is_file():
        return
    database = open_database(settings.database_url, copy)
    try:
        is_set_up(database)
    except DatabaseError:
        raise click.ClickException(UNREACHABLE) from None
    finally:
        database.engine.dispose()


def _joined(there: KeyRing, copy: KeyRing) -> KeyRing:
    if not copy.is_of_site(there):
        raise KeyFileProblem(f"{OTHER_SITE} Nothing has been changed.")
    return there.joined(copy)


def _what_differs(drill: Drill) -> str:
    if not drill.is_of_site:
        return OTHER_SITE
    if drill.lacking:
        named = [f"  key {name}, for {people:,} people" for name, people in drill.lacking.items()]
        return LACKS.format(lacking="\n".join(named))
    return BROKEN.format(opened=drill.opened, broken=drill.broken)


def _operator(session: Session) -> Actor:
    return console(site.first_root(session))
