"""What changes in the stored windows when something becomes known, and what never does."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models import vault
from models.base import new_key
from models.tables.cycle import Exposure, Incident
from models.tables.people import Deployment
from models.tables.screenings import Draft, Window
from models.vocabulary import IncidentKind, Phase, SetAsideBy
from tests.factories import NOW, TODAY


def days(number):
    return TODAY + timedelta(days=number)


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def stay(make, person):
    """Under way for a hundred days, home in a hundred."""
    return make.deployment(person, from_day=days(-100), until_day=days(100))


def codes(edge, person):
    return sorted(each.code for each in edge.rows(Window, Window.person_id == person.id))


def one(edge, code):
    (window,) = edge.rows(Window, Window.code == code)
    return window


def change(make, stay, **values):
    with make.kept() as session:
        session.execute(update(Deployment).where(Deployment.id == stay.id).values(values))


def set_aside(make, window, word):
    with make.kept() as session:
        kept = session.get_one(Window, window.id)
        kept.set_aside, kept.set_aside_on = word, TODAY


def begin(make, window):
    with make.kept() as session:
        draft = Draft(
            id=new_key(),
            window_id=window.id,
            person_id=window.person_id,
            submission_id=new_key(),
            saved_at=NOW,
        )
        key = vault.key_for(session, person_id=window.person_id)
        draft.payload = vault.sealed(key, draft, "payload", [])
        session.add(draft)


def test_doing_it_again_changes_nothing(edge, person, stay, settle):
    assert settle(person, today=TODAY) > 0
    before = edge.contents()

    assert settle(person, today=TODAY) == 0

    assert edge.contents() == before


def test_a_longer_mission_moves_what_has_not_opened_and_adds_what_it_brings(
    edge, make, person, stay, settle
):
    settle(person, today=TODAY)
    change(make, stay, until_day=days(300))

    settle(person, today=TODAY)

    assert one(edge, "return").opens_on == days(270)
    assert [each.due_by for each in edge.rows(Window, Window.code == "in-mission")] == [
        days(80),
        days(260),
    ]


def test_one_that_is_open_is_never_moved_to_a_later_day(edge, make, person, stay, settle):
    """Its page may be open: what is sent from it has to be taken."""
    settle(person, today=days(80))
    begun = one(edge, "return")
    begin(make, begun)
    change(make, stay, until_day=days(150))

    settle(person, today=days(80))

    later, kept = sorted(edge.rows(Window, Window.code == "return"), key=lambda w: w.id == begun.id)
    assert (kept.id, kept.opens_on, kept.closes_on) == (begun.id, begun.opens_on, days(79))
    assert later.opens_on == days(120)


def test_a_correction_of_the_past_moves_what_was_missed_and_doubles_nothing(
    edge, make, person, settle
):
    stay = make.deployment(person, from_day=days(-700), until_day=days(-500))
    settle(person, today=TODAY)
    before = codes(edge, person)
    change(make, stay, until_day=days(-495))

    settle(person, today=TODAY)

    assert codes(edge, person) == before
    assert one(edge, "return").opens_on == days(-525)


def test_of_two_incidents_on_a_day_the_one_that_was_asked_about_keeps_its_windows(
    edge, make, person, settle
):
    first = expose(make, make.person(), TODAY)
    expose(make, person, TODAY)
    settle(person, today=days(1))
    before = edge.rows(Window)
    expose(make, person, TODAY, to=first)

    assert settle(person, today=days(1)) == 0

    assert [each.id for each in edge.rows(Window)] == [each.id for each in before]


def test_a_day_that_another_window_of_the_code_holds_is_left_to_it(edge, make, person, settle):
    """One mission was two: the answered return of the first stands where the second's would."""
    stay = make.deployment(person, from_day=days(-150), until_day=days(30))
    settle(person, today=TODAY)
    make.screening(person, window_id=one(edge, "return").id, phase=Phase.RETURN)
    change(make, stay, until_day=days(-100))
    make.deployment(person, from_day=days(-80), until_day=days(30))

    settle(person, today=TODAY)

    assert [each.opens_on for each in edge.rows(Window, Window.code == "return")].count(TODAY) == 1


