"""Exact counts of checks that were due: in groups of ten and more, and of nothing else."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.release.counting import Counts
from analytics.release.gate import examine_facts
from analytics.release.leaves import UnitNode
from analytics.release.programme_facts import FactTable, NotAProgrammeFact, count_due
from tests.analytics.test_leaves import BATTALION, COMPANY, forces


def values(table):
    return {cell.key: (cell.value, cell.roster) for cell in table.cells}


def test_groups_of_ten_stand_alone_and_smaller_ones_are_joined():
    counts = Counts({"bA1": 10, "bA2": 12, "bB1": 9, "bB2": 30, "bHQ": 11}, {"bA1": 4, "bB1": 9})

    assert values(count_due(BATTALION, counts)) == {
        "b": (13, 72),
        "bA": (4, 22),
        "bA1": (4, 10),
        "bA2": (0, 12),
        "bB": (9, 39),
        "bHQ": (0, 11),
    }


def test_nobody_and_everybody_are_told_as_they_are():
    counts = Counts({"c1": 12, "c2": 15}, {"c1": 12, "c2": 0})

    assert values(count_due(COMPANY, counts)) == {"c": (12, 27), "c1": (12, 12), "c2": (0, 15)}


def test_fewer_than_ten_in_all_are_not_told():
    table = count_due([UnitNode("c", None, "Company")], Counts({"c": 9}, {"c": 3}))

    assert table.cells == () and not table.places


def test_it_costs_nothing_and_says_so():
    table = count_due(COMPANY, Counts({"c1": 12, "c2": 15}, {}))

    assert (table.epsilon, table.measure, table.floor) == (0, "screenings_due", 10)


@given(forces(), some.randoms(use_true_random=False))
def test_every_table_passes_its_gate_and_no_remainder_is_under_ten(force, chance):
    units, strengths = force
    marked = {unit: chance.randint(0, people) for unit, people in strengths.items()}

    table = count_due(units, Counts(strengths, marked))
    report = examine_facts(table, strengths=strengths)

    assert report.passed
    assert report.smallest_remainder is None or report.smallest_remainder >= 10
    if table.cells:
        assert values(table)[table.cells[0].key] == (sum(marked.values()), sum(strengths.values()))


def test_the_gate_closes_on_a_small_remainder_and_on_a_wrong_sum():
    strengths = {"c1": 12, "c2": 15}
    table = count_due(COMPANY, Counts(strengths, {"c1": 5}))
    object.__setattr__(
        table, "cells", (dataclasses.replace(table.cells[0], value=6), *table.cells[1:])
    )

    assert examine_facts(table, strengths=strengths).sums_that_differ == ("c",)
    assert examine_facts(table, strengths={"c1": 9, "c2": 18}).remainders_below_floor == ("c1",)
    assert not examine_facts(table, strengths=strengths).passed


def test_a_count_of_anything_else_gets_no_table():
    with pytest.raises(NotAProgrammeFact):
        FactTable((), {}, object())
    with pytest.raises(NotAProgrammeFact):
        FactTable((), {}, object(), measure="any_positive_screen")


def test_a_table_cannot_be_renamed_to_carry_another_measure():
    table = count_due(COMPANY, Counts({"c1": 12, "c2": 15}, {}))

    with pytest.raises((NotAProgrammeFact, ValueError)):
        dataclasses.replace(table, measure="any_positive_screen")
