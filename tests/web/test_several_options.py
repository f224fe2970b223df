"""A question with boxes: several may be ticked, and together they are one answer."""

import re

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from models.instruments import AnswerRefused
from models.instruments.payload import respond
from welfare.errors import AnswersRefused
from welfare.web import forms, questionnaire
from welfare.web.result_words import plain_result


@pytest.fixture
def language():
    app = Flask("welfare.web")
    Babel(app)
    with app.test_request_context():
        yield "en"


def sent(*pairs):
    return MultiDict(pairs)


@pytest.mark.parametrize(
    ("ticked", "answer"),
    [
        (["8"], 8),
        (["1", "8"], 9),
        (["8", "1", "1"], 9),
        (["1", "2", "4", "8", "16"], 31),
        (["32"], 32),
        (["none"], None),
    ],
)
def test_ticked_boxes_become_one_answer(ticked, answer):
    form = sent(*(("lec-5.3", value) for value in ticked))

    assert forms.part_answers(form, "lec-5") == {"3": answer}


@pytest.mark.parametrize(
    "ticked", [["none", "1"], ["1", "x"], ["-1"], ["9" * 5000], ["1", "9" * 5000], ["1", ""]]
)
def test_boxes_that_make_no_answer_are_refused_by_name(ticked):
    form = sent(*(("lec-5.3", value) for value in ticked))

    with pytest.raises(AnswersRefused) as refused:
        forms.part_answers(form, "lec-5")

    assert refused.value.problems == {"lec-5.3": "not_offered"}


def test_does_not_apply_beside_a_route_is_refused_when_it_is_scored():
    answers = forms.part_answers(sent(("lec-5.3", "1"), ("lec-5.3", "32")), "lec-5")

    with pytest.raises(AnswerRefused, match=r"lec-5\.3"):
        respond("lec-5", answers, language="en", sex=None)


def test_a_question_with_one_answer_never_adds_up_what_is_sent_twice():
    form = sent(("phq-9.3", "1"), ("phq-9.3", "2"))

    assert forms.part_answers(form, "phq-9") == {"3": 1}


def test_a_page_that_is_shown_again_keeps_every_box(language):
    form = sent(("lec-5.3", "1"), ("lec-5.3", "32"), ("lec-5.4", "none"))

    items = questionnaire.items(
        "lec-5", forms.as_chosen(form, "lec-5"), {"lec-5.3": "not_offered"}, language=language
    )

    assert [items[place]["chosen"] for place in (2, 3, 4)] == [["1", "32"], ["none"], None]
    assert items[2]["error"]


def test_a_kept_answer_ticks_its_boxes_again(language):
    items = questionnaire.items("lec-5", {"1": "9", "2": "32"}, {}, language=language)

    assert [items[place]["chosen"] for place in (0, 1)] == [["1", "8"], ["32"]]
    assert items[0]["several"]
    assert items[0]["alone"] == [32]


def test_a_question_with_one_answer_has_no_boxes(language):
    item = questionnaire.items("phq-9", {"1": "2"}, {}, language=language)[0]

    assert (item["several"], item["chosen"]) == (False, "2")


def test_an_answer_of_several_boxes_is_read_with_all_of_them(language):
    options = {1: "Happened to me", 2: "Witnessed it", 8: "Part of my job"}

    assert questionnaire.label(options, 9) == "Happened to me; Part of my job"


def test_a_form_without_a_cut_point_says_nothing_about_open_questions(language):
    whole = respond("lec-5", {str(n): 32 for n in range(1, 18)}, language=language, sex=None)
    half = respond("lec-5", {"1": 32}, language=language, sex=None)

    assert plain_result(whole).result == "There is no result to show here"
    assert plain_result(half).result == "Some questions were left open"
    assert not re.search("cut|score|positive", plain_result(whole).meaning)