def test_a_window_that_has_opened_is_closed_and_not_taken_away(edge, make, person, stay, settle):
    settle(person, today=days(80))
    opened = one(edge, "return")
    change(make, stay, until_day=None)

    settle(person, today=days(80))

    left = one(edge, "return")
    assert (left.id, left.opens_on, left.closes_on) == (opened.id, opened.opens_on, days(79))
    assert "after" not in codes(edge, person)


@pytest.mark.parametrize("word", list(SetAsideBy))
def test_a_window_set_aside_stays_as_it_was_and_is_not_asked_again(
    edge, make, person, stay, settle, word
):
    settle(person, today=days(80))
    set_aside(make, one(edge, "return"), word)
    before = one(edge, "return")

    settle(person, today=days(90))

    after = one(edge, "return")
    assert (after.id, after.opens_on, after.due_by) == (before.id, before.opens_on, before.due_by)


def test_what_was_answered_keeps_its_days_when_the_return_moves_a_little(
    edge, make, person, stay, settle
):
    settle(person, today=days(80))
    window = one(edge, "return")
    make.screening(person, window_id=window.id, day=days(80), phase=Phase.RETURN)
    change(make, stay, until_day=days(103))

    settle(person, today=days(110))

    kept = one(edge, "return")
    assert (kept.id, kept.opens_on, kept.due_by) == (window.id, window.opens_on, window.due_by)


def test_the_alternative_window_takes_the_place_of_the_usual_one(edge, make, person, settle):
    stay = make.deployment(
        person, from_day=days(-200), until_day=days(20), programme="us-current/1"
    )
    settle(person, today=TODAY)
    assert "after" not in codes(edge, person)
    change(make, stay, finding=True)

    settle(person, today=TODAY)

    assert {"after", "return"} & set(codes(edge, person)) == {"after"}


def test_a_screening_of_today_moves_the_yearly_check(edge, make, person, settle):
    make.deployment(person, from_day=days(-700), until_day=days(-400), programme="us-current/1")
    settle(person, today=TODAY)
    yearly = next(each for each in edge.rows(Window, Window.code == "yearly"))
    assert yearly.opens_on < TODAY
    make.screening(person, window_id=yearly.id, day=TODAY, phase=Phase.ANNUAL)

    settle(person, today=TODAY)

    coming = [each.due_by for each in edge.rows(Window, Window.opens_on > TODAY)]
    assert coming == [days(365)]


def test_each_deployment_keeps_the_version_that_it_was_recorded_under(edge, make, person, settle):
    make.deployment(person, from_day=days(-900), until_day=days(-700), programme="us-2013/1")
    make.deployment(person, from_day=days(-100), until_day=days(50), programme="canada/1")

    settle(person, today=TODAY)

    found = {(each.programme, each.code) for each in edge.rows(Window)}
    assert {name for name, _code in found} == {"us-2013/1", "canada/1"}


def test_those_who_were_exposed_are_asked_once_for_each_day(edge, make, person, settle):
    for _ in range(2):
        expose(make, person, TODAY)

    settle(person, today=TODAY)

    windows = edge.rows(Window)
    assert {each.phase for each in windows} == {Phase.INCIDENT}
    assert len(windows) == len({each.code for each in windows}) == 2
    assert all(each.deployment_id is None and each.incident_id for each in windows)


def expose(make, person, day, to=None):
    with make.kept() as session:
        incident = to or Incident(
            id=new_key(),
            unit_id=person.unit_id,
            day=day,
            kind=IncidentKind.ATTACK,
            title="Convoy attack",
            programme="un-contingent/2",
            recorded_at=NOW,
        )
        if to is None:
            session.add(incident)
            session.flush()
        session.add(Exposure(incident_id=incident.id, person_id=person.id, recorded_at=NOW))
    return incident
