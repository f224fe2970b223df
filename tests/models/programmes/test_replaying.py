"""Old answers under other rules: counted by hand for a few people, one reason each."""

from dataclasses import replace
from uuid import uuid4

import pytest

from models.instruments import find, score
from models.programmes import Asking, Gate, GateKind, load
from models.programmes.replaying import Given, replayed

BASE = load("canada")  # phq-9 and three others; pc-ptsd-5 >= 3 opens pcl-5, gad-2 >= 3 opens gad-7
CALM = {
    "pc-ptsd-5": {"0": 0},
    "phq-9": {str(number): 0 for number in range(1, 10)},
    "gad-2": {"1": 0, "2": 0},
    "audit-c": {"1": 0},
}
PTSD = {"0": 1, "1": 1, "2": 1, "3": 1, "4": 0, "5": 0}  # 3 of 5
WORSE = {str(number): 2 for number in range(1, 21)}  # 40 of 80: above the cut-point of 33
MILD = {str(number): 1 for number in range(1, 21)}  # 20: below
LOW = CALM["phq-9"] | {"9": 2}


def person(answers=CALM, sex="male", window="after", **more):
    given = {**CALM, **answers} | more
    results = [score(find(code), each, sex=sex) for code, each in given.items()]
    return Given(
        person_id=uuid4(),
        occasion=uuid4(),
        window=window,
        sex=sex,
        answers=given,
        positive=frozenset(each.instrument for each in results if each.positive is True),
        critical=tuple(item for each in results for item in each.alerts),
    )


FOUND_AT_3 = person({"pc-ptsd-5": PTSD, "pcl-5": WORSE})
MILD_AT_3 = person({"pc-ptsd-5": PTSD, "pcl-5": MILD})
AT_RISK = person({"phq-9": LOW})
NOBODY = person()
EVERYBODY = [FOUND_AT_3, MILD_AT_3, AT_RISK, NOBODY]
HIGHER = replace(BASE, gates=(replace(BASE.gates[0], at_least=4), BASE.gates[1]))
# Asked about suicide by another questionnaire instead: the old answers to phq-9 were not asked for.
BEHIND_PHQ_2 = replace(
    BASE,
    first_stage=("pc-ptsd-5", "phq-2", "srq-20", "gad-2", "audit-c"),
    gates=(*BASE.gates, Gate("phq-2", 3, "phq-9")),
)


def told(losses):
    return (
        len(losses.not_found),
        len(losses.critical),
        len(losses.asked_more),
        len(losses.asked_less),
        len(losses.unknown),
    )


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (BASE, (0, 0, 0, 0, 0)),
        (HIGHER, (1, 0, 0, 2, 0)),  # both at 3 are asked less; one of them was positive
        (replace(BASE, gates=()), (1, 0, 0, 2, 0)),
        (replace(BASE, asking=Asking.FULL), (0, 0, 4, 0, 0)),
        (BEHIND_PHQ_2, (0, 1, 4, 4, 0)),  # srq-20 is new for all; phq-9 is gone for all
    ],
)
def test_what_is_lost_and_what_is_asked_more_is_counted_by_person(new, expected):
    losses = replayed(BASE, new, EVERYBODY)

    assert told(losses) == expected
    assert (losses.screenings, len(losses.people)) == (4, 4)


def test_the_other_direction_asks_more_and_loses_nobody():
    assert told(replayed(HIGHER, BASE, EVERYBODY)) == (0, 0, 2, 0, 0)


def test_a_gate_on_what_was_not_asked_then_is_unknown_never_well():
    new = replace(BASE, gates=(Gate("k10", 30, "pcl-5"), BASE.gates[1]))

    assert told(replayed(BASE, new, EVERYBODY)) == (0, 0, 0, 0, 1)


def test_a_shorter_form_is_replayed_from_the_longer_one_that_was_answered():
    low = {str(number): 3 for number in range(1, 3)}
    sad = person({"phq-9": CALM["phq-9"] | low | {"9": 1}})

    losses = replayed(BASE, BEHIND_PHQ_2, [sad])

    assert told(losses) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(("sex", "opened"), [("female", 1), ("male", 0), (None, 1)])
def test_a_gate_by_sex_is_held_against_the_sex_of_the_person(sex, opened):
    drinks = {"audit-c": {"1": 1, "2": 1, "3": 1}}
    new = replace(
        BASE, gates=(*BASE.gates, Gate("audit-c", 3, "audit", by_sex={"female": 3, "male": 4}))
    )

    losses = replayed(BASE, new, [person(drinks, sex=sex)])

    assert len(losses.asked_more) == opened


def test_either_item_and_the_sum_lose_different_people():
    new = replace(BASE, gates=(BASE.gates[0], Gate("gad-2", 2, "gad-7", GateKind.EITHER_ITEM)))
    one_high = person({"gad-2": {"1": 2, "2": 0}})
    both_low = person({"gad-2": {"1": 1, "2": 1}})

    losses = replayed(BASE, new, [one_high, both_low])

    assert losses.asked_more == {one_high.person_id}


def test_a_person_counts_once_and_a_part_that_was_sent_early_is_not_another_answer():
    part = replace(AT_RISK, answers={"phq-9": LOW})
    later = replace(AT_RISK, occasion=uuid4())

    losses = replayed(BASE, BEHIND_PHQ_2, [AT_RISK, part, later])

    assert (len(losses.people), len(losses.critical), len(losses.asked_less)) == (1, 2, 1)


def test_a_window_with_its_own_questions_is_replayed_with_those():
    own = replace(BASE.windows[0], instruments=("phq-9",))
    new = replace(BASE, windows=(own,))

    losses = replayed(BASE, new, [FOUND_AT_3, replace(FOUND_AT_3, person_id=uuid4(), window="")])

    assert losses.not_found == {FOUND_AT_3.person_id}
