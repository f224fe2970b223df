"""Which questionnaires the first answers open: not knowing never looks like being well."""

import pytest

from models.instruments import AnswerRefused
from models.programmes import load, opened_by

PROGRAMME = load("un-contingent")


def trauma(*given):
    """PC-PTSD-5: the gate question and its five; `-` stands for declined."""
    return {str(item): None if value == "-" else int(value) for item, value in enumerate(given)}


def anxiety(*given):
    return {str(item): None if value == "-" else int(value) for item, value in enumerate(given, 1)}


@pytest.mark.parametrize(
    ("given", "is_opened"),
    [
        ("0", False),
        ("011111", False),
        ("100000", False),
        ("111000", False),
        ("111100", True),
        ("111111", True),
        ("11--00", True),
        ("1----1", True),
        ("10--00", False),
        ("1-----", True),
        ("-00000", False),
        ("-11100", True),
        ("-", False),
        ("------", False),
    ],
)
def test_the_trauma_gate(given, is_opened):
    opened = opened_by(PROGRAMME, {"pc-ptsd-5": trauma(*given)})

    assert opened == (["pcl-5"] if is_opened else [])


@pytest.mark.parametrize(
    ("given", "is_opened"),
    [
        ("00", False),
        ("20", False),
        ("11", False),
        ("30", True),
        ("12", True),
        ("33", True),
        ("3-", True),
        ("-0", True),
        ("0-", True),
        ("--", False),
        ("", False),
    ],
)
def test_the_anxiety_gate(given, is_opened):
    opened = opened_by(PROGRAMME, {"gad-2": anxiety(*given)})

    assert opened == (["gad-7"] if is_opened else [])


def test_several_open_in_the_order_of_the_programme():
    answers = {"gad-2": anxiety(*"33"), "pc-ptsd-5": trauma(*"111111")}

    assert opened_by(PROGRAMME, answers) == ["pcl-5", "gad-7"]


@pytest.mark.parametrize("answers", [{}, {"phq-9": {"9": 3}}, {"gad-2": {}}])
def test_nothing_answered_at_a_gate_opens_nothing(answers):
    assert opened_by(PROGRAMME, answers) == []


def test_an_answer_that_is_not_offered_is_refused_here_too():
    with pytest.raises(AnswerRefused, match="gad-2.1"):
        opened_by(PROGRAMME, {"gad-2": {"1": 4, "2": 0}})
