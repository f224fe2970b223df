"""The sealed summary: the last results of each questionnaire, oldest first, of one size."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.instruments import ON_OFFER
from models.instruments.payload import Payload, respond
from models.instruments.summary import POINTS_KEPT, SIZE, add_results, read_results
from models.programmes import load
from models.vocabulary import Phase

START = date(2020, 1, 1)


def gad(first, second=0):
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return Payload(
        at, "r/1", (respond("gad-2", {"1": first, "2": second}, language="en", sex=None),)
    )


def summary_of(days):
    summary = None
    for number in days:
        day = START + timedelta(days=number)
        summary = add_results(summary, gad(number % 4), day=day, phase=Phase.POST)
    return summary


def test_a_result_comes_back_with_its_day_phase_and_verdict():
    summary = add_results(None, gad(3, 1), day=START, phase=Phase.RETURN)

    (point,) = read_results(json.loads(json.dumps(summary)))["gad-2"]

    assert (point.day, point.total, point.positive, point.phase) == (START, 4, True, Phase.RETURN)


def test_an_incomplete_form_is_kept_without_a_total():
    summary = add_results(None, gad(1, None), day=START, phase=Phase.POST)

    (point,) = read_results(summary)["gad-2"]

    assert (point.total, point.positive) == (None, None)


@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=15))
def test_the_latest_results_are_kept_oldest_first_whatever_order_they_came_in(days):
    kept = [point.day for point in read_results(summary_of(days)).get("gad-2", [])]

    latest = sorted(START + timedelta(days=number) for number in days)[-POINTS_KEPT:]
    assert kept == latest
    assert all(earlier <= later for earlier, later in pairwise(kept))


def test_results_of_several_questionnaires_are_kept_apart():
    both = Payload(
        datetime(2024, 1, 1, tzinfo=UTC),
        "r/1",
        (
            respond("gad-2", {"1": 0, "2": 0}, language="en", sex=None),
            respond("k6", {}, language="en", sex=None),
        ),
    )

    results = read_results(add_results(summary_of([1, 2]), both, day=START, phase=Phase.POST))

    assert {code: len(points) for code, points in results.items()} == {"gad-2": 3, "k6": 1}


def test_adding_does_not_change_the_summary_that_was_given():
    earlier = summary_of([1])
    before = json.dumps(earlier)

    add_results(earlier, gad(0), day=START, phase=Phase.POST)

    assert json.dumps(earlier) == before


def test_nobody_has_results_before_the_first():
    assert read_results(None) == {}


def test_the_fullest_summary_of_the_programme_fits_its_sealed_size():
    programme = load("un-contingent")
    codes = (*programme.first_stage, *(gate.opens for gate in programme.gates))
    summary = None
    for number in range(POINTS_KEPT + 1):
        responses = tuple(
            respond(
                code,
                {item.id: item.values[-1] for item in ON_OFFER[code].items},
                language="en",
                sex="female",
            )
            for code in codes
        )
        payload = Payload(datetime(2024, 1, 1, tzinfo=UTC), programme.name, responses)
        day = START + timedelta(days=number)
        summary = add_results(summary, payload, day=day, phase=Phase.UNKNOWN)

    assert len(json.dumps(summary, separators=(",", ":"))) < SIZE
