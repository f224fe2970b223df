"""The trail: an act's event is part of the act; what was read is written before it is shown."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from models import trail
from models.session import transaction
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision, Role
from tests.factories import NOW
from welfare.policies.actor import Actor, Machine

SIGNER = Actor(uuid4(), uuid4(), Role.CLINICIAN, "0001")


def events(database):
    with database.reading() as session:
        return session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()


def test_an_event_says_who_did_what_to_whom_when_and_as_what(database, make):
    person = make.person()

    with transaction(database) as session:
        trail.record(
            session, by=SIGNER, act=Act.NOTE_SIGNED, at=NOW, person_id=person.id, subject=person
        )

    (event,) = events(database)
    assert (event.actor_id, event.role) == (SIGNER.account_id, Role.CLINICIAN)
    assert (event.act, event.decision) == (Act.NOTE_SIGNED, Decision.ALLOWED)
    assert (event.person_id, event.at) == (person.id, NOW)
    assert (event.resource, event.resource_id) == ("person", person.id)
    assert event.request_id == SIGNER.request_id


def test_an_event_of_a_job_names_no_account(database):
    with transaction(database) as session:
        trail.record(session, by=Machine(), act=Act.ALERT_NUDGED, at=NOW)

    (event,) = events(database)
    assert (event.actor_id, event.role, event.person_id) == (None, None, None)


def test_the_event_of_an_act_that_is_undone_is_undone_with_it(database):
    with database.writing() as session:
        trail.record(session, by=SIGNER, act=Act.NOTE_SIGNED, at=NOW)
        session.flush()
        session.rollback()

    assert events(database) == []


def test_a_refusal_can_be_recorded(database):
    with transaction(database) as session:
        trail.record(session, by=SIGNER, act=Act.SIGN_IN_REFUSED, at=NOW, decision=Decision.REFUSED)

    assert events(database)[0].decision is Decision.REFUSED


def test_what_a_reading_session_read_waits_and_is_written_once(database):
    people = [uuid4(), uuid4(), None]
    with database.reading() as reading:
        trail.record_read(reading, by=SIGNER, act=Act.LIST_READ, at=NOW, person_ids=people)
        taken, again = trail.take_reads(reading), trail.take_reads(reading)
    assert events(database) == []

    with transaction(database) as writing:
        trail.write_reads(writing, events=taken)

    assert {event.person_id for event in events(database)} == set(people)
    assert {event.act for event in events(database)} == {Act.LIST_READ}
    assert again == []


def test_what_a_writing_session_read_is_part_of_its_act(database):
    person = uuid4()

    with transaction(database) as session:
        trail.record_read(session, by=SIGNER, act=Act.RECORD_READ, at=NOW, person_ids=[person])

    assert [event.person_id for event in events(database)] == [person]


def test_reading_nobodys_record_writes_nothing(database):
    with transaction(database) as session:
        trail.record_read(session, by=SIGNER, act=Act.RECORD_READ, at=NOW, person_ids=[])

    assert events(database) == []


def test_reads_that_cannot_be_written_raise(database):
    with database.reading() as reading:
        trail.record_read(reading, by=SIGNER, act=Act.RECORD_READ, at=NOW, person_ids=[uuid4()])
        taken = trail.take_reads(reading)
    with transaction(database) as writing:
        trail.write_reads(writing, events=taken)

    with pytest.raises(SQLAlchemyError), transaction(database) as writing:
        trail.write_reads(writing, events=taken)  # the same keys again

    assert len(events(database)) == 1
