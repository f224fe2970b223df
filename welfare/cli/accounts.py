"""`welfare account`: make, confirm, invite and disable from the server's own command line.

Whoever holds the server holds everything anyway, so nothing here waits for a second person. It
all stands in the trail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from models.session import transaction
from models.tables.accounts import Account
from models.tables.places import Unit
from models.vocabulary import Role
from welfare.cli.opening import opened, read_settings
from welfare.errors import InputRefused, RecordNotFound, WelfareError
from welfare.policies.actor import Actor, console
from welfare.services import account_list, accounts, invitations, posts, site


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
def confirm(login: str) -> None:
    """Confirm what waits for a second administrator, and print the link to a new password."""
    path, confirmed = None, 0
    with _act() as session:
        found, actor = _whom(session, login)
        at = datetime.now(UTC)
        waiting = account_list.waiting_posts(session, actor=actor, account_id=found.id, at=at)
        for post_id in waiting:
            posts.confirm_post(session, actor=actor, post_id=post_id, at=at)
            confirmed += 1
        link = invitations.waiting_link(session, actor=actor, account_id=found.id, at=at)
        if link is not None:
            made = invitations.confirm_invitation(session, actor=actor, invitation_id=link, at=at)
            path = made.path
        elif confirmed and found.must_change_password:
            path = invitations.invite(session, actor=actor, account_id=found.id, at=at).path
    if not confirmed and path is None:
        raise click.ClickException(f"Nothing waits for {login}.")
    click.echo(f"Confirmed for {login}: {confirmed}.")
    _tell_link(path)


@account.command()
@click.option("--login", required=True, help="Sign-in name.")
@click.option("--with-factors", is_flag=True, help="The second factor is lost as well.")
def invite(login: str, with_factors: bool) -> None:
    """Print a link with which the owner chooses a new password. It works once."""
    with _act() as session:
        found, actor = _whom(session, login)
        made = invitations.invite(
            session,
            actor=actor,
            account_id=found.id,
            with_factors=with_factors,
            at=datetime.now(UTC),
        )
    _tell_link(made.path)


@account.command()
@click.option("--login", required=True, help="Sign-in name.")
@click.option("--even-so", is_flag=True, help="Though a unit is left without any clinician.")
def disable(login: str, even_so: bool) -> None:
    """Nobody can sign in with it any more; open sessions end now, open work is handed over."""
    with _act() as session:
        found, actor = _whom(session, login)
        accounts.disable_account(
            session, actor=actor, account_id=found.id, even_so=even_so, at=datetime.now(UTC)
        )
    click.echo(f"{login} can no longer sign in.")


@account.command()
@click.option("--login", required=True, help="Sign-in name.")
def enable(login: str) -> None:
    """Its owner can sign in again, as a member."""
    with _act() as session:
        found, actor = _whom(session, login)
        accounts.enable_account(session, actor=actor, account_id=found.id, at=datetime.now(UTC))
    click.echo(f"{login} can sign in again.")


def _whom(session: Session, login: str) -> tuple[Account, Actor]:
    """The account, and the console as administrator of the contingent that it belongs to."""
    found = accounts.find_account(session, login=login)
    return found, console(site.root_of(session, person_id=found.person_id))


def _tell_link(path: str | None) -> None:
    if path is not None:
        click.echo("Give this link to the person alone. It works once and for a short time:")
        click.echo(f"    {read_settings().site_url.rstrip('/')}{path}")


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
