"""The job loop: wakes at once when the bell rings, outlives trouble, ends when it is told."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.session import open_database
from models.tables.letters import Letter
from models.tables.people import Person, PersonKey
from models.vocabulary import LetterKind
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY
from welfare.jobs.loop import Loop

PATIENCE = 5.0


@pytest.fixture
def loop(watched, post_office):
    return Loop(watched, mailer=post_office, stationery=STATIONERY, programme="un-contingent")


@pytest.fixture
def running(loop):
    thread = threading.Thread(target=loop.run)
    thread.start()
    yield thread
    loop.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def write(make, to):
    alert = make.alert(make.person(), to, next_nudge_at=NOW + timedelta(days=9))
    with make.kept() as session:
        session.add(
            Letter(
                kind=LetterKind.NUDGE,
                recipient_id=to.account_id,
                alert_id=alert.id,
                written_at=datetime.now(UTC),
                next_try_at=datetime.now(UTC),
            )
        )


def waited(condition):
    """Seconds until it came true."""
    start = time.monotonic()
    while not condition() and time.monotonic() - start < PATIENCE:
        time.sleep(0.01)
    return time.monotonic() - start


def test_a_ring_sends_the_letter_within_a_second(make, clinician, loop, running, post_office):
    waited(lambda: loop._bell.is_set() is False)
    time.sleep(0.3)  # the first round is over; the next one would be ten seconds away
    write(make, clinician)

    loop.ring()

    assert waited(lambda: post_office.letters) < 1.0


def test_more_letters_than_one_round_sends_leave_without_waiting_for_the_next_turn(
    make, clinician, loop, running, post_office
):
    for _ in range(12):
        write(make, clinician)

    loop.ring()

    assert waited(lambda: len(post_office.letters) == 12) < PATIENCE


def test_the_loop_ends_at_once_when_it_is_told(loop):
    thread = threading.Thread(target=loop.run)
    thread.start()
    time.sleep(0.1)

    loop.stop()
    thread.join(PATIENCE)

    assert not thread.is_alive()


def test_a_database_that_is_away_does_not_end_the_loop(keys, tmp_path, post_office, caplog):
    nowhere = open_database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}", keys)
    loop = Loop(nowhere, mailer=post_office, stationery=STATIONERY, programme="un-contingent")

    with caplog.at_level(logging.ERROR):
        assert loop.run_once(at=NOW) == 0

    assert "will run again" in caplog.text
    nowhere.engine.dispose()


def test_a_recipient_whose_key_does_not_fit_does_not_end_the_loop(
    make, clinician, loop, post_office
):
    write(make, clinician)
    with make.kept() as session:
        session.execute(update(PersonKey).values(wrapping_id="k-of-another-site"))

    loop.run_once(at=datetime.now(UTC))

    assert post_office.letters == []
    assert loop.succeeded_at is None


def test_a_job_that_fails_keeps_no_other_from_its_turn(make, clinician, loop, watched):
    write(make, clinician)
    with make.kept() as session:
        session.execute(update(PersonKey).values(wrapping_id="k-of-another-site"))

    loop.run_once(at=datetime.now(UTC))

    with watched.reading() as session:
        assert set(session.scalars(select(Person.scheduled_on))) == {datetime.now(UTC).date()}


def test_the_log_of_a_failure_names_nobody(make, clinician, loop, post_office, caplog):
    post_office.is_open = False
    write(make, clinician)

    with caplog.at_level(logging.DEBUG):
        loop.run_once(at=datetime.now(UTC))

    said = [record.getMessage() for record in caplog.records if record.name.startswith("welfare")]
    assert said == ["a letter could not be sent and will be tried again"]
