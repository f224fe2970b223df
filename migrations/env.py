"""Alembic's entry: a connection handed over by the program, or an address from the environment."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from models import tables as tables  # all tables must be known to compare with
from models.base import Base


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        transaction_per_migration=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = os.environ["WELFARE_DATABASE_URL"]
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        run(connection)
