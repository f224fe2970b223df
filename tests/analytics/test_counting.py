"""People are counted, each once, by the roster; frames that break the contract stop it."""

import pandas as pd
import pytest

from analytics.release.counting import count
from analytics.schema import Column, ContractBroken, check


def roster(*rows):
    return pd.DataFrame(rows, columns=["person", "unit", "positive"])


def test_people_are_counted_in_their_unit_whether_or_not_they_answered():
    counts = count(roster(("a", "u1", True), ("b", "u1", False), ("c", "u2", False)), "positive")

    assert counts.strengths == {"u1": 2, "u2": 1}
    assert counts.marked == {"u1": 1, "u2": 0}


def test_a_person_in_two_units_stops_the_count():
    with pytest.raises(ContractBroken, match="person has a value twice"):
        count(roster(("a", "u1", True), ("a", "u2", True)), "positive")


def test_an_empty_roster_counts_nobody():
    assert count(roster(), "positive").strengths == {}


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column("b"), "column b is missing"),
        (Column("a"), "column a has empty values"),
        (Column("a", lowest=2, may_be_empty=True), "column a goes below 2"),
        (Column("a", highest=2, may_be_empty=True), "column a goes above 2"),
        (Column("a", unique=True, may_be_empty=True), "column a has a value twice"),
    ],
)
def test_a_broken_contract_names_the_column_and_no_value(column, said):
    frame = pd.DataFrame({"a": [1, 3, 3, None]})

    with pytest.raises(ContractBroken) as broken:
        check(frame, (column,))

    assert str(broken.value) == said


def test_a_kept_contract_gives_just_its_columns():
    frame = pd.DataFrame({"a": [1, None], "extra": [0, 0]})

    assert list(check(frame, (Column("a", may_be_empty=True),))) == ["a"]
