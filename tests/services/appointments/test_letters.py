"""The letter on the day before: once for each time, neutral, and not about what is not so."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.tables.letters import Letter
from models.tables.people import Identity
from models.vocabulary import Act, AppointmentStatus, LetterKind
from tests.factories import NOW
from tests.jobs.conftest import post_office as post_office
from tests.jobs.conftest import worker as worker
from welfare.jobs import appointments as job
from welfare.policies import letter_box
from welfare.policies.booked import Wanted
from welfare.services import appointments
from welfare.services.condition import read_condition

HOUR = timedelta(hours=1)


@pytest.fixture
def write(watched):
    me = uuid4()
    return lambda at=NOW: job.run(watched, walk=job.Walk(), holder=me, at=at)


@pytest.fixture
def row(make, care):
    return make.appointment(care.case, care.clinician, Wanted(NOW + 20 * HOUR))


def letters(edge):
    return edge.rows(Letter, Letter.kind == LetterKind.APPOINTMENT)


def test_it_is_written_once_on_the_day_before_and_says_nothing(
    care, row, write, worker, post_office, edge
):
    assert write(NOW - 5 * HOUR) == 0
    assert [write(), write()] == [1, 0]
    worker()

    (letter,) = post_office.letters
    assert letter.subject == "Appointment (Harbour)"
    assert "You have an appointment soon." in letter.body
    (kept,) = letters(edge)
    assert (kept.recipient_id, kept.sent_at) == (care.member.account_id, NOW)
    assert edge.acts()[Act.REMINDER_WRITTEN] == 1


@pytest.mark.parametrize("hours", [1, 30, -3])
def test_none_is_written_too_early_too_late_or_afterwards(make, care, write, hours):
    make.appointment(care.case, care.clinician, Wanted(NOW + hours * HOUR))

    assert write() == 0


@pytest.mark.parametrize("status", set(AppointmentStatus) - {AppointmentStatus.PLANNED})
def test_only_what_is_planned_gets_one(make, care, write, status):
    make.appointment(care.case, care.clinician, Wanted(NOW + 20 * HOUR), status=status)

    assert write() == 0


def test_a_letter_about_what_was_cancelled_meanwhile_does_not_leave(
    care, row, write, worker, post_office
):
    write()
    care.act(appointments.cancel_appointment, row)
    worker()

    assert post_office.letters == []


def test_of_one_that_was_moved_only_the_new_time_gets_a_letter(
    care, row, write, worker, post_office, edge
):
    write()
    moved = Wanted(NOW + 40 * HOUR)
    care.act(appointments.change_appointment, row, version=row.version, wanted=moved)
    worker()
    assert post_office.letters == [] and write() == 0

    write(NOW + 17 * HOUR)
    worker(NOW + 17 * HOUR)

    assert len(post_office.letters) == 1 and len(letters(edge)) == 2


def test_nobody_is_written_to_where_a_letter_came_back(care, row, make, write):
    with make.kept() as session:
        letter_box.refuse_address(session, person_id=care.person.id)

    assert write() == 0


def test_a_letter_that_cannot_leave_is_no_alarm_for_the_staff(care, row, write, edge):
    write()

    found = edge.look(read_condition, job="nudges", at=NOW + HOUR)

    assert found.letters_waiting == 0


def test_letters_that_bring_a_human_leave_first(care, row, make, write, worker, post_office):
    write()
    make.alert(make.person(), care.clinician, next_nudge_at=NOW)
    worker()

    assert [each.subject.startswith("Appointment") for each in post_office.letters] == [False, True]


def test_it_is_in_the_language_of_its_reader(care, row, make, write, worker, post_office):
    with make.kept() as session:
        person = session.merge(care.person)
        key = vault.key_for(session, person_id=person.id)
        facts = vault.opened(key, person, "facts") | {"language": "fr"}
        person.facts = vault.sealed(key, person, "facts", facts)
        assert session.get(Identity, person.id) is not None
    write()
    worker()

    assert len(post_office.letters) == 1
