"""What an answer, a paper, the spacing, a waiver and an incident do to the windows of a person."""

from dataclasses import replace

import pytest

from models.programmes import (
    Anchor,
    Facts,
    Kept,
    Reason,
    WindowRule,
    load,
    load_named,
    schedule,
)
from models.vocabulary import Phase, WindowStatus
from tests.models.programmes.lives import answered, day, put_aside, stay, table, the

STARTING = load_named("un-contingent/1")  # without incidents of its own
OF_2013 = load("us-2013")
CANADA = load("canada")
HOME = Facts(deployments=(stay("2027-05-01", "2027-12-01"),))


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2028-02-28", WindowStatus.EARLY),
        ("2028-02-29", WindowStatus.IN_WINDOW),
        ("2028-05-29", WindowStatus.IN_WINDOW),
        ("2028-05-30", WindowStatus.LATE),
        ("2031-01-01", WindowStatus.LATE),
    ],
)
def test_early_in_the_window_and_late_are_told_apart(on, status):
    asked = the(schedule(HOME, CANADA, day("2028-02-01")), "after")

    found = the(schedule(answered(HOME, asked, day(on)), CANADA, day("2031-01-01")), "after")

    assert (found.status, found.reason) == (status, None)
    assert found.answered_by is not None and found.answered_by.day == day(on)
    assert found.held == asked.held


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2028-01-29", WindowStatus.MISSED),
        ("2028-01-30", WindowStatus.EARLY),
        ("2028-03-01", WindowStatus.IN_WINDOW),
        ("2028-07-28", WindowStatus.LATE),
        ("2028-07-29", WindowStatus.MISSED),
    ],
)
def test_a_paper_without_a_window_counts_from_the_early_days_to_the_end_of_the_grace(on, status):
    paper = Kept(day(on), Phase.POST)

    found = the(schedule(replace(HOME, kept=(paper,)), CANADA, day("2029-01-01")), "after")

    assert found.status is status


def test_a_paper_of_another_phase_answers_nothing():
    papers = tuple(Kept(day("2028-03-01"), phase) for phase in (Phase.ANNUAL, Phase.UNKNOWN))

    windows = schedule(replace(HOME, kept=papers), CANADA, day("2028-03-02"))

    assert the(windows, "after").status is WindowStatus.OPEN


def test_of_several_windows_a_paper_answers_the_one_it_lies_in():
    paper = Kept(day("2028-05-29"), Phase.POST)

    windows = schedule(replace(HOME, kept=(paper,)), OF_2013, day("2028-06-01"))

    assert the(windows, "after-1").answered_by == paper
    assert the(windows, "after-2").answered_by is None


def test_a_window_opens_only_when_the_spacing_is_over():
    first = the(schedule(HOME, OF_2013, day("2028-05-01")), "after-1")

    found = the(
        schedule(answered(HOME, first, day("2028-05-29")), OF_2013, day("2028-06-01")), "after-2"
    )

    assert (found.opens_on, found.due_by) == (day("2028-08-27"), day("2029-05-29"))
    assert found.status is WindowStatus.NOT_DUE


def test_a_window_that_the_spacing_squeezes_out_is_waived_at_once():
    late = Kept(day("2027-01-31"), Phase.UNKNOWN)  # 90 days on it is 1 May, the departure
    usual = replace(OF_2013, windows=tuple(replace(w, opens=-60) for w in OF_2013.windows[:1]))

    found = the(schedule(replace(HOME, kept=(late,)), usual, day("2027-02-01")), "before")

    assert (found.status, found.reason) == (WindowStatus.WAIVED, Reason.SPACING)
    assert (found.opens_on, found.closes_on) == (day("2027-03-02"), day("2027-03-01"))


def test_a_screening_a_day_earlier_leaves_the_window_its_last_day():
    late = Kept(day("2027-01-30"), Phase.UNKNOWN)
    usual = replace(OF_2013, windows=tuple(replace(w, opens=-60) for w in OF_2013.windows[:1]))

    found = the(schedule(replace(HOME, kept=(late,)), usual, day("2027-02-01")), "before")

    assert (found.opens_on, found.due_by) == (day("2027-04-30"), day("2027-04-30"))


