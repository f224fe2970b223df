"""`welfare setup`: from nothing to a site with a key, a database, a unit, an administrator."""

from datetime import UTC, datetime

import click
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from models.sealing import KeyFileProblem, make_key_file
from models.session import transaction
from welfare.cli.database import upgrade_schema
from welfare.cli.opening import UNREACHABLE, Needs, database_file, opened, read_settings
from welfare.config import Settings
from welfare.errors import InputRefused, MoveNotAllowed
from welfare.services import accounts

KEY_ADVICE = """The key file is {path}.
Without it nothing in the database can be read, by anybody, ever. Copy it now to a
safe place away from this machine, and never into the same backup as the database."""


@click.command()
@click.option("--unit", prompt="Name of the contingent", help="The root of the tree of units.")
@click.option("--login", prompt="Sign-in name of the administrator")
@click.option("--given", prompt="Given name of the administrator")
@click.option("--family", prompt="Family name of the administrator")
def setup(unit: str, login: str, given: str, family: str) -> None:
    """Make a new site: key file, database, first unit, first administrator."""
    settings = read_settings()
    make_ready(settings)
    with opened(Needs.NOTHING) as (_settings, database):
        upgrade_schema(database)
        try:
            with transaction(database) as session:
                made = accounts.found_site(
                    session,
                    unit_name=unit,
                    login=login,
                    details={"given": given, "family": family},
                    at=datetime.now(UTC),
                )
        except MoveNotAllowed:
            raise click.ClickException(
                "This site is set up already. Nothing has been changed."
            ) from None
        except InputRefused as refused:
            fields = ", ".join(refused.problems)
            raise click.ClickException(f"Please give another value for: {fields}.") from None
    click.echo(KEY_ADVICE.format(path=settings.key_file))
    click.echo(f"\nSign in as {login} with this password, and choose your own then:")
    click.echo(f"    {made.password}")


def make_ready(settings: Settings) -> None:
    """The key file, if there is none yet, and the folder of an embedded database."""
    if not settings.key_file.exists():
        _refuse_lost_key(settings)
        try:
            make_key_file(settings.key_file)
        except (KeyFileProblem, OSError):
            raise click.ClickException(
                f"The key file {settings.key_file} cannot be written."
            ) from None
    file = database_file(settings)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise click.ClickException(f"The folder {file.parent} cannot be made.") from None


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
