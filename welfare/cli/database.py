"""`welfare db`: bring the database to this version's shape, or check that it is."""

import click
from alembic import command

from models.session import Database
from welfare.cli.opening import WRONG_SHAPE, Needs, opened
from welfare.upkeep.schema import Shape, alembic_config, shape_of


@click.group()
def db() -> None:
    """The database's shape."""


@db.command()
def upgrade() -> None:
    """Bring the database to the shape of this version."""
    with opened(Needs.DATABASE) as (_settings, database):
        refuse_newer(database)
        upgrade_schema(database)
    click.echo("The database has the shape of this version.")


@db.command()
def check() -> None:
    """Say whether the database has the shape of this version; exit status 1 if not."""
    with opened(Needs.DATABASE) as (_settings, database):
        shape = shape_of(database)
        if shape is not Shape.CURRENT:
            raise click.ClickException(WRONG_SHAPE[shape])
    click.echo("The database has the shape of this version.")


def refuse_newer(database: Database) -> None:
    """An older program must not touch what it does not know."""
    if shape_of(database) is Shape.NEWER:
        raise click.ClickException(WRONG_SHAPE[Shape.NEWER])


def upgrade_schema(database: Database) -> None:
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
