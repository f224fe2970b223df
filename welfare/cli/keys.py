"""`welfare keys`: what the key file holds, a new key for everybody, former keys taken out."""

import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from models.sealing import KeyFileProblem, KeyRing, change_key_file
from models.session import Database, snapshot, transaction
from welfare.cli.escrow import escrow
from welfare.cli.opening import opened, read_keys
from welfare.errors import InputRefused
from welfare.policies.actor import Actor, console
from welfare.services import key_rotation, site

PAUSE = 0.02  # seconds between batches, for those who answer at the same time
SHOW_EVERY = 10_000
ROTATED = """Every person's key is now wrapped with {current}. The file still holds the former
keys, because older backups need them.
Next: make a new escrow copy and try it (`welfare keys escrow create`, then `check`). An older
copy does not open what was wrapped today. Then `welfare keys retire`."""
RETIRED = """Taken out of the key file: {names}.
Backups made before the last rotation cannot be restored with this file any more. Keep an escrow
copy from before today for as long as you keep those backups."""
NOT_YET = {
    "rotation": "The last rotation is not an hour old: an act under way may still use a former "
    "key. Nothing has been changed.",
    "escrow": "No escrow copy has been tried since the last rotation. Older backups need the "
    "former keys: run `welfare keys escrow create` and `check` first. Nothing has been changed.",
}


@click.group()
def keys() -> None:
    """The key file: rotation, former keys, copies in a safe place."""


keys.add_command(escrow)


@keys.command()
def status() -> None:
    """How many people's keys each key of the file wraps."""
    with opened() as (settings, database):
        ring, used = read_keys(settings).ring, _used(database)
    for name in sorted(ring.names | set(used)):
        mark = "current" if name == ring.wrapping_id else "former"
        mark = mark if name in ring.names else "MISSING FROM THE FILE"
        click.echo(f"{name}  {mark:8}  {used.get(name, 0):,} people")


@keys.command()
def rotate() -> None:
    """Wrap every person's key with a new key. Run again, it goes on where it was stopped."""
    with opened() as (settings, database):
        ring, used = read_keys(settings).ring, _used(database)
        missing = sorted(set(used) - ring.names)
        try:
            if missing:
                ring.wrapping_key(missing[0])
            if not set(used) - {ring.wrapping_id}:
                ring = change_key_file(settings.key_file, KeyRing.rotated)
                click.echo(f"A new key is in the file: {ring.wrapping_id}.")
            else:
                click.echo(f"Going on with the rotation to {ring.wrapping_id} that was begun.")
            broken = _rewrap_all(database, total=_former(_used(database), ring.wrapping_id))
        except KeyFileProblem as problem:
            raise click.ClickException(str(problem)) from None
    if broken:
        raise click.ClickException(
            f"{broken} people's keys are damaged and were left as they are. All others are done. "
            "A backup may still hold them whole."
        )
    click.echo(ROTATED.format(current=ring.wrapping_id))


@keys.command()
def retire() -> None:
    """Take former keys out of the file that wrap nobody's key any more."""
    with opened() as (settings, database):
        file = read_keys(settings)
        try:
            with transaction(database) as session:
                names = key_rotation.retire(
                    session, actor=_operator(session), names=file.ring.names, at=datetime.now(UTC)
                )
                change_key_file(settings.key_file, lambda ring: ring.without(names))
            _put_back_if_needed(database, settings.key_file, names, file.ring)
        except InputRefused as refused:
            raise click.ClickException(NOT_YET[next(iter(refused.problems))]) from None
        except KeyFileProblem as problem:
            raise click.ClickException(str(problem)) from None
    if not names:
        click.echo("Every former key still wraps somebody's key, or there is none.")
        return
    click.echo(RETIRED.format(names=", ".join(names)))


def _rewrap_all(database: Database, *, total: int) -> int:
    """Walk through all keys until a walk finds none to wrap anew; how many are damaged."""
    done = 0
    while True:
        wrapped, broken = _walk(database, done, total)
        done += wrapped
        if not wrapped:
            return broken


def _walk(database: Database, done: int, total: int) -> tuple[int, int]:
    wrapped = broken = 0
    after = key_rotation.FIRST
    while True:
        with transaction(database) as session:
            batch = key_rotation.rewrap_some(
                session, actor=_operator(session), after=after, at=datetime.now(UTC)
            )
        if batch.last is None:
            return wrapped, broken
        _show(done + wrapped, done + wrapped + batch.wrapped, total)
        wrapped, broken, after = wrapped + batch.wrapped, broken + batch.broken, batch.last
        time.sleep(PAUSE)


def _show(before: int, now: int, total: int) -> None:
    """Now and then, and at the end: a line for every batch would bury the last words."""
    if before // SHOW_EVERY != now // SHOW_EVERY or now >= total:
        click.echo(f"{now:,} of {total:,} people's keys are wrapped with the new key.")


def _put_back_if_needed(
    database: Database, path: Path, names: Collection[str], before: KeyRing
) -> None:
    """Looked at again with the file already changed: a key that came into use stays."""
    if set(names) & set(_used(database)):
        change_key_file(path, lambda ring: ring.joined(before))
        raise KeyFileProblem(f"A former key came into use again; {path} is as it was.")


def _used(database: Database) -> Mapping[str, int]:
    with snapshot(database) as session:
        return key_rotation.keys_in_use(session, actor=_operator(session))


def _former(used: Mapping[str, int], current: str) -> int:
    return sum(number for name, number in used.items() if name != current)


def _operator(session: Session) -> Actor:
    return console(site.first_root(session))
