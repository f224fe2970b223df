"""The restore drill: a copy made while people answer is one point in time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from models import vault as people
from models.base import new_key
from models.instruments.payload import unpack
from models.session import open_database, transaction
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, AlertStatus, Phase
from tests.factories import CALM, CRITICAL, TODAY
from welfare.services.screenings import send_screening

WRITERS = 3
ANSWERS = 500
BACKUPS = 3
EVENT = select(AuditEvent.act, AuditEvent.person_id)


@contextmanager
def answering(database, make) -> Iterator[list[object]]:
    """People answer, one after another in several threads, until the block ends."""
    make.reachable()
    plan = [windows_of(make, make.actor()) for _ in range(WRITERS)]
    kept, stop = [], threading.Event()

    def answer(line):
        for number, (actor, window) in enumerate(line):
            if stop.is_set():
                return
            with transaction(database) as session:
                receipt = send_screening(
                    session,
                    actor=actor,
                    window_id=window,
                    submission_id=uuid4(),
                    answers=CRITICAL if number % 3 == 0 else CALM,
                    language="en",
                    at=datetime.now(UTC),
                )
            kept.append(receipt.screening.id)
            stop.wait(0.05)

    threads = [threading.Thread(target=answer, args=(line,)) for line in plan]
    for thread in threads:
        thread.start()
    yield kept
    stop.set()
    for thread in threads:
        thread.join()


def test_a_copy_made_while_people_answer_is_one_point_in_time(
    database, make, vault, tmp_path, keys
):
    made = []

    with answering(database, make) as kept:
        for _ in range(BACKUPS):
            before = set(kept)
            made.append((vault.made(), before, len(kept)))

    assert len({count for _, _, count in made}) > 1, "nobody answered while backups were made"
    for number, (backup, before, _) in enumerate(made):
        url = f"sqlite:///{tmp_path / str(number) / 'site.db'}"
        assert vault.restore(backup.name, WELFARE_DATABASE_URL=url).exit_code == 0
        restored = open_database(url, keys)
        there = point_in_time(restored)
        restored.engine.dispose()
        assert before <= there <= set(kept)


def point_in_time(database):
    """Every screening with its event, its summary and, where it is critical, its alert with
    event and letter: never one without the other. The ids of the screenings."""
    with database.reading() as session:
        screenings = session.scalars(select(Screening)).all()
        payloads = people.opened_all(session, rows=screenings, column="payload")
        events = {tuple(row) for row in session.execute(EVENT)}
        alerts = {alert.screening_id: alert for alert in session.scalars(select(Alert))}
        letters = set(session.scalars(select(Letter.alert_id)))
        summaries = {person.id: person.summary for person in session.scalars(select(Person))}
    critical = {
        each.id
        for each, content in zip(screenings, payloads, strict=True)
        if unpack(content).critical_items
    }
    assert {each.person_id for each in screenings} == {
        person for act, person in events if act == Act.SCREENING_SENT
    }
    assert critical == set(alerts)
    assert {alert.id for alert in alerts.values()} <= letters
    assert all(alert.status is AlertStatus.RAISED for alert in alerts.values())
    assert all(summaries[each.person_id] is not None for each in screenings)
    return {each.id for each in screenings}


def windows_of(make, member):
    """More than can be answered while the test runs."""
    usual = {
        "programme": "un-contingent/1",
        "phase": Phase.POST,
        "opens_on": TODAY,
        "due_by": TODAY,
        "closes_on": TODAY,
    }
    windows = [
        Window(id=new_key(), person_id=member.person_id, code=f"w{number}", **usual)
        for number in range(ANSWERS)
    ]
    with make.kept() as session:
        session.add_all(windows)
    return [(member, window.id) for window in windows]
