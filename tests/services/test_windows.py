"""When a member is asked, and why."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.people import Person
from tests.factories import CALM, TODAY
from welfare.services.screenings import send_screening
from welfare.services.windows import list_due


@pytest.fixture
def asked(make):
    return {"actor": make.actor(), "today": TODAY, "at": make.now}


def days(number):
    return TODAY + timedelta(days=number)


def test_only_own_open_windows_are_listed(edge, asked, make):
    mine = make.window(asked["actor"].person_id)
    make.window(make.person().id)

    found = edge.look(list_due, **asked)

    assert [due.window.id for due in found.due] == [mine.id]


def test_a_missed_window_is_not_asked_once_the_next_of_its_deployment_is_open(edge, asked, make):
    person_id = asked["actor"].person_id
    closed = {"opens_on": days(-90), "due_by": days(-30), "closes_on": days(-6)}
    make.window(person_id, code="return", **closed)
    after = make.window(person_id, code="after", opens_on=days(-5), due_by=days(60))

    found = edge.look(list_due, **asked)

    assert [due.window.id for due in found.due] == [after.id]
    assert not found.due[0].is_late


def test_a_late_window_is_still_welcome_within_the_allowance(edge, asked, make):
    make.window(asked["actor"].person_id, opens_on=days(-90), due_by=days(-60))

    assert [due.is_late for due in edge.look(list_due, **asked).due] == [True]


def test_a_window_too_late_is_not_asked_any_more(edge, asked, make):
    make.window(asked["actor"].person_id, opens_on=days(-91), due_by=days(-61))

    assert edge.look(list_due, **asked).due == ()


def test_the_next_opening_is_told(edge, asked, make):
    make.window(asked["actor"].person_id, opens_on=days(9), due_by=days(60))

    found = edge.look(list_due, **asked)

    assert (found.due, found.next_opens_on) == ((), days(9))


def test_the_reason_names_the_deployment(edge, asked, make):
    (person,) = edge.rows(Person, Person.id == asked["actor"].person_id)
    stay = make.deployment(person)
    make.window(person.id, deployment_id=stay.id)

    (due,) = edge.look(list_due, **asked).due

    assert (due.mission, due.returned_on) == ("River Mission", stay.until_day)


def test_a_sent_screening_is_not_due_any_more(edge, asked, make):
    make.reachable()
    window = make.window(asked["actor"].person_id)
    edge.act(
        send_screening,
        actor=asked["actor"],
        window_id=window.id,
        submission_id=uuid4(),
        answers=CALM,
        language="en",
        at=make.now,
    )

    assert edge.look(list_due, **asked).due == ()


def test_whether_questions_are_offered_is_told_with_them(edge, asked, make):
    before = edge.look(list_due, **asked).is_offered
    make.reachable()

    assert (before, edge.look(list_due, **asked).is_offered) == (False, True)
