"""A missing or wrong key, database or version: the command says so and touches nothing."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from alembic import command as alembic
from sqlalchemy import text

from models.sealing import make_key_file
from welfare.cli.opening import alembic_config

COMMANDS = {
    "disable": ("account", "disable", "--login", "nobody"),
    "create": (
        *("account", "create", "--login", "noor", "--given", "N", "--family", "C"),
        *("--unit", "Contingent"),
    ),
    "approve": ("demo", "approve"),
    "serve": ("serve",),
    "check": ("db", "check"),
    "upgrade": ("db", "upgrade"),
}
OF_A_SITE = ("disable", "create", "approve", "serve")


@pytest.fixture
def fingerprint(database):
    """What must not change: every byte of a file, or every row of every table of a server."""

    def taken():
        if database.engine.dialect.name == "sqlite":
            with open(database.engine.url.database, "rb") as file:  # noqa: PTH123 - given as text
                return file.read()
        tables = (
            "SELECT c.relname, pg_stat_get_tuples_inserted(c.oid), c.relfilenode FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        with database.engine.connect() as connection:
            shape = connection.execute(text(tables)).all()
            return [
                (name, file, connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar())  # noqa: S608 - our own names
                for name, _, file in shape
            ]

    return taken


@pytest.mark.parametrize("command", COMMANDS)
def test_the_key_file_of_another_site_is_refused_and_nothing_is_touched(
    run, make, tmp_path, fingerprint, command
):
    _ = make.root
    make.database.engine.dispose()
    make_key_file(tmp_path / "foreign.key")
    before = fingerprint()

    done = run(*COMMANDS[command], WELFARE_KEY_FILE=str(tmp_path / "foreign.key"))

    assert done.exit_code == 1
    assert "not the one this database was sealed with" in done.output
    assert fingerprint() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_key_file_is_told_and_none_is_made(run, key_file, command):
    key_file.unlink()

    done = run(*COMMANDS[command])

    assert done.exit_code == 1
    assert f"There is no key file at {key_file}" in done.output
    assert not key_file.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_key_file_in_the_data_folder_is_not_used(run, key_file, database, fingerprint, command):
    if database.engine.dialect.name != "sqlite":
        return  # a server's data lies elsewhere
    inside = Path(database.engine.url.database).parent / "welfare.key"
    inside.write_bytes(key_file.read_bytes())
    inside.chmod(0o600)
    before = fingerprint()

    done = run(*COMMANDS[command], WELFARE_KEY_FILE=str(inside))

    assert done.exit_code == 1
    assert "lies in the data folder" in done.output
    assert fingerprint() == before


def test_a_key_file_whose_current_key_is_damaged_is_refused(run, key_file, make, fingerprint):
    """As files of earlier versions could be, which carry no check value."""
    _ = make.person()
    make.database.engine.dispose()
    content = json.loads(key_file.read_text())
    content["wrapping"][content["current"]] = b64encode(b"k" * 32).decode()
    del content["check"]
    key_file.write_text(json.dumps(content))
    before = fingerprint()

    done = run(*COMMANDS["disable"])

    assert done.exit_code == 1
    assert "its current key is damaged" in done.output
    assert fingerprint() == before


def test_a_key_file_that_others_may_read_is_refused(run, key_file):
    key_file.chmod(0o644)

    done = run(*COMMANDS["disable"])

    assert done.exit_code == 1
    assert "chmod 600" in done.output


def test_an_older_database_is_told_and_left_as_it_is(run, database, fingerprint):
    downgrade(database)
    before = fingerprint()

    for command in OF_A_SITE:
        done = run(*COMMANDS[command])
        assert done.exit_code == 1
        assert "of an older version. Run `welfare upgrade`" in done.output

    assert fingerprint() == before


def test_an_older_database_is_upgraded_by_command_and_then_works(run, database, make):
    _ = make.root
    downgrade(database)
    assert run("db", "check").exit_code == 1

    done = run("db", "upgrade")

    assert done.exit_code == 0
    assert run("db", "check").exit_code == 0
    assert "no such unit or account" in run(*COMMANDS["disable"]).output


def downgrade(database):
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "-1")
    database.engine.dispose()


def test_a_database_of_this_version_passes_the_check(run):
    done = run("db", "check")

    assert (done.exit_code, done.output) == (0, "The database has the shape of this version.\n")


def test_a_database_without_a_site_is_told(run, database):
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM site"))

    done = run(*COMMANDS["disable"])

    assert done.exit_code == 1
    assert "not set up yet. Run `welfare setup`" in done.output


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_database_is_told_and_none_is_made(key_file, run, tmp_path, command):
    absent = tmp_path / "elsewhere" / "site.db"

    done = run(*COMMANDS[command], WELFARE_DATABASE_URL=f"sqlite:///{absent}")

    assert done.exit_code == 1
    assert f"There is no database at {absent}" in done.output
    assert not absent.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(run, tmp_path, command):
    letter = tmp_path / "letters" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("Dear friend, this is not a database at all. " * 50)
    before, beside = letter.read_bytes(), sorted(letter.parent.iterdir())

    done = run(*COMMANDS[command], WELFARE_DATABASE_URL=f"sqlite:///{letter}")

    assert done.exit_code == 1
    assert "cannot be reached or used" in done.output
    assert letter.read_bytes() == before
    assert sorted(letter.parent.iterdir()) == beside


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_server_that_is_not_there_is_told(run, command):
    done = run(*COMMANDS[command], WELFARE_DATABASE_URL="postgresql+psycopg://x@127.0.0.1:1/x")

    assert done.exit_code == 1
    assert "cannot be reached or used" in done.output
