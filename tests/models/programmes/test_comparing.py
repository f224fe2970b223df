"""Two versions side by side: what differs, and whether it is a matter of care."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from models.programmes import Asking, Interview, load
from models.programmes.comparing import WHOLE, Change, Kind, changes, is_same, kind_of
from tests.models.programmes.made_up import programmes

BASE = load("us-current")
FIRST, *OTHERS = BASE.windows
LONGER = timedelta(days=90)
TIMES = {
    "title": {"title": "Other"},
    "source": {"source": "Other"},
    "grace": {"late_for": LONGER},
    "early": {"early_for": LONGER},
    "leave": {"leave": LONGER},
    "letters": {"reminder_days": (0, 5)},
    "another order": {"windows": (*OTHERS, FIRST)},
    **{
        name: {"windows": (replace(FIRST, **{name: value}), *OTHERS)}
        for name, value in {
            "opens": -90,
            "due": 3,
            "code": "earlier",
            "spacing": 10,
            "exempt_days": 30,
        }.items()
    },
}
CARE = {
    "first stage": {"first_stage": BASE.first_stage[:2]},
    "no gates": {"gates": ()},
    "cut-point": {"gates": (replace(BASE.gates[0], at_least=4), BASE.gates[1])},
    "by sex": {"gates": (replace(BASE.gates[0], by_sex={"female": 3, "male": 4}), BASE.gates[1])},
    "clocks": {"clocks": replace(BASE.clocks, answer_within=timedelta(hours=24))},
    "asking": {"asking": Asking.FULL},
    "interview": {"interview": Interview.NONE},
    "own questions": {"windows": (replace(FIRST, instruments=("phq-9",)), *OTHERS)},
}


@pytest.mark.parametrize("name", TIMES)
def test_when_people_are_asked_is_a_matter_of_windows(name):
    assert kind_of(BASE, replace(BASE, **TIMES[name])) is Kind.WINDOWS


@pytest.mark.parametrize("name", CARE)
def test_what_people_are_asked_and_what_follows_is_a_matter_of_care(name):
    changed = replace(BASE, **CARE[name])

    assert kind_of(BASE, changed) is Kind.CARE
    assert kind_of(changed, BASE) is Kind.CARE
    assert kind_of(BASE, replace(changed, **TIMES["grace"])) is Kind.CARE


def test_taking_away_a_window_that_asks_something_else_is_a_matter_of_care():
    asks = replace(BASE, windows=(replace(FIRST, instruments=("phq-9",)), *OTHERS))

    assert kind_of(asks, replace(asks, windows=asks.windows[1:])) is Kind.CARE


def test_asking_nobody_anything_is_a_matter_of_care():
    nobody = replace(BASE, windows=())

    assert kind_of(BASE, nobody) is Kind.CARE
    assert kind_of(nobody, BASE) is Kind.WINDOWS


def test_the_questions_of_one_window_in_another_are_a_matter_of_care():
    few = ("phq-9",)
    here = replace(BASE, windows=(replace(FIRST, instruments=few), *OTHERS))
    there = replace(BASE, windows=(FIRST, replace(OTHERS[0], instruments=few), *OTHERS[1:]))

    assert kind_of(here, there) is Kind.CARE


def test_every_difference_is_told_once_with_its_window():
    new = replace(
        BASE,
        late_for=LONGER,
        interview=Interview.NONE,
        windows=(replace(FIRST, opens=-90, due=-5), *OTHERS[1:], replace(FIRST, code="new")),
    )

    assert changes(BASE, new) == (
        Change("late_for", BASE.late_for, LONGER),
        Change("interview", BASE.interview, Interview.NONE),
        Change("opens", -120, -90, "before"),
        Change("due", -1, -5, "before"),
        Change(WHOLE, OTHERS[0], None, OTHERS[0].code),
        Change(WHOLE, None, replace(FIRST, code="new"), "new"),
    )


@given(programmes(), programmes())
def test_what_is_the_same_has_no_differences_and_what_differs_has_some(one, other):
    assert changes(one, one) == ()
    assert is_same(one, replace(one, code="other", version="77", made_from="blank/1"))
    assert is_same(one, other) == is_same(other, one)
    if changes(one, other):
        assert not is_same(one, other)
