"""A programme is data: it loads whole, and names only what exists."""

from datetime import timedelta

import pytest

from models.instruments import ON_OFFER
from models.programmes import load
from models.programmes.definition import PRESETS

CODES = sorted(file.stem for file in PRESETS.glob("*.toml"))


def test_there_is_a_starting_programme():
    assert "un-contingent" in CODES


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
        assert rule.times == 1 or rule.every > rule.due - rule.opens


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


def test_an_unknown_programme_is_not_found():
    with pytest.raises(FileNotFoundError):
        load("no-such-programme")
