"""A screening in words: what was asked, what was answered, what came of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from models.instruments.payload import Payload, respond
from models.instruments.readable import in_words

AT = datetime(2026, 11, 1, tzinfo=UTC)


def payload(code, answers, language="en"):
    return Payload(AT, "made-up/1", (respond(code, answers, language=language, sex="male"),))


def test_every_question_stands_with_its_answer_in_the_words_of_the_form():
    (form,) = in_words(payload("phq-9", {"1": 3, "9": 0}))

    first, ninth = form["items"][0], form["items"][8]
    assert form["title"] == "Patient Health Questionnaire-9 (PHQ-9)"
    assert first["question"].startswith("Over the last 2 weeks")
    assert first["question"].endswith("Little interest or pleasure in doing things")
    assert (first["answer"], first["answer_in_words"]) == (3, "Nearly every day")
    assert (ninth["answer"], ninth["answer_in_words"]) == (0, "Not at all")
    assert form["items"][1]["answer"] is None
    assert form["items"][1]["answer_in_words"] is None


def test_result_version_and_language_are_those_of_the_time():
    whole = payload("gad-2", {"1": 3, "2": 2})
    response = whole.responses[0]
    aged = replace(whole, responses=(replace(response, language="xx"),))

    (form,) = in_words(aged)

    assert (form["instrument"], form["version"], form["language"]) == ("gad-2", "1", "xx")
    assert form["result"]["total"] == 5
    assert form["result"]["positive"] is True
    assert form["items"][0]["answer_in_words"] == "Nearly every day"  # in English, for want of xx


def test_a_form_whose_words_we_do_not_hold_keeps_its_answers():
    (form,) = in_words(payload("isi", {"1": 2}))

    assert form["items"][0] == {
        "item": form["items"][0]["item"],
        "question": None,
        "answer": 2,
        "answer_in_words": None,
    }
    assert json.loads(json.dumps(form)) == form
