"""Opening the database: nothing acknowledged is lost, readers see one moment, writers wait."""

import threading
import time

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.base import new_key
from models.sealing import make_key_file
from models.session import (
    WrongKeyFile,
    check_site,
    mark_site,
    open_database,
    snapshot,
    transaction,
)
from models.tables.audit import Site
from models.tables.places import Mission

WRITERS, TURNS = 4, 10
CHECKED_AT_COMMIT = (
    "CREATE TABLE pointing (id INTEGER, FOREIGN KEY (id) REFERENCES target (id)"
    " DEFERRABLE INITIALLY DEFERRED)"
)


def mission():
    return Mission(code=new_key().hex, name="River Mission", site="Port Ansel")


def count(session):
    return session.scalar(select(func.count()).select_from(Mission))


def test_a_database_is_opened_so_that_a_power_cut_loses_nothing(database):
    if database.engine.dialect.name == "sqlite":
        asked = ("PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys")
        expected = ["wal", 2, 1]  # 2 is FULL
    else:  # whether the server itself waits for the disk is its own setting
        asked, expected = ("SHOW synchronous_commit",), ["on"]

    with database.reading() as reading, database.writing() as writing:
        for session in (reading, writing):
            said = [session.execute(text(each)).scalar_one() for each in asked]
            assert said == expected


def test_a_reader_does_not_see_what_is_committed_after_it_began(database):
    with database.reading() as reading:
        assert count(reading) == 0
        with transaction(database) as writing:
            writing.add(mission())

        assert count(reading) == 0

    with snapshot(database) as later:
        assert count(later) == 1


def test_a_writer_sees_what_was_committed_before_it_began(database):
    with transaction(database) as first:
        first.add(mission())

    with database.writing() as second:
        assert count(second) == 1


def test_a_transaction_is_undone_when_its_block_fails(database):
    with pytest.raises(RuntimeError), transaction(database) as session:
        session.add(mission())
        session.flush()
        raise RuntimeError

    with snapshot(database) as session:
        assert count(session) == 0


def test_a_commit_that_fails_undoes_all_and_holds_nobody_up(database):
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE target (id INTEGER PRIMARY KEY)"))
        connection.execute(text(CHECKED_AT_COMMIT))

    with pytest.raises(IntegrityError), transaction(database) as session:
        session.add(mission())
        session.execute(text("INSERT INTO pointing VALUES (7)"))

    with snapshot(database) as session:
        assert count(session) == 0
    with transaction(database) as session:
        session.add(mission())
    with snapshot(database) as session:
        assert count(session) == 1


def test_a_snapshot_leaves_no_mark_on_the_next_writer(database):
    """The connection goes back to the pool: it must not stay read-only or hold a lock."""
    with snapshot(database) as session:
        count(session)

    for _ in range(3):
        with transaction(database) as session:
            session.add(mission())

    with snapshot(database) as session:
        assert count(session) == 3


def test_a_reading_session_on_a_server_cannot_write(database):
    if database.engine.dialect.name == "sqlite":
        with database.reading() as session:
            assert session.connection().get_execution_options()["sqlite_begin"] == "BEGIN"
        return
    with database.reading() as session, pytest.raises(DBAPIError, match="read-only"):
        session.add(mission())
        session.flush()


def test_two_writers_wait_for_each_other_and_neither_fails(database):
    """On SQLite the second one waits for the lock at its first step, not half way."""
    order = []
    first_holds = threading.Event()

    def slow():
        with transaction(database) as session:
            session.add(mission())
            session.flush()
            first_holds.set()
            time.sleep(0.3)
            order.append("first")

    thread = threading.Thread(target=slow)
    thread.start()
    first_holds.wait(5)
    with transaction(database) as session:
        seen = count(session)
        session.add(mission())
    order.append("second")
    thread.join()

    with snapshot(database) as session:
        assert count(session) == 2
    if database.engine.dialect.name == "sqlite":
        assert order == ["first", "second"]
        assert seen == 1


def test_many_writers_that_read_before_they_write_all_succeed(database):
    failures = []

    def work():
        for _ in range(TURNS):
            try:
                with transaction(database) as session:
                    count(session)
                    session.add(mission())
            except DBAPIError as problem:
                failures.append(str(problem))

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with snapshot(database) as session:
        assert count(session) == WRITERS * TURNS


def test_the_key_file_of_this_site_is_known(database):
    with snapshot(database) as session:
        assert check_site(session)


def test_the_key_file_of_another_site_is_refused_and_the_database_stays_as_it_is(
    database_url, tmp_path
):
    foreign = open_database(database_url, make_key_file(tmp_path / "foreign.key"))
    before = fingerprint(foreign)

    with (
        pytest.raises(WrongKeyFile, match="nothing has been changed"),
        snapshot(foreign) as session,
    ):
        check_site(session)

    assert fingerprint(foreign) == before
    foreign.engine.dispose()


def fingerprint(database):
    """The file's bytes, or on a server how many rows were ever changed."""
    if database.engine.dialect.name == "sqlite":
        path = database.engine.url.database
        with open(path, "rb") as file:  # noqa: PTH123 - the address is text
            return file.read()
    with database.engine.connect() as connection:
        sites = connection.execute(text("SELECT id, wrapping_id, mark, xmin FROM site")).all()
        return [tuple(map(str, site)) for site in sites]


def test_a_site_without_a_mark_is_not_set_up(database, make):
    with make.kept() as session:
        session.execute(text("DELETE FROM site"))

    with snapshot(database) as session:
        assert not check_site(session)


def test_marking_a_site_makes_its_keys_known(database, make):
    with make.kept() as session:
        session.execute(text("DELETE FROM site"))
        mark_site(session)

    with snapshot(database) as session:
        assert check_site(session)
        assert session.scalar(select(func.count()).select_from(Site)) == 1


def test_opening_connects_to_nothing(keys, tmp_path):
    absent = tmp_path / "absent.db"

    database = open_database(f"sqlite:///{absent}", keys)

    assert not absent.exists()
    database.engine.dispose()
