"""Which questionnaires the first answers open: not knowing never looks like being well."""

from dataclasses import replace

import pytest

from models.instruments import AnswerRefused
from models.programmes import Asking, Gate, GateKind, load, opened_by

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


EITHER = replace(PROGRAMME, gates=(Gate("gad-2", 2, "gad-7", GateKind.EITHER_ITEM),))


@pytest.mark.parametrize(
    ("given", "is_opened"),
    [
        ("00", False),
        ("11", False),
        ("20", True),
        ("02", True),
        ("1-", True),
        ("-0", True),
        ("--", False),
        ("", False),
    ],
)
def test_a_gate_on_either_item_opens_at_one_item_whatever_the_sum(given, is_opened):
    opened = opened_by(EITHER, {"gad-2": anxiety(*given)})

    assert opened == (["gad-7"] if is_opened else [])


def test_a_gate_on_either_item_does_not_wait_for_what_the_form_skips():
    gate = Gate("pc-ptsd-5", 1, "pcl-5", GateKind.EITHER_ITEM)

    assert opened_by(replace(PROGRAMME, gates=(gate,)), {"pc-ptsd-5": trauma(*"0")}) == []


def test_an_answer_that_is_not_offered_is_refused_at_a_gate_on_either_item():
    with pytest.raises(AnswerRefused, match="gad-2.1"):
        opened_by(EITHER, {"gad-2": {"1": 4, "2": 0}})


ALCOHOL = Gate("audit-c", 3, "audit", by_sex={"female": 3, "male": 4})


@pytest.mark.parametrize(
    ("sex", "points", "is_opened"),
    [
        ("female", 2, False),
        ("female", 3, True),
        ("male", 3, False),
        ("male", 4, True),
        (None, 2, False),
        (None, 3, True),
        ("other", 3, True),
    ],
)
def test_a_gate_by_sex_takes_the_lowest_threshold_where_the_sex_is_not_known(
    sex, points, is_opened
):
    answers = {"audit-c": {"1": points, "2": 0, "3": 0}}

    opened = opened_by(replace(PROGRAMME, gates=(ALCOHOL,)), answers, sex=sex)

    assert opened == (["audit"] if is_opened else [])


FULL = replace(PROGRAMME, asking=Asking.FULL)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"pc-ptsd-5": trauma(*"0"), "gad-2": anxiety(*"00")},
        {"pc-ptsd-5": trauma(*"------"), "gad-2": anxiety(*"--")},
        {"pc-ptsd-5": trauma(*"111111"), "gad-2": anxiety(*"33")},
    ],
)
def test_where_everyone_is_asked_everything_every_gate_is_open(answers):
    assert opened_by(FULL, answers) == ["pcl-5", "gad-7"]


def test_where_everyone_is_asked_everything_a_gate_of_another_window_stays_shut():
    short = replace(FULL, first_stage=("phq-9", "gad-2"))

    assert opened_by(short, {}) == ["gad-7"]


def test_two_gates_to_one_questionnaire_open_it_once():
    second = Gate("phq-9", 10, "gad-7")
    both = replace(PROGRAMME, gates=(*PROGRAMME.gates, second))
    answers = {"gad-2": anxiety(*"33"), "phq-9": {str(item): 3 for item in range(1, 10)}}

    assert opened_by(both, answers) == ["gad-7"]
