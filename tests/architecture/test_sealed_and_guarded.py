"""Some things are done in one place only: sealing, raw statements, writing the trail."""

import ast

import pytest

from models.base import Base
from models.sealing import Ciphertext
from models.tables.columns import NotSealed, Sealed
from tests.architecture.code import ROOMS, calls, short, tree

SEALS = {
    "models/sealing/envelope.py",
    "models/tables/columns.py",
    "welfare/policies/restored_keys.py",  # a row of a backup, before it is one of ours
}
# The seven ways past the rules of access, and who may use one, why.
RAW = {
    "text",
    "exec_driver_sql",
    "from_statement",
    "bulk_update_mappings",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "raw_connection",
}
MAY_USE_RAW = {
    "models/session.py": "says BEGIN itself on SQLite",
    "analytics/publish.py": "locks the ledger, so that two releases never spend at once",
}
# Deletes and updates of many rows at once, without loading them.
MAY_CHANGE_MANY = {
    "models/assigned.py": "windows of many people are planned at once, and end with the care",
    "models/erasure.py": "what belongs to a person goes at once",
    "models/merge_rows.py": "rows of one record become another's, table by table",
    "models/merging.py": "the same, and the way back",
    "models/moving.py": "the same, and the way back",
    "models/part_rows.py": "the same, and the way back",
    "models/rescheduling.py": "windows of hundreds of people are worked out in one transaction",
    "welfare/policies/restored_keys.py": "keys that a backup holds folded are put back",
    "models/withdrawal.py": "thousands who were enrolled by mistake go at once, table by table",
    "models/keeping.py": "row, summary and the draft's end in one go: the busiest act of all",
    "welfare/policies/factors.py": "after a loss all factors go at once",
    "welfare/policies/known_devices.py": "after a new password no other browser is known",
    "welfare/policies/live_sessions.py": "all sessions of an account end at once",
    "welfare/policies/lock_out.py": "the database itself counts, so that no try is lost",
    "welfare/policies/recovery_codes.py": "the database itself lets a code work once",
    "welfare/services/acuity.py": "the database itself tells whether an alert is still open",
    "welfare/services/passkeys.py": "the database itself lets a challenge work once",
    "welfare/services/second_factors.py": "the database itself lets a step work once",
}
WRITES_THE_TRAIL = {"models/trail.py"}
OPENS_TRANSACTIONS = (
    "welfare/cli/",
    "welfare/jobs/",
    "welfare/web/work.py",
    "welfare/web/sign_in.py",
    "welfare/upkeep/site.py",  # writes a row that it undoes, to see whether it could
    "analytics/",
    "models/session.py",
)
NEVER_PLAIN = {
    "answers",
    "score",
    "scores",
    "total",
    "band",
    "instrument",
    "name",
    "given",
    "family",
    "phone",
    "email",
    "sex",
    "birth_year",
    "rank_band",
    "items",
    "words",
}


def named(name):
    return name.rpartition(".")[2]


def using(names):
    return {short(room) for room in ROOMS for name, _ in calls(room) if named(name) in names}


def test_a_ciphertext_is_made_only_where_things_are_sealed_or_read_back():
    assert using({"Ciphertext"}) == SEALS


def test_a_sealed_column_refuses_plain_bytes():
    with pytest.raises(NotSealed):
        Sealed().process_bind_param(b"plain", None)

    assert Sealed().process_bind_param(Ciphertext(b"sealed"), None) == b"sealed"


def test_raw_statements_stay_in_the_two_rooms_that_need_them():
    found = {
        short(room)
        for room in ROOMS
        for name, call in calls(room)
        if named(name) in RAW and not name.startswith("forms.") and is_sql(room, name)
    }

    assert found == set(MAY_USE_RAW)


def is_sql(room, name):
    """`text` is SQLAlchemy's only where it was imported from there."""
    if name != "text":
        return True
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "sqlalchemy"
        and any(alias.name == "text" for alias in node.names)
        for node in ast.walk(tree(room))
    )


def test_nobody_reaches_past_the_mappers_to_a_bare_table():
    reaching = [
        short(room)
        for room in ROOMS
        for node in ast.walk(tree(room))
        if isinstance(node, ast.Attribute) and node.attr == "__table__"
    ]

    assert reaching == []


def test_many_rows_at_once_are_changed_only_where_we_know_it():
    changing = {
        short(room)
        for room in ROOMS
        for node in ast.walk(tree(room))
        if isinstance(node, ast.ImportFrom)
        and node.module == "sqlalchemy"
        and any(alias.name in {"delete", "update"} for alias in node.names)
    }

    assert changing == set(MAY_CHANGE_MANY)


def test_only_the_trail_writes_the_trail():
    makers = {
        short(room)
        for room in ROOMS
        for name, call in calls(room)
        if named(name) == "AuditEvent"
        or (named(name) == "insert" and "AuditEvent" in ast.unparse(call))
    }

    assert makers == WRITES_THE_TRAIL


def test_services_never_commit():
    committing = {
        short(room)
        for room in ROOMS
        for name, _ in calls(room)
        if named(name) in {"commit", "rollback", "transaction", "writing"}
        and not short(room).startswith(OPENS_TRANSACTIONS)
    }

    assert committing == set()


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_what_people_say_and_who_they_are_stands_in_no_plain_column(table):
    about_people = "person_id" in table.columns or table.name == "person"
    plain = {column.name for column in table.columns if not isinstance(column.type, Sealed)}

    assert not (about_people and plain & NEVER_PLAIN)
