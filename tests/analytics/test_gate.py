"""The gate lets good tables through and catches the planted bad ones."""

import json
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.release.gate import examine
from analytics.release.mechanism import make_safe
from analytics.release.noise import DiscreteLaplace
from analytics.release.rows import Cell
from tests.analytics.steady_noise import SteadyNoise
from tests.analytics.test_leaves import BATTALION, COMPANY, forces
from tests.analytics.test_mechanism import POSITIVES, STRENGTHS, table


class Candidate:
    """What an attacker sees of a table, made by hand: the gate reads nothing else."""

    def __init__(self, cells, *, bound=None):
        self.cells = tuple(cells)
        self.bound = bound
        self.mechanism = "planted"
        self.epsilon = Fraction(1, 2)


def row(key, units, value, *, parent=None, roster=40, leaves=1):
    return Cell(key, tuple(units), parent, roster, value, leaves)


def test_a_table_of_the_mechanism_passes():
    report = examine(table(DiscreteLaplace(Fraction(1, 2))), strengths=STRENGTHS, floor=30)

    assert report.passed
    assert (report.rows, report.leaves, report.smallest_remainder) == (7, 4, 40)
    assert report.people_determined == 0


def test_the_report_can_be_stored_and_never_holds_a_figure_of_the_table():
    made = table(DiscreteLaplace(Fraction(1, 2)))

    record = examine(made, strengths=STRENGTHS, floor=30).as_record()

    assert json.loads(json.dumps(record))["passed"] is True
    assert "value" not in json.dumps(record)


@given(forces())
def test_every_table_of_the_mechanism_passes(force):
    units, strengths = force
    made = make_safe(
        measure="m",
        units=units,
        strengths=strengths,
        positives=strengths,
        noise=DiscreteLaplace(Fraction(1, 2)),
    )

    assert examine(made, strengths=strengths, floor=30).passed


def test_a_planted_exact_table_is_caught_and_its_sure_victims_are_counted():
    report = examine(table(SteadyNoise(bound=0)), strengths=STRENGTHS, floor=30)

    assert not report.passed
    assert report.informed_attacker_can_be_certain
    assert report.people_determined == STRENGTHS["bA2"] + STRENGTHS["bB1"]  # nobody, and all


@pytest.mark.parametrize(
    ("blur", "bound", "determined"),
    [(-2, 2, 41), (2, 2, 42), (0, 2, 0), (-1, 5, 0)],
)
def test_noise_with_a_bound_is_caught_even_where_nobody_is_certain_yet(blur, bound, determined):
    report = examine(table(SteadyNoise(blur, bound=bound)), strengths=STRENGTHS, floor=30)

    assert report.people_determined == determined
    assert not report.passed


def test_a_planted_small_leaf_is_caught():
    strengths = {"c1": 25, "c2": 40, "c3": 40}
    made = make_safe(
        measure="m",
        units=COMPANY,
        strengths=strengths,
        positives={},
        noise=DiscreteLaplace(Fraction(1, 2)),
        floor=20,
    )

    report = examine(made, strengths=strengths, floor=30)

    assert report.remainders_below_floor == ("c1",)
    assert not report.passed


def test_a_planted_remainder_between_parent_and_children_is_caught():
    candidate = Candidate(
        [
            row("c", ["c1", "c2", "c3"], 9, roster=90, leaves=2),
            row("c1", ["c1"], 4, parent="c"),
            row("c2", ["c2"], 5, parent="c"),
        ]
    )

    report = examine(candidate, strengths={"c1": 40, "c2": 40, "c3": 10}, floor=30)

    assert report.remainders_below_floor == ("c3",)
    assert report.sums_that_differ == ("c",)


def test_a_planted_overlap_of_two_rows_is_caught():
    candidate = Candidate([row("left", ["a", "m"], 3), row("right", ["m", "z"], 3)])

    report = examine(candidate, strengths={"a": 35, "m": 5, "z": 35}, floor=30)

    assert report.remainders_below_floor == ("m",)


def test_a_total_that_was_blurred_anew_is_caught():
    made = table(DiscreteLaplace(Fraction(1, 2)))
    first = made.cells[0]
    blurred = Cell(first.key, first.units, None, first.roster, first.value + 1, first.leaves)

    report = examine(Candidate([blurred, *made.cells[1:]]), strengths=STRENGTHS, floor=30)

    assert report.sums_that_differ == ("b",)
    assert not report.passed


def test_an_empty_table_gives_nothing_away():
    made = make_safe(
        measure="m",
        units=BATTALION,
        strengths={"bHQ": 24},
        positives={"bHQ": POSITIVES["bHQ"]},
        noise=SteadyNoise(),
    )

    report = examine(made, strengths={"bHQ": 24}, floor=30)

    assert report.passed
    assert (report.rows, report.smallest_remainder) == (0, None)


leaf_cells = some.tuples(some.integers(1, 4), some.integers(-4, 8))


@given(some.lists(leaf_cells, min_size=2, max_size=3), some.integers(0, 3))
def test_the_solved_programme_agrees_with_trying_every_world(leaves, bound):
    parts = [
        row(f"c{place}", [f"c{place}"], value, parent="c", roster=roster)
        for place, (roster, value) in enumerate(leaves)
    ]
    whole = row(
        "c",
        [part.key for part in parts],
        sum(part.value for part in parts),
        roster=sum(part.roster for part in parts),
        leaves=len(parts),
    )
    worlds = [
        world
        for world in product(*(range(part.roster + 1) for part in parts))
        if all(abs(part.value - count) <= bound for part, count in zip(parts, world, strict=True))
        and abs(whole.value - sum(world)) <= bound * len(parts)
    ]
    sure = sum(
        part.roster
        for place, part in enumerate(parts)
        if {world[place] for world in worlds} in ({0}, {part.roster})
    )

    report = examine(Candidate([whole, *parts], bound=bound), strengths={}, floor=30)

    if worlds:
        assert report.people_determined == sure
    assert not report.passed
