"""What every table shares: keys in the order of time, moments with a zone, closed lists."""

import time
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Enum, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from models.base import Base, NaiveMoment, new_key
from models.tables.letters import JobLease
from models.tables.people import Person
from tests.models.rows import one_row_of_each

EAST = timezone(timedelta(hours=5, minutes=30))
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)
CHECKED = [
    (table, column)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Enum) and column.type.create_constraint
]


def test_keys_made_one_after_another_stand_in_the_order_of_time():
    keys = []
    for _ in range(20):
        keys.append(new_key())
        time.sleep(0.0015)  # the time inside a key counts in milliseconds

    assert keys == sorted(keys)
    assert [key.bytes for key in keys] == sorted(key.bytes for key in keys)


def test_keys_made_in_the_same_millisecond_are_never_alike():
    keys = [new_key() for _ in range(50_000)]

    assert len(set(keys)) == len(keys)


def test_a_key_is_laid_out_as_rfc_9562_says_for_version_7():
    before = time.time_ns() // 1_000_000
    keys = [new_key() for _ in range(500)]
    after = time.time_ns() // 1_000_000

    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {UUID(int=0x8 << 60).variant}
    assert all(before <= key.int >> 80 <= after for key in keys)


def test_every_random_bit_of_a_key_is_used():
    keys = [new_key().int for _ in range(500)]

    random_bits = [*range(62), *range(64, 76)]
    stuck = [bit for bit in random_bits if len({key >> bit & 1 for key in keys}) == 1]
    assert stuck == []


def test_a_key_takes_16_bytes_in_an_embedded_database(database, make):
    person = make.person()

    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT id FROM person")).scalar_one()
    embedded = database.engine.dialect.name == "sqlite"
    assert kept == (person.id.bytes if embedded else person.id)


def test_a_moment_without_a_zone_is_refused(database):
    with database.writing() as session, pytest.raises(StatementError) as refused:
        row = {"name": "x", "holder": uuid4(), "until_at": NOON.replace(tzinfo=None)}
        session.execute(insert(JobLease), row)

    assert isinstance(refused.value.orig, NaiveMoment)


@pytest.mark.parametrize("zone", [UTC, EAST, timezone(timedelta(hours=-11))])
def test_a_moment_comes_back_as_the_same_moment_in_utc(database, zone):
    with database.writing() as session:
        session.add(JobLease(name="x", holder=uuid4(), until_at=NOON.astimezone(zone)))
        session.commit()

    with database.reading() as session:
        kept = session.scalar(select(JobLease.until_at))
    assert kept == NOON
    assert kept.utcoffset() == timedelta(0)


def test_moments_of_several_zones_are_compared_as_moments(database):
    earlier, later = NOON.astimezone(EAST), NOON + timedelta(minutes=1)
    with database.writing() as session:
        session.add(JobLease(name="x", holder=uuid4(), until_at=earlier))
        session.commit()

    with database.reading() as session:
        found = session.scalars(select(JobLease.name).where(JobLease.until_at < later)).all()
    assert found == ["x"]


def test_the_closed_lists_that_the_database_checks_are_those_we_know():
    assert {f"{table.name}.{column.name}" for table, column in CHECKED} == {
        "alert.status",
        "appointment.status",
        "audit_event.decision",
        "audit_event.role",
        "care_case.status",
        "post.role",
        "release_approval.decision",
        "release_approval.role",
        "roster_change.kind",
        "screening.origin",
        "screening.phase",
        "window.phase",
    }


def test_the_database_refuses_every_word_outside_a_closed_list(database, make):
    one_row_of_each(make)

    taken = [
        f"{table.name}.{column.name}"
        for table, column in CHECKED
        if takes(database, table.name, column.name, "no such word")
    ]

    assert taken == []


def test_the_database_takes_the_words_of_a_closed_list(database, make):
    """Keeps the test above honest: a copy of the row with a word of the list is let in."""
    one_row_of_each(make)

    assert takes(database, "care_case", "status", "open")
    assert takes(database, "letter", "kind", "escalation")


def takes(database, table, column, word):
    """Does the database take a copy of the table's row with this word in it?"""
    with database.engine.connect() as connection:
        row = dict(connection.execute(text(f'SELECT * FROM "{table}"')).mappings().first())  # noqa: S608 - our own names
        key = uuid4()
        row |= {column: word, "id": key.bytes if isinstance(row["id"], bytes) else key}
        names, slots = ", ".join(row), ", ".join(f":{name}" for name in row)
        try:
            connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({slots})'), row)  # noqa: S608 - our own names
        except IntegrityError as refused:
            assert f"ck_{table}_" in str(refused.orig)
            return False
        return True


def test_a_word_of_a_list_comes_back_as_that_word(database, make):
    person = make.person()

    window = make.window(person.id)

    with database.reading() as session:
        assert session.get_one(type(window), window.id).phase is window.phase
        assert session.get_one(Person, person.id).unit_id == person.unit_id
