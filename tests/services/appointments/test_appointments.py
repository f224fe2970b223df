"""Appointments: made, moved, cancelled, recorded; nobody is booked twice without knowing it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.vocabulary import Act, AppointmentStatus, NextStep, Role
from welfare.errors import AccessDenied, ChangedMeanwhile, InputRefused, MoveNotAllowed
from welfare.policies import booked
from welfare.policies.booked import CONTENT_SIZE, Wanted
from welfare.policies.care_tasks import appointments_of
from welfare.services import appointments
from welfare.services.appointment_list import read_calendar, read_days, read_of_person
from welfare.services.own_appointments import next_start, read_own

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_was_agreed_comes_back_and_one_act_is_one_event(care, edge, make):
    full = Wanted(
        make.now + DAY, 90, "video", "https://meet.example", "other", "ACT", 3, "Bring it"
    )
    row = care.make(wanted=full)

    found = care.opened(care.now(row))

    assert (found.minutes, found.details) == (90, booked.details_of(full))
    assert edge.acts() == {Act.APPOINTMENT_MADE: 1}
    assert CONTENT_SIZE < len(row.content) < CONTENT_SIZE + 100


def test_the_same_form_again_makes_one(care, edge):
    form = care.given()

    assert len({edge.act(appointments.make_appointment, **form).id for _ in range(2)}) == 1
    assert edge.acts() == {Act.APPOINTMENT_MADE: 1}


def test_the_same_form_with_another_time_is_not_taken_for_the_first(care, edge):
    form = care.given()
    edge.act(appointments.make_appointment, **form)

    with pytest.raises(InputRefused) as refused:
        later = replace(form["wanted"], starts_at=form["wanted"].starts_at + DAY)
        edge.act(appointments.make_appointment, **form | {"wanted": later})

    assert refused.value.problems == {"day": "sent_already"}
    assert len(care.rows()) == 1


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"starts_at": -HOUR}, {"day": "in_past"}),
        ({"starts_at": 400 * DAY}, {"day": "not_within_year"}),
        ({"minutes": 4}, {"minutes": "not_so_long"}),
        ({"minutes": None}, {"minutes": "not_so_long"}),
        ({"mode": "letter"}, {"mode": "choose"}),
        ({"protocol": "magic"}, {"protocol": "choose"}),
        ({"protocol": "other"}, {"protocol_words": "empty"}),
        ({"number": 0}, {"session_number": "not_a_count"}),
        ({"place": "x" * 301}, {"place": "too_long"}),
        ({"words": "x" * 1001}, {"words": "too_long"}),
    ],
)
def test_what_cannot_be_agreed_on_is_said_by_field(care, make, changes, problems):
    changes = dict(changes)
    span = changes.get("starts_at", DAY)
    wanted = replace(
        Wanted(make.now + span), **{k: v for k, v in changes.items() if k != "starts_at"}
    )

    with pytest.raises(InputRefused) as refused:
        care.make(wanted=wanted)

    assert refused.value.problems == problems and care.rows() == []


def test_what_took_place_already_may_be_recorded_as_kept(care):
    row = care.make(hours=-48, took_place=True)

    assert row.status is AppointmentStatus.KEPT
    with pytest.raises(InputRefused) as refused:
        care.make(hours=1, took_place=True)
    assert refused.value.problems == {"day": "still_to_come"}


def test_two_at_one_time_are_refused_for_the_clinician_and_for_the_person_unless_even_so(
    care, make
):
    care.make(minutes=60)
    other = make.case(make.person(), care.clinician)
    colleague = make.actor(Role.CLINICIAN)
    theirs = make.case(care.person, colleague)

    for changes, code in (
        ({"case_id": other.id, "hours": 24.5}, "you_are_busy"),
        ({"case_id": theirs.id, "actor": colleague, "hours": 23.5}, "person_is_busy"),
    ):
        with pytest.raises(InputRefused) as refused:
            care.make(**changes)
        assert refused.value.problems == {"double": code}
        care.make(**changes, even_so=True)

    assert care.make(hours=26, case_id=other.id).minutes == 50


def test_of_two_made_at_the_same_moment_for_one_hour_the_second_is_told(care, make, meanwhile):
    other = make.case(make.person(), care.clinician)

    problem = meanwhile(
        lambda session: appointments.make_appointment(session, **care.given()),
        lambda: care.make(case_id=other.id),
    )

    assert isinstance(problem, InputRefused) and problem.problems == {"double": "you_are_busy"}
    assert len(care.rows()) == 1


def test_it_moves_once_for_each_version(care, make):
    row = care.make()
    wanted = Wanted(make.now + 2 * DAY, number=7)

    moved = care.act(appointments.change_appointment, row, version=row.version, wanted=wanted)

    assert (moved.starts_at, moved.version) == (wanted.starts_at, row.version + 1)
    with pytest.raises(ChangedMeanwhile):
        care.act(appointments.change_appointment, row, version=row.version, wanted=wanted)


def test_cancelling_again_is_nothing_and_what_is_cancelled_is_not_recorded(care, edge):
    row = care.make(hours=1)
    for _ in range(2):
        care.act(appointments.cancel_appointment, row)

    assert edge.acts()[Act.APPOINTMENT_CANCELLED] == 1
    with pytest.raises(MoveNotAllowed):
        care.act(appointments.record_outcome, row, status="kept")


def record(care, row, **given):
    return care.act(appointments.record_outcome, row, **{"status": "missed"} | given)


def test_a_no_show_that_is_recorded_twice_is_recorded_once(care, edge):
    row = care.make(hours=1)

    for _ in range(2):
        record(care, row, version=row.version)

    assert care.now(row).status is AppointmentStatus.MISSED
    assert edge.acts()[Act.APPOINTMENT_RECORDED] == 1


def test_of_two_who_record_it_differently_at_the_same_moment_the_second_is_told(
    care, make, meanwhile
):
    row = care.make(hours=1)
    given = {"actor": care.clinician, "appointment_id": row.id, "at": make.now}

    problem = meanwhile(
        lambda session: appointments.record_outcome(
            session, **given, status="kept", version=row.version
        ),
        lambda: record(care, row, version=row.version),
    )

    assert isinstance(problem, ChangedMeanwhile)
    assert care.now(row).status is AppointmentStatus.KEPT


def test_a_wrong_click_can_be_put_right(care):
    row = care.make(hours=1)
    missed = record(care, row, version=row.version)

    assert record(care, row, status="kept", version=missed.version).status == "kept"


def test_after_a_no_show_what_comes_next_is_kept_and_the_new_time_is_made_at_once(care, make):
    row = care.make(hours=1, number=2)
    with pytest.raises(InputRefused) as refused:
        record(care, row, step="new_time")
    assert refused.value.problems == {"new_day": "time_with_step"}

    record(care, row, step="new_time", new_time=make.now + 3 * DAY, agreed="Will bring a friend")

    first, second = sorted(care.rows(), key=lambda each: each.starts_at)
    assert care.opened(first).details.agreed == "Will bring a friend"
    assert care.opened(first).details.step is NextStep.NEW_TIME
    assert care.opened(second).details.number == 2


def test_after_a_session_that_took_place_the_number_goes_on(care, make):
    row = care.make(hours=1, number=2)

    record(care, row, status="kept", step="new_time", new_time=make.now + 3 * DAY)

    assert sorted(care.opened(each).details.number for each in care.rows()) == [2, 3]


def test_what_is_still_to_come_is_not_recorded(care):
    with pytest.raises(MoveNotAllowed):
        record(care, care.make(hours=30))


def test_nobody_else_reads_moves_or_records_it(care, make, edge):
    row = care.make(hours=1)
    stranger = make.actor(Role.CLINICIAN)

    for act in (
        lambda: care.act(appointments.cancel_appointment, row, actor=stranger),
        lambda: record(care, row, actor=stranger),
        lambda: care.make(actor=stranger),
        lambda: edge.look(read_of_person, actor=stranger, person_id=care.person.id, at=make.now),
    ):
        with pytest.raises(AccessDenied):
            act()
    assert edge.look(read_days, actor=stranger, since=make.now, at=make.now) == ()


def test_the_list_holds_today_the_next_days_and_what_nobody_has_recorded(care, edge, make):
    make.appointment(care.case, care.clinician, Wanted(make.now - 3 * DAY))
    make.appointment(care.case, care.clinician, Wanted(make.now - 4 * DAY), status="kept")
    near, double = care.make(), care.make(hours=24.2, even_so=True)
    care.make(hours=24 * 40)

    lines = edge.look(read_days, actor=care.clinician, since=make.now, at=make.now)

    assert [each.booked.starts_at - make.now for each in lines[:1]] == [-3 * DAY]
    assert [each.booked.id for each in lines[1:]] == [near.id, double.id]
    assert [each.overlaps for each in lines] == [False, True, True]
    one = edge.queries(read_days, actor=care.clinician, since=make.now, at=make.now)
    make.appointment(make.case(make.person(), care.clinician), care.clinician)
    assert edge.queries(read_days, actor=care.clinician, since=make.now, at=make.now) == one


def test_the_next_number_is_one_more_than_the_last_that_took_place_or_is_planned(care, edge, make):
    asked = {"actor": care.clinician, "person_id": care.person.id, "at": make.now}
    assert edge.look(read_of_person, **asked).number == 1
    care.make(number=4)
    make.appointment(
        care.case, care.clinician, Wanted(make.now + 9 * DAY, number=9), status="cancelled"
    )

    assert edge.look(read_of_person, **asked).number == 5


def test_the_person_sees_when_how_and_where_and_nobody_elses(care, edge, make):
    row = care.make()
    make.appointment(make.case(make.person(), care.clinician), care.clinician)

    own = edge.look(read_own, actor=care.member, at=make.now)

    assert [each.id for each in own.to_come(make.now)] == [row.id]
    assert edge.look(next_start, actor=care.member, at=make.now) == row.starts_at
    by_link = replace(care.member, window_id=make.window(care.person.id).id)
    assert edge.look(next_start, actor=by_link, at=make.now) is None


def test_a_calendar_also_holds_what_was_cancelled(care, edge, make):
    row = care.make()
    care.act(appointments.cancel_appointment, row)

    (found,) = edge.look(read_calendar, actor=care.clinician, at=make.now)

    assert found.status is AppointmentStatus.CANCELLED and found.version == row.version + 1


def test_todays_and_unrecorded_ones_are_tasks_of_whoever_they_are_with(care, edge, make):
    def due(actor):
        return edge.look(lambda session: session.execute(appointments_of(actor, make.now)).all())

    row = care.make(hours=1)
    old = make.appointment(care.case, care.clinician, Wanted(make.now - 2 * DAY))
    care.make(hours=48)

    assert sorted(due(care.clinician)) == sorted(
        (care.person.id, "appointment", each.starts_at) for each in (row, old)
    )
    assert due(make.actor(Role.CLINICIAN)) == []


def test_kept_days_are_what_a_time_axis_needs(care, make):
    kept = make.appointment(care.case, care.clinician, Wanted(make.now - DAY), status="kept")
    make.appointment(care.case, care.clinician, Wanted(make.now - 2 * DAY), status="missed")

    assert booked.kept_days(care.rows()) == [kept.starts_at.date()]
