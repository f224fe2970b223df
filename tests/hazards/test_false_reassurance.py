"""False reassurance: what was not answered is never called well."""

import pytest

from models.instruments import find
from tests.factories import CALM, CRITICAL
from tests.hazards.scenes import send
from welfare.web.result_words import plain_result


@pytest.mark.parametrize("code", CALM)
def test_a_form_with_open_questions_is_never_called_well(edge, make, code):
    make.reachable()
    declined = {**CALM, code: dict.fromkeys(item.id for item in find(code).items)}

    receipt = send(edge, make, answers=declined)

    response = receipt.payload.response(code)
    assert (response.result.total, response.result.band, response.result.positive) == (
        None,
        None,
        None,
    )


def test_an_open_question_is_said_to_be_open(edge, make, app):
    make.reachable()
    declined = {**CALM, "phq-9": dict.fromkeys(item.id for item in find("phq-9").items)}
    receipt = send(edge, make, answers=declined)

    with app.test_request_context():
        plain = plain_result(receipt.payload.response("phq-9"))

    assert plain.result == "Some questions were left open"


def test_a_low_total_does_not_silence_the_one_answer_that_counts(edge, make):
    make.reachable()

    receipt = send(edge, make, answers=CRITICAL)

    assert receipt.payload.response("phq-9").result.total == 1
    assert receipt.payload.is_positive is False
    assert receipt.alert is not None


def test_an_unanswered_critical_question_is_unknown_and_not_no(edge, make):
    make.reachable()
    declined = {**CALM, "phq-9": {**CALM["phq-9"], "9": None}}

    receipt = send(edge, make, answers=declined)

    assert receipt.alert is None
    assert receipt.payload.response("phq-9").answers["9"] is None
    assert receipt.payload.response("phq-9").result.complete is False
