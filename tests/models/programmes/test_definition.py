"""A programme is data: it loads whole, and names only what exists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.instruments import ON_OFFER
from models.programmes import Anchor, Asking, Interview, codes, load
from models.vocabulary import Phase

CODES = codes()

# As the sources say: window, phase, anchor, opens, due, every.
WRITTEN_DOWN = {
    "blank": "",
    "canada": "after post return 90 180 0",
    "un-contingent": """
        before pre departure -60 -1 0
        in-mission during departure 150 180 180
        return return return -30 30 0
        after post return 90 180 0
        yearly annual return 365 425 365
        incident-early incident incident 0 3 0
        incident-month incident incident 28 42 0
    """,
    "us-2013": """
        before pre departure -120 -1 0
        after-1 post return 90 180 0
        after-2 post return 181 545 0
        after-3 post return 546 910 0
    """,
    "us-current": """
        before pre departure -120 -1 0
        in-mission during departure 0 179 180
        return return return 0 21 0
        after post return 90 180 0
        yearly annual last_screening 305 365 0
    """,
}


def test_the_programmes_are_those_of_the_sources():
    assert set(CODES) == set(WRITTEN_DOWN)


@pytest.mark.parametrize("code", CODES)
def test_the_windows_are_those_that_the_source_names(code):
    said = [
        f"{rule.code} {rule.phase} {rule.anchor} {rule.opens} {rule.due} {rule.every}"
        for rule in load(code).windows
    ]

    assert said == [line.strip() for line in WRITTEN_DOWN[code].strip().splitlines()]


def test_what_else_the_sources_name():
    current, of_2013, canada = (load(code) for code in ("us-current", "us-2013", "canada"))
    rules = {rule.code: rule for rule in current.windows}

    assert rules["return"].due_anchor is Anchor.LEAVE_END
    assert rules["after"].instead_of == "return"
    assert {rule.spacing for rule in of_2013.windows} == {90}
    assert canada.windows[0].exempt_days == 60
    assert canada.interview is Interview.ALWAYS
    assert [rule.times for rule in load("un-contingent").windows] == [1, 8, 1, 1, 3, 1, 1]


def test_a_window_asks_the_first_stage_unless_it_names_its_own_questionnaires():
    programme = load("un-contingent")
    short = replace(programme.windows[0], instruments=("phq-9", "gad-2"))
    asking = replace(programme, windows=(short, *programme.windows[1:]))

    assert asking.for_window("return") is asking
    assert asking.for_window("before").first_stage == ("phq-9", "gad-2")
    assert [gate.opens for gate in asking.for_window("before").gates] == ["gad-7"]


def test_a_questionnaire_that_a_window_asks_anyway_needs_no_gate():
    programme = load("un-contingent")
    whole = replace(programme.windows[0], instruments=("phq-9", "gad-2", "gad-7"))

    assert replace(programme, windows=(whole,)).for_window("before").gates == ()


def test_the_starting_programme_has_neither_interview_nor_spacing():
    programme = load("un-contingent")

    assert (programme.asking, programme.interview) == (Asking.STEPPED, Interview.NONE)
    assert {rule.spacing for rule in programme.windows} == {0}
    assert [rule.code for rule in programme.windows if rule.phase is Phase.ANNUAL] == ["yearly"]


@pytest.mark.parametrize("code", CODES)
def test_a_programme_names_itself_as_its_file_does(code):
    programme = load(code)

    assert programme.code == code
    assert programme.name == f"{code}/{programme.version}"
    assert programme.title
    assert programme.source


@pytest.mark.parametrize("code", CODES)
def test_a_programme_asks_only_questionnaires_that_are_on_offer(code):
    programme = load(code)

    asked = {*programme.first_stage, *(gate.opens for gate in programme.gates)}
    assert asked <= set(ON_OFFER)
    assert {gate.instrument for gate in programme.gates} <= set(programme.first_stage)


@pytest.mark.parametrize("code", CODES)
def test_the_suicide_item_is_asked_of_everyone(code):
    assert "phq-9" in load(code).first_stage


@pytest.mark.parametrize("code", CODES)
def test_every_window_rule_runs_forward_and_repeats_without_overlap(code):
    for rule in load(code).windows:
        assert rule.opens <= rule.due
        assert rule.times >= 1
        is_single = rule.times == 1 or rule.anchor is Anchor.LAST_SCREENING
        assert is_single or rule.every > rule.due - rule.opens


@pytest.mark.parametrize("code", CODES)
def test_the_clocks_leave_time_and_do_not_rest(code):
    clocks = load(code).clocks

    assert timedelta(0) < clocks.nudge_every < clocks.answer_within <= timedelta(days=1)
    assert clocks.nudges_before_escalation >= 1
    assert clocks.nudge_every * clocks.nudges_before_escalation < clocks.answer_within


def test_the_starting_programme_is_the_one_written_down():
    programme = load("un-contingent")

    assert programme.first_stage == ("pc-ptsd-5", "phq-9", "gad-2", "audit-c")
    assert [(gate.instrument, gate.at_least, gate.opens) for gate in programme.gates] == [
        ("pc-ptsd-5", 3, "pcl-5"),
        ("gad-2", 3, "gad-7"),
    ]
    assert programme.clocks.answer_within == timedelta(hours=8)
    assert programme.clocks.nudge_every == timedelta(minutes=30)
    assert programme.late_for == timedelta(days=60)
