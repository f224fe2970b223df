"""From a deployment to its planned windows. The tables were worked out with a calendar, by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.programmes import load, plan
from models.vocabulary import Phase

PROGRAMME = load("un-contingent")
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 1, 1))
LENGTHS = st.one_of(st.none(), st.integers(min_value=0, max_value=3000))

# Departure, return, then: code, phase, opens on, due by.
BY_HAND = {
    "ordinary, half a year": (
        ("2024-01-10", "2024-07-10"),
        """
        before      pre     2023-11-11  2024-01-09
        in-mission  during  2024-06-08  2024-07-08
        return      return  2024-06-10  2024-08-09
        after       post    2024-10-08  2025-01-06
        yearly      annual  2025-07-10  2025-09-08
        yearly      annual  2026-07-10  2026-09-08
        yearly      annual  2027-07-10  2027-09-08
        """,
    ),
    "short, nothing is due in mission": (
        ("2023-03-01", "2023-05-29"),
        """
        before      pre     2022-12-31  2023-02-28
        return      return  2023-04-29  2023-06-28
        after       post    2023-08-27  2023-11-25
        yearly      annual  2024-05-28  2024-07-27
        yearly      annual  2025-05-28  2025-07-27
        yearly      annual  2026-05-28  2026-07-27
        """,
    ),
    "no return yet": (
        ("2024-01-10", None),
        """
        before      pre     2023-11-11  2024-01-09
        in-mission  during  2024-06-08  2024-07-08
        in-mission  during  2024-12-05  2025-01-04
        in-mission  during  2025-06-03  2025-07-03
        in-mission  during  2025-11-30  2025-12-30
        in-mission  during  2026-05-29  2026-06-28
        in-mission  during  2026-11-25  2026-12-25
        in-mission  during  2027-05-24  2027-06-23
        in-mission  during  2027-11-20  2027-12-20
        """,
    ),
    "fourteen months": (
        ("2022-09-05", "2023-11-04"),
        """
        before      pre     2022-07-07  2022-09-04
        in-mission  during  2023-02-02  2023-03-04
        in-mission  during  2023-08-01  2023-08-31
        return      return  2023-10-05  2023-12-04
        after       post    2024-02-02  2024-05-02
        yearly      annual  2024-11-03  2025-01-02
        yearly      annual  2025-11-03  2026-01-02
        yearly      annual  2026-11-03  2027-01-02
        """,
    ),
    "departure on a leap day, home on the day it is due": (
        ("2024-02-29", "2024-08-27"),
        """
        before      pre     2023-12-31  2024-02-28
        in-mission  during  2024-07-28  2024-08-27
        return      return  2024-07-28  2024-09-26
        after       post    2024-11-25  2025-02-23
        yearly      annual  2025-08-27  2025-10-26
        yearly      annual  2026-08-27  2026-10-26
        yearly      annual  2027-08-27  2027-10-26
        """,
    ),
    "home one day before it would be due": (
        ("2024-02-29", "2024-08-26"),
        """
        before      pre     2023-12-31  2024-02-28
        return      return  2024-07-27  2024-09-25
        after       post    2024-11-24  2025-02-22
        yearly      annual  2025-08-26  2025-10-25
        yearly      annual  2026-08-26  2026-10-25
        yearly      annual  2027-08-26  2027-10-25
        """,
    ),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_windows_are_those_worked_out_by_hand(name):
    (from_day, until_day), table = BY_HAND[name]

    planned = plan(
        PROGRAMME,
        from_day=date.fromisoformat(from_day),
        until_day=until_day and date.fromisoformat(until_day),
    )

    said = [(each.code, each.phase, str(each.opens_on), str(each.due_by)) for each in planned]
    assert said == [tuple(line.split()) for line in table.strip().splitlines()]


def planned_for(from_day, length):
    until_day = None if length is None else from_day + timedelta(days=length)
    return until_day, plan(PROGRAMME, from_day=from_day, until_day=until_day)


@given(DAYS, LENGTHS)
def test_every_window_opens_before_it_is_due_and_they_stand_in_order(from_day, length):
    _, planned = planned_for(from_day, length)

    assert all(window.opens_on <= window.due_by for window in planned)
    assert planned == sorted(planned, key=lambda window: (window.opens_on, window.code))


@given(DAYS, LENGTHS)
def test_no_window_is_planned_twice(from_day, length):
    _, planned = planned_for(from_day, length)

    assert len({(window.code, window.opens_on) for window in planned}) == len(planned)


@given(DAYS, LENGTHS)
def test_nothing_is_due_in_mission_after_the_return(from_day, length):
    until_day, planned = planned_for(from_day, length)

    in_mission = [window for window in planned if window.phase is Phase.DURING]
    assert all(window.opens_on >= from_day for window in in_mission)
    assert all(window.due_by <= until_day for window in in_mission if until_day)


@given(DAYS, st.integers(min_value=0, max_value=3000))
def test_a_return_brings_the_return_the_after_and_three_yearly_windows(from_day, length):
    _, planned = planned_for(from_day, length)

    home = [window.code for window in planned if window.phase in ("return", "post", "annual")]
    assert sorted(home) == ["after", "return", "yearly", "yearly", "yearly"]


@given(DAYS, st.integers(min_value=0, max_value=1500))
def test_a_return_that_becomes_known_moves_no_earlier_window(from_day, length):
    """Windows that were planned without it stay, or are left out because home comes first."""
    _, before = planned_for(from_day, None)
    until_day, after = planned_for(from_day, length)

    kept = [window for window in before if window.phase is Phase.PRE or window.due_by <= until_day]
    assert [window for window in after if window.phase in (Phase.PRE, Phase.DURING)] == kept


@given(DAYS, LENGTHS, st.integers(min_value=-400, max_value=400))
def test_a_deployment_moved_by_days_moves_every_window_by_as_many(from_day, length, days):
    _, here = planned_for(from_day, length)
    _, there = planned_for(from_day + timedelta(days=days), length)

    assert [window.opens_on - from_day for window in here] == [
        window.opens_on - from_day - timedelta(days=days) for window in there
    ]


def test_a_window_due_after_the_leave_is_planned_with_the_leave_that_the_programme_assumes():
    planned = plan(load("us-current"), from_day=date(2027, 9, 3), until_day=date(2028, 2, 29))

    said = {each.code: (str(each.opens_on), str(each.due_by)) for each in planned}
    assert said == {
        "before": ("2027-05-06", "2027-09-02"),
        "in-mission": ("2027-09-03", "2028-02-29"),
        "return": ("2028-02-29", "2028-04-20"),
    }


@pytest.mark.parametrize(
    ("until_day", "is_planned"), [(date(2026, 3, 2), False), (date(2026, 3, 3), True)]
)
def test_a_deployment_of_sixty_days_is_exempt_and_one_of_sixty_one_is_not(until_day, is_planned):
    planned = plan(load("canada"), from_day=date(2026, 1, 1), until_day=until_day)

    assert bool(planned) is is_planned


def test_a_blank_programme_plans_nothing():
    assert plan(load("blank"), from_day=date(2026, 1, 1), until_day=date(2026, 7, 1)) == []
