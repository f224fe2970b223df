"""`welfare missions`: the missions that are known from the start, for sites that lack them."""

from datetime import UTC, datetime

import click

from models.session import transaction
from welfare.cli.opening import opened
from welfare.errors import RecordNotFound
from welfare.policies.actor import console
from welfare.services import missions as service
from welfare.services import site


@click.group()
def missions() -> None:
    """Missions and their public facts."""


@missions.command()
def seed() -> None:
    """Add the missions that are known from the start. Those that are here stay as they are."""
    with opened() as (_settings, database):
        try:
            with transaction(database) as session:
                actor = console(site.first_root(session))
                added = service.seed_missions(session, actor=actor, at=datetime.now(UTC))
        except RecordNotFound:
            raise click.ClickException("This site is not set up yet.") from None
    click.echo(f"missions added   {added:>8}")