def test_a_declined_and_a_waived_window_say_so_and_keep_their_days():
    asked = the(schedule(HOME, CANADA, day("2028-03-01")), "after")
    no = put_aside(HOME, asked, day("2028-03-01"), is_declined=True)
    waived = put_aside(HOME, asked, day("2028-03-01"), is_declined=False)

    found = [the(schedule(each, CANADA, day("2028-09-01")), "after") for each in (no, waived)]

    assert [(each.status, each.reason) for each in found] == [
        (WindowStatus.DECLINED, None),
        (WindowStatus.WAIVED, Reason.SET_ASIDE),
    ]
    assert {each.held for each in found} == {asked.held}


def test_an_answer_outweighs_a_waiver_of_the_same_window():
    asked = the(schedule(HOME, CANADA, day("2028-03-01")), "after")
    both = answered(
        put_aside(HOME, asked, day("2028-03-01"), is_declined=True), asked, day("2028-04-01")
    )

    found = schedule(both, CANADA, day("2028-09-01"))

    assert [window.status for window in found] == [WindowStatus.IN_WINDOW]


# 72 hours and 28 days after an incident, each with a day or a week to answer.
AFTER_INCIDENT = (
    WindowRule("three-days", Phase.POST, Anchor.INCIDENT, 3, 4),
    WindowRule("four-weeks", Phase.POST, Anchor.INCIDENT, 28, 35),
)
WITH_INCIDENTS = replace(STARTING, windows=(*STARTING.windows, *AFTER_INCIDENT))


def test_the_windows_of_an_incident_leave_those_of_the_deployment_alone():
    known = Facts(deployments=(stay("2028-01-01"),), incidents=(day("2028-06-02"),))

    windows = schedule(known, WITH_INCIDENTS, day("2028-06-05"))

    assert the(windows, "in-mission").status is WindowStatus.OPEN
    assert [str(the(windows, rule.code).opens_on) for rule in AFTER_INCIDENT] == [
        "2028-06-05",
        "2028-06-30",
    ]
    assert the(windows, "three-days").status is WindowStatus.OPEN


def test_an_incident_on_the_day_of_departure_and_two_on_one_day_stay_apart():
    known = Facts(
        deployments=(stay("2028-01-01"),),
        incidents=(day("2028-01-01"), day("2028-01-01"), day("2028-01-05")),
    )

    windows = schedule(known, WITH_INCIDENTS, day("2028-01-29"))

    shown = [w for w in windows if w.code == "three-days"]
    assert [(str(w.cause), w.status) for w in shown] == [
        ("2028-01-01", "missed"),
        ("2028-01-05", "open"),
    ]
    assert the(windows, "before").status is WindowStatus.OPEN


def test_what_happened_after_the_day_is_not_known_on_it():
    asked = the(schedule(HOME, CANADA, day("2028-03-01")), "after")
    known = replace(answered(HOME, asked, day("2028-03-02")), incidents=(day("2028-03-02"),))

    before = schedule(known, WITH_INCIDENTS, day("2028-03-01"))

    assert the(before, "after").status is WindowStatus.OPEN
    assert not [window for window in before if window.code == "three-days"]


def test_a_window_of_an_earlier_version_stays_as_it_was_held():
    asked = the(schedule(HOME, CANADA, day("2028-03-01")), "after")
    known = answered(HOME, asked, day("2028-03-01"))
    rule = replace(CANADA.windows[0], opens=30, due=60)

    changed = schedule(known, replace(CANADA, version="2", windows=(rule,)), day("2028-03-02"))
    gone = schedule(known, replace(CANADA, version="3", windows=()), day("2028-03-02"))

    assert table(changed) == table(gone) == ["after 2028-02-29 2028-05-29 2028-07-28 in-window"]


def test_a_window_is_answered_once_by_the_first_screening_that_names_it():
    asked = the(schedule(HOME, CANADA, day("2028-03-01")), "after")
    known = answered(answered(HOME, asked, day("2028-06-02")), asked, day("2028-03-01"))

    windows = schedule(known, CANADA, day("2028-06-03"))

    assert [window.status for window in windows] == [WindowStatus.IN_WINDOW]


def test_nobody_without_a_deployment_is_asked():
    assert schedule(Facts(), STARTING, day("2028-02-29")) == ()
