"""`welfare account`: make and disable accounts from the server's own command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from models.session import transaction
from models.tables.places import Unit
from models.vocabulary import Role
from welfare.cli.opening import opened
from welfare.errors import InputRefused, RecordNotFound, WelfareError
from welfare.policies.actor import console
from welfare.services import accounts, site


@click.group()
def account() -> None:
    """Accounts."""


@account.command()
@click.option("--login", required=True, help="Sign-in name.")
@click.option("--given", required=True)
@click.option("--family", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), default="member")
@click.option("--unit", required=True, help="Name of the unit.")
@click.option("--email", default="", help="Where neutral messages go.")
@click.option("--service-number", default="")
def create(
    login: str, given: str, family: str, role: str, unit: str, email: str, service_number: str
) -> None:
    """Make an account and print its first password."""
    details = {
        "given": given,
        "family": family,
        "email": email,
        "service_number": service_number,
        "language": "en",
    }
    with _act() as session:
        found = unit_named(session, unit)
        made = accounts.create_account(
            session,
            actor=console(found.line[0]),
            unit_id=found.id,
            role=role,
            login=login,
            details=details,
            at=datetime.now(UTC),
        )
    click.echo(f"First password of {login}: {made.password}")


@account.command()
@click.option("--login", required=True, help="Sign-in name.")
def disable(login: str) -> None:
    """Nobody can sign in with it any more; open sessions end now."""
    with _act() as session:
        accounts.disable_account(
            session, actor=console(site.first_root(session)), login=login, at=datetime.now(UTC)
        )
    click.echo(f"{login} can no longer sign in.")


@contextmanager
def _act() -> Iterator[Session]:
    with opened() as (_settings, database):
        try:
            with transaction(database) as session:
                yield session
        except InputRefused as refused:
            said = ", ".join(f"{field} ({code})" for field, code in refused.problems.items())
            raise click.ClickException(f"Not accepted: {said}. Nothing was changed.") from None
        except RecordNotFound:
            raise click.ClickException("There is no such unit or account.") from None
        except WelfareError:
            raise click.ClickException("This is not allowed. Nothing was changed.") from None


def unit_named(session: Session, name: str) -> Unit:
    """The one unit of this name, or a sentence for the operator."""
    found = site.find_units(session, name=name)
    if len(found) != 1:
        many = "no" if not found else "more than one"
        raise click.ClickException(f"There is {many} unit named {name!r}.")
    return found[0]
