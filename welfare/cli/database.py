"""`welfare db`: bring the database to this version's shape, or check that it is."""

import click
from alembic import command

from models.session import Database
from welfare.cli.opening import Needs, alembic_config, opened, schema_is_current


@click.group()
def db() -> None:
    """The database's shape."""


@db.command()
def upgrade() -> None:
    """Bring the database to the shape of this version."""
    with opened(Needs.DATABASE) as (_settings, database):
        upgrade_schema(database)
    click.echo("The database has the shape of this version.")


@db.command()
def check() -> None:
    """Say whether the database has the shape of this version; exit status 1 if not."""
    with opened(Needs.DATABASE) as (_settings, database):
        if not schema_is_current(database):
            raise click.ClickException("The database is of another version.")
    click.echo("The database has the shape of this version.")


def upgrade_schema(database: Database) -> None:
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
