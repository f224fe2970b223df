"""`welfare setup`: from nothing to a site with a key, a database, a unit, an administrator."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from models.sealing import LOSS, KeyFileProblem, check_place, make_key_file
from models.session import Database, check_site, snapshot, transaction
from welfare.cli.database import upgrade_schema
from welfare.cli.opening import (
    UNREACHABLE,
    Needs,
    database_file,
    opened,
    read_keys,
    read_settings,
)
from welfare.config import Settings
from welfare.errors import InputRefused, MoveNotAllowed
from welfare.policies.actor import console
from welfare.services import accounts, missions, site

KEY_ADVICE = """The key file is {path}. It was read back, and it opens this site.
{loss}
A lost disk, a deleted folder or a reinstalled machine is enough. So copy it now to a safe
place away from this machine, and never into the same backup as the database:
    welfare keys escrow create COPY.age --to PUBLIC-KEY
    welfare keys escrow check COPY.age --identity IDENTITY-FILE"""


ASKED: Mapping[str, str] = {
    "unit": "Name of the contingent",
    "login": "Sign-in name of the administrator",
    "given": "Given name of the administrator",
    "family": "Family name of the administrator",
}


@click.command()
@click.option("--unit", help="Name of the contingent: the root of the tree of units.")
@click.option("--login", help="Of the first administrator, as are the two names.")
@click.option("--given")
@click.option("--family")
def setup(**typed: str | None) -> None:
    """Make a new site: key file, database, first unit, first administrator.

    What is not given is asked for.
    """
    settings = read_settings()  # before anything is asked: nobody shall answer in vain
    answers = {name: _asked(typed[name], words) for name, words in ASKED.items()}
    make_ready(settings)
    password = _found(settings, answers)
    click.echo(KEY_ADVICE.format(path=settings.key_file, loss=LOSS))
    click.echo(f"\nSign in as {answers['login']} with this password, and choose your own then:")
    click.echo(f"    {password}")


def _asked(typed: str | None, words: str) -> str:
    return click.prompt(words, type=str) if typed is None else typed


def _found(settings: Settings, answers: Mapping[str, str]) -> str:
    """Gives the administrator's first password."""
    with opened(Needs.NOTHING) as (_settings, database):
        upgrade_schema(database)
        try:
            with transaction(database) as session:
                made = accounts.found_site(
                    session,
                    unit_name=answers["unit"],
                    login=answers["login"],
                    details={name: answers[name] for name in ("given", "family")},
                    at=datetime.now(UTC),
                )
                actor = console(site.first_root(session))
                missions.seed_missions(session, actor=actor, at=datetime.now(UTC))
        except MoveNotAllowed:
            raise click.ClickException(
                "This site is set up already. Nothing has been changed."
            ) from None
        except InputRefused as refused:
            fields = ", ".join(refused.problems)
            raise click.ClickException(f"Please give another value for: {fields}.") from None
        _prove_key(settings, database)
    return made.password


def make_ready(settings: Settings) -> None:
    """The key file, if there is none yet, and the folder of an embedded database."""
    file = database_file(settings)
    if not settings.key_file.exists():
        _refuse_lost_key(settings)
        _make_key(settings.key_file, file.parent if file is not None else None)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise click.ClickException(f"The folder {file.parent} cannot be made.") from None


def _make_key(path: Path, data_folder: Path | None) -> None:
    try:
        check_place(path, data_folder=data_folder)
        make_key_file(path)
    except KeyFileProblem as problem:
        raise click.ClickException(str(problem)) from None
    except OSError:
        raise click.ClickException(f"The key file {path} cannot be written.") from None


def _prove_key(settings: Settings, database: Database) -> None:
    """Read from the disk anew, it must open the mark that set-up has just left."""
    with snapshot(replace(database, keys=read_keys(settings))) as session:
        check_site(session)


def _refuse_lost_key(settings: Settings) -> None:
    """A new key beside an old database would only hide that the old key is lost."""
    file = database_file(settings)
    if file.is_file() if file is not None else _serves_a_site(settings):
        raise click.ClickException(
            f"There is a database at {file or 'WELFARE_DATABASE_URL'} but no key file at "
            f"{settings.key_file}. Put its key file back: without it nothing can be read. "
            "Nothing has been changed."
        )


def _serves_a_site(settings: Settings) -> bool:
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table("site")
    except DatabaseError:
        raise click.ClickException(UNREACHABLE) from None
