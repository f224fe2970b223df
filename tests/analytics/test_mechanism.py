"""The mechanism: one draw a leaf, sums of noisy leaves, and nobody else makes a SafeTable."""

import copy
import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from mypy import api as mypy

from analytics.release import safe_table
from analytics.release.mechanism import ImpossibleCount, make_safe
from analytics.release.noise import DiscreteLaplace
from analytics.release.safe_table import MakersMark, NotFromTheMechanism, SafeTable
from tests.analytics.steady_noise import RisingNoise, SteadyNoise
from tests.analytics.test_leaves import BATTALION, forces

STRENGTHS = {"bA1": 40, "bA2": 41, "bB1": 42, "bB2": 43, "bHQ": 24}
POSITIVES = {"bA1": 4, "bA2": 0, "bB1": 42, "bB2": 5, "bHQ": 2}


def table(noise, *, units=BATTALION, strengths=STRENGTHS, positives=POSITIVES, **given):
    return make_safe(
        measure="any_positive_screen",
        units=units,
        strengths=strengths,
        positives=positives,
        noise=noise,
        **given,
    )


def values(made):
    return {cell.key: cell.value for cell in made.cells}


def test_each_leaf_is_blurred_exactly_once():
    noise = RisingNoise()

    made = table(noise)

    assert noise.drawn == 4
    assert values(made) == {
        "b": 4 + 1 + 0 + 2 + 42 + 3 + 7 + 4,
        "bA": 4 + 1 + 0 + 2,
        "bA1": 4 + 1,
        "bA2": 0 + 2,
        "bB+bHQ": 42 + 3 + 7 + 4,
        "bB1": 42 + 3,
        "bB2+bHQ": 7 + 4,
    }


def test_a_floor_under_twenty_is_refused_for_what_people_answered():
    with pytest.raises(ValueError, match="20"):
        table(SteadyNoise(0), floor=19)


def test_noise_is_not_bounded_by_what_is_possible():
    low, high = table(SteadyNoise(-50)), table(SteadyNoise(50))

    assert values(low)["bA2"] == -50
    assert values(high)["bB1"] == 92


def test_one_person_changes_one_leaf_by_one():
    before = values(table(SteadyNoise(3)))
    after = values(table(SteadyNoise(3), positives=POSITIVES | {"bB1": 41}))

    leaf = {key for key in before if before[key] != after[key]}

    assert leaf == {"bB1", "bB+bHQ", "b"}
    assert all(before[key] - after[key] == 1 for key in leaf)


def test_the_table_says_what_it_was_made_with():
    made = table(DiscreteLaplace(Fraction(1, 2)))

    assert (made.epsilon, made.mechanism, made.bound) == (
        Fraction(1, 2),
        "discrete-laplace/1",
        None,
    )


@given(forces(), some.data())
def test_sums_are_exact_to_the_digit(force, data):
    units, strengths = force
    positives = {
        code: data.draw(some.integers(0, strength)) for code, strength in strengths.items()
    }

    made = table(
        DiscreteLaplace(Fraction(1, 2)), units=units, strengths=strengths, positives=positives
    )

    for cell in made.cells:
        parts = [part for part in made.cells if part.parent == cell.key]
        if parts:
            assert cell.value == sum(part.value for part in parts)
            assert cell.leaves == sum(part.leaves for part in parts)


def test_more_people_counted_than_there_are_is_refused():
    with pytest.raises(ImpossibleCount, match="bA1"):
        table(SteadyNoise(), positives={"bA1": 41})


def test_nobody_else_makes_a_safe_table():
    made = table(SteadyNoise())
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}

    with pytest.raises(TypeError):
        SafeTable(**fields)
    with pytest.raises(NotFromTheMechanism):
        SafeTable(**fields, mark=MakersMark())
    with pytest.raises(NotFromTheMechanism):
        safe_table.hand_out_mark()
    with pytest.raises(ValueError, match="mark"):
        dataclasses.replace(made, measure="another")
    with pytest.raises(NotFromTheMechanism):
        copy.copy(made)


def test_a_safe_table_cannot_be_changed():
    made = table(SteadyNoise())

    with pytest.raises(dataclasses.FrozenInstanceError):
        made.epsilon = Fraction(9)
    with pytest.raises(TypeError):
        made.places["b"] = "bA1"


def test_only_the_mechanism_asks_for_the_makers_mark():
    analytics = Path(__file__).parents[2] / "analytics"

    askers = {
        path.name
        for path in analytics.rglob("*.py")
        if "hand_out_mark" in path.read_text() or "_MARK" in path.read_text()
    }

    assert askers == {"safe_table.py", "mechanism.py"}


def test_the_type_checker_refuses_a_safe_table_made_elsewhere(tmp_path):
    forgery = tmp_path / "forgery.py"
    forgery.write_text(
        "from fractions import Fraction\n"
        "from analytics.release.safe_table import SafeTable\n"
        "SafeTable(measure='m', cells=(), places={}, floor=30, epsilon=Fraction(1),\n"
        "          mechanism='none', bound=None)\n"
    )

    said, _, status = mypy.run(["--strict", "--cache-dir", str(tmp_path), str(forgery)])

    assert status == 1
    assert 'Missing named argument "mark"' in said or 'Missing positional argument "mark"' in said
