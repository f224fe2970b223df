"""`welfare person`: hand somebody their whole record, erase them, or hold an erasure back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from models.session import Database, forget_old_versions, snapshot, transaction
from welfare.cli.opening import opened
from welfare.config import Settings
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.gateways import export_files, offline_seal, private_files, tombstone_file
from welfare.gateways.offline_seal import OfflineSealProblem
from welfare.gateways.private_files import CannotWrite
from welfare.gateways.tombstone_file import TombstoneFileProblem
from welfare.policies.actor import Actor, console
from welfare.services import erasure, exports, legal_holds
from welfare.services.erasure import Erased, Found, Reason

OBSTACLES = {
    "alert": "An alert or a request for a call about this person is open. Close it first.",
    "case": "A period of care for this person is open. Close it first.",
    "hold": "A legal hold stands. `welfare person hold lift` ends it.",
    "own_alerts": "This person answers for open alerts of others. Hand them over first.",
    "own_referrals": "This person answers for open referrals of others. Hand them over first.",
    "own_cases": "This person has others in care. Hand them over first.",
    "duty": "This person is on the duty roster. End that first.",
    "account": "This is the last administrator. Give somebody else that Post first.",
    "person": "Nobody erases themselves.",
    "reason": "Give a reason, in fewer than 400 letters.",
}
WARNING = """This destroys the key of this person's record. Names, answers, results and notes can
then be read by nobody, ever. What stays, under a pseudonym:
- the units they were in, their deployments and screenings, with the days;
- the roles they held, where and when, and when their account was made and closed;
- that there were alerts, periods of care and notes, with the days;
- the trail: what they did, and who opened their record."""
ERASED = """Erased. The trail and {stones} know it; a restore carries it out again.
Backups made earlier still hold the sealed record, and their key backups the key: the erasure is
whole when the last key backup from before today is destroyed."""
ON_SERVER = """PostgreSQL gave the old versions free and writes over them later. Archived logs of
the server hold them for as long as you keep those."""
NOT_TAKEN = "The database did not take the erasure, or the line was cut. Run the command again."
EXPORTED = "Everything about this person is in {out}. Hand it to them alone, and then delete it."


@click.group()
def person() -> None:
    """One person's whole record."""


@person.command()
@click.argument("number")
@click.option("--reason", type=click.Choice([each.value for each in Reason]), required=True)
def erase(number: str, reason: str) -> None:
    """Destroy the key of the person with this service number or id, for good."""
    with _at_work() as (settings, database):
        found = _find(database, number)
        click.echo(WARNING)
        if click.prompt("Type the number again to erase this person").strip() != number.strip():
            raise click.ClickException("That is another number. Nothing was changed.")
        stones = tombstone_file.beside(settings.key_file)
        _erase(database, found, reason, stones)
        click.echo(ERASED.format(stones=stones))
        forget_old_versions(database)
        if database.engine.dialect.name == "postgresql":
            click.echo(ON_SERVER)


@person.command()
@click.argument("number")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", multiple=True, help="Seal the archive to this public key (age1…).")
@click.option("--without-notes", is_flag=True, help="Leave clinicians' working notes out.")
def export(number: str, out: Path, to: Sequence[str], without_notes: bool) -> None:
    """Write everything held about one person to OUT, a zip file, readable by its owner only."""
    with _at_work() as (_settings, database):
        private_files.insist_on_new(out)
        readers = [offline_seal.recipient(each) for each in to]
        found = _find(database, number)
        with transaction(database) as session:
            content = exports.export_person(
                session,
                actor=_operator(found),
                person_id=found.person_id,
                with_notes=not without_notes,
                at=datetime.now(UTC),
            )
        archive = export_files.as_archive(content)
        private_files.write_new(
            out, offline_seal.seal_bytes(archive, to=readers) if readers else archive
        )
    click.echo(EXPORTED.format(out=out))


@person.group()
def hold() -> None:
    """A legal hold: while it stands, the person cannot be erased."""


@hold.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why the record is needed; kept sealed.")
def place(number: str, reason: str) -> None:
    """From now on nobody can erase this person."""
    with _at_work() as (_settings, database):
        found = _find(database, number)
        with transaction(database) as session:
            legal_holds.place_hold(
                session,
                actor=_operator(found),
                person_id=found.person_id,
                reason=reason,
                at=datetime.now(UTC),
            )
    click.echo("The hold stands. This person cannot be erased until it is lifted.")


@hold.command()
@click.argument("number")
def lift(number: str) -> None:
    """The record is not needed any more; the person can be erased again."""
    with _at_work() as (_settings, database):
        found = _find(database, number)
        with transaction(database) as session:
            legal_holds.lift_hold(
                session,
                actor=_operator(found),
                person_id=found.person_id,
                at=datetime.now(UTC),
            )
    click.echo("The hold is lifted.")


def _erase(database: Database, found: Found, reason: str, stones: Path) -> None:
    """The tombstone is on the disk before the database forgets: no backup brings anybody back.

    It is withdrawn only where the database certainly did not take the erasure.
    """
    noted: Erased | None = None
    try:
        with transaction(database) as session:
            erased = erasure.erase_person(
                session,
                actor=_operator(found),
                person_id=found.person_id,
                reason=reason,
                at=datetime.now(UTC),
            )
            tombstone_file.append(stones, erased.line)
            noted = erased
    except SQLAlchemyError:
        if noted is not None and _is_still_there(database, found):
            tombstone_file.append(stones, noted.withdrawal)
        raise click.ClickException(NOT_TAKEN) from None


def _is_still_there(database: Database, found: Found) -> bool:
    """After an error at the commit. Where the database cannot be asked: perhaps not."""
    try:
        with snapshot(database) as session:
            return erasure.is_readable(session, person_id=found.person_id)
    except SQLAlchemyError:
        return False


@contextmanager
def _at_work() -> Iterator[tuple[Settings, Database]]:
    """The site opened; what stands in the way is said in a sentence."""
    with opened() as found:
        try:
            yield found
        except InputRefused as refused:
            raise click.ClickException(_said(refused)) from None
        except RecordNotFound:
            raise click.ClickException(
                "There is nobody with this number or id, or they were erased. Nothing was changed."
            ) from None
        except MoveNotAllowed:
            raise click.ClickException(
                "A hold stands already, or there is none to lift. Nothing was changed."
            ) from None
        except (CannotWrite, OfflineSealProblem, TombstoneFileProblem) as problem:
            raise click.ClickException(str(problem)) from None


def _said(refused: InputRefused) -> str:
    reasons = [OBSTACLES.get(name, "A value cannot be used.") for name in refused.problems]
    return "\n".join(["Nothing was changed:", *reasons])


def _find(database: Database, number: str) -> Found:
    with snapshot(database) as session:
        return erasure.find_person(session, named=number)


def _operator(found: Found) -> Actor:
    return console(found.root_path)
