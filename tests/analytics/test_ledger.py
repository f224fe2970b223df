"""The ledger's rule: nobody is ever taken over the cap within any twelve months."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.release.ledger import DEFAULT, Spending, counted_from, over_cap, spent

HALF = Fraction(1, 2)
NEW_YEAR = date(2026, 1, 1)


def line(person, day, epsilon=HALF):
    return Spending(person=person, epsilon=epsilon, day=day)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 7, 1), date(2025, 7, 1)),
        (date(2025, 3, 1), date(2024, 3, 1)),
        (date(2024, 2, 29), date(2023, 2, 28)),
    ],
)
def test_a_year_back_is_the_same_day_and_counts(day, first):
    assert counted_from(day) == first


def test_spending_older_than_a_year_is_forgotten_to_the_day():
    lines = [line("a", date(2025, 6, 30)), line("a", date(2025, 7, 1)), line("b", NEW_YEAR)]

    assert spent(lines, on=date(2026, 7, 1)) == {"a": HALF, "b": HALF}


def test_a_line_from_a_clock_that_runs_ahead_still_counts():
    assert spent([line("a", date(2027, 1, 1))], on=NEW_YEAR) == {"a": HALF}


@pytest.mark.parametrize(
    ("already", "refused"),
    [
        ({}, set()),
        ({"a": Fraction(1)}, set()),
        ({"a": Fraction(101, 100)}, {"a"}),
        ({"a": Fraction(3, 2), "x": Fraction(9)}, {"a"}),
        ({"a": Fraction(3, 2), "b": Fraction(5, 4)}, {"a", "b"}),
    ],
)
def test_a_release_is_refused_for_those_it_would_take_over_the_cap(already, refused):
    assert over_cap(["a", "b"], already=already, cost=DEFAULT.headline) == refused


def test_the_default_allowance_turns_a_suspicion_of_12_per_cent_into_38_at_most():
    odds = Fraction(12, 88)

    worst = float(odds) * 2.718281828459045 ** float(DEFAULT.cap)

    assert (DEFAULT.headline, DEFAULT.cap) == (HALF, Fraction(3, 2))
    assert worst / (1 + worst) == pytest.approx(0.38, abs=0.005)


@given(
    some.lists(
        some.tuples(
            some.integers(0, 1500),
            some.sets(some.sampled_from("abcd"), min_size=1),
            some.fractions(Fraction(1, 20), Fraction(1)),
        ),
        max_size=30,
    )
)
def test_no_twelve_months_ever_hold_more_than_the_cap(attempts):
    kept = []
    for after, people, cost in sorted(attempts, key=lambda attempt: attempt[0]):
        day = NEW_YEAR + timedelta(days=after)
        if not over_cap(people, already=spent(kept, on=day), cost=cost):
            kept += [line(person, day, cost) for person in people]

    for last in {each.day for each in kept}:
        window = [each for each in kept if counted_from(last) <= each.day <= last]
        for person in "abcd":
            assert sum(each.epsilon for each in window if each.person == person) <= DEFAULT.cap
