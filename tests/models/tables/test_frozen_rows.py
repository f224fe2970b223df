"""What is written once can be neither changed nor deleted, not even past the program."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.models.rows import one_row_of_each

FROZEN = ("audit_event", "release", "release_cell", "ledger_entry", "note", "conflict_copy")
CHANGES = {
    "audit_event": "act = 'account.signed_in'",
    "release": "report = 'nothing found'",
    "release_cell": "roster = 41",
    "ledger_entry": "epsilon = '0'",
    "note": "content = content",
    "conflict_copy": "payload = payload",
}


@pytest.fixture
def rows(database, make):
    return one_row_of_each(make)


def refused(database, statement):
    with database.engine.connect() as connection, pytest.raises(DBAPIError) as stopped:
        connection.execute(text(statement))
    return str(stopped.value.orig)


def content(database, table):
    with database.engine.connect() as connection:
        return connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - our own names


def test_rows_that_are_written_once_are_never_changed(database, rows):
    before = {table: content(database, table) for table in FROZEN}

    said = {
        table: refused(database, f"UPDATE {table} SET {CHANGES[table]}")  # noqa: S608 - our own names
        for table in FROZEN
    }

    assert all(f"rows of {table} are never changed" in said[table] for table in FROZEN)
    assert {table: content(database, table) for table in FROZEN} == before


def test_rows_that_are_written_once_are_never_deleted(database, rows):
    said = {table: refused(database, f"DELETE FROM {table}") for table in FROZEN}  # noqa: S608 - our own names

    assert all(f"rows of {table} are never changed" in said[table] for table in FROZEN)
    assert all(len(content(database, table)) == 1 for table in FROZEN)


def test_other_rows_can_be_changed(database, rows):
    with database.engine.begin() as connection:
        changed = connection.execute(text("UPDATE letter SET tries = 1")).rowcount

    assert changed == 1
