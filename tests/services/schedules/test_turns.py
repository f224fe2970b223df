"""Whose turn it is, and that nobody keeps another from it."""

from datetime import timedelta

import pytest

from models.base import new_key
from models.rescheduling import mark_changed, people_to_schedule
from models.tables.people import Person
from models.tables.screenings import Window
from tests.factories import CALM, NOW, TODAY
from tests.models.queries import counted
from welfare.services.screenings import send_screening


def days(number):
    return TODAY + timedelta(days=number)


@pytest.fixture
def stay(make):
    return make.deployment(make.person(), from_day=days(-100), until_day=days(100))


def test_one_person_who_cannot_be_worked_out_keeps_nobody_from_their_windows(
    edge, make, stay, caplog
):
    lost = make.deployment(make.person(), from_day=days(-10), until_day=None, programme="nowhere/1")

    edge.schedule()

    assert edge.rows(Window, Window.deployment_id == stay.id) != []
    assert edge.rows(Window, Window.deployment_id == lost.id) == []
    assert {each.scheduled_on for each in edge.rows(Person)} == {TODAY}
    assert str(lost.person_id) not in caplog.text
    assert "FileNotFoundError" in caplog.text


def test_the_number_of_queries_does_not_grow_with_the_people(database, make, settle):
    def lives(number):
        people = [make.person() for _ in range(number)]
        for each in people:
            make.deployment(each, from_day=days(-100), until_day=days(100))
        return people

    few, many = lives(1), lives(12)
    with counted(database) as first:
        settle(*few, today=TODAY)
    with counted(database) as second:
        settle(*many, today=TODAY)

    assert len(first) == len(second)


def test_those_whose_facts_changed_come_before_those_whose_day_has_come(make, database, settle):
    old, changed, done = (make.person() for _ in range(3))
    settle(old, today=days(-1))
    settle(changed, done, today=TODAY)
    with make.kept() as session:
        mark_changed(session, [changed.id])

    with database.reading() as session:
        asked = [people_to_schedule(session, today=TODAY, most=most) for most in (1, 9)]

    assert asked == [[changed.id], [changed.id, old.id]]
    assert done.id not in asked[1]


def test_an_answer_marks_the_person_as_changed(edge, make, settle):
    member = make.actor()
    with make.kept() as session:
        session.get_one(Person, member.person_id).scheduled_on = TODAY
    make.reachable()
    window = make.window(member.person_id)

    edge.act(
        send_screening,
        actor=member,
        window_id=window.id,
        submission_id=new_key(),
        answers=CALM,
        language="en",
        at=NOW,
    )

    (person,) = edge.rows(Person, Person.id == member.person_id)
    assert person.scheduled_on is None
