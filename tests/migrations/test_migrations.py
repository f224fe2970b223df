"""The migrations and the mappers describe one and the same database, upwards and back down."""

import ast
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from models.base import Base
from welfare.cli.database import upgrade_schema
from welfare.cli.opening import alembic_config, schema_is_current

SCRIPTS = ScriptDirectory.from_config(alembic_config())
FILES = sorted((Path(SCRIPTS.dir) / "versions").glob("*.py"))
OUTSIDE = {"alembic", "sqlalchemy"}


def downgrade(database, revision="base"):
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def upgrade_to(database, revision):
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def things_of(database):
    """Names of everything that a schema can hold."""
    statement = (
        "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        if database.engine.dialect.name == "sqlite"
        else "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"
    )
    with database.engine.connect() as connection:
        return {name for name in connection.scalars(text(statement)) if "alembic" not in name}


def shape_of(database):
    """Everything about every table that the database itself can tell."""
    there = inspect(database.engine)
    return {
        table: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in there.get_columns(table)
            },
            "key": there.get_pk_constraint(table),
            "checks": sorted(
                (each["name"], each["sqltext"]) for each in there.get_check_constraints(table)
            ),
            "uniques": sorted(
                (each["name"], each["column_names"]) for each in there.get_unique_constraints(table)
            ),
            "references": sorted(
                (each["name"], each["constrained_columns"], each["referred_table"])
                for each in there.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (each["name"], each["column_names"], each["unique"])
                for each in there.get_indexes(table)
            ),
        }
        for table in there.get_table_names()
        if table != "alembic_version"
    }


def test_there_is_one_line_of_migrations_with_one_head():
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1
    assert len(list(SCRIPTS.walk_revisions())) == len(FILES)


def test_alembic_finds_no_difference_between_migrations_and_mappers(empty):
    upgrade_schema(empty)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_is_the_one_the_mappers_would_make(empty):
    """Checks are compared too, which alembic leaves out."""
    upgrade_schema(empty)
    migrated = shape_of(empty)
    downgrade(empty)

    Base.metadata.create_all(empty.engine)

    made = shape_of(empty)
    assert migrated.keys() == made.keys()
    for table in made:
        assert migrated[table] == made[table], table


def test_going_down_leaves_nothing(empty):
    upgrade_schema(empty)
    assert len(things_of(empty)) > 20

    downgrade(empty)

    assert things_of(empty) == set()


def test_every_step_goes_up_down_and_up_again(empty):
    for script in reversed(list(SCRIPTS.walk_revisions())):
        before = things_of(empty)
        upgrade_to(empty, script.revision)
        after = things_of(empty)
        downgrade(empty, script.down_revision or "base")
        assert things_of(empty) == before
        upgrade_to(empty, script.revision)
        assert things_of(empty) == after


def test_an_older_database_is_known_as_older(empty):
    upgrade_to(empty, "head")
    assert schema_is_current(empty)

    downgrade(empty, "-1")

    assert not schema_is_current(empty)


def test_upgrading_what_is_current_changes_nothing(database):
    before = shape_of(database)

    upgrade_schema(database)

    assert shape_of(database) == before


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_leans_on_nothing_of_ours(file):
    """It must do the same in ten years, whatever our code has become by then."""
    tree = ast.parse(file.read_text())

    names = {name.split(".")[0] for node in ast.walk(tree) for name in imported(node)}

    assert names <= OUTSIDE


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
