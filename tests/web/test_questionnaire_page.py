"""Questionnaire page: one native group of choices for each question, also without any script."""

import re

import pytest
from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import StrictUndefined

CONTACT = {"name": "Duty clinician", "phone": "+254 (20) 555 0142", "hours": "Day and night"}
OPTIONS = [("0", "Not at all"), ("1", "Several days")]


def item(number, **changes):
    code = f"made-up.{number}"
    plain = {
        "id": code,
        "name": code,
        "text": f"Question text {number}",
        "options": OPTIONS,
        "chosen": None,
        "error": None,
        "critical": False,
    }
    return plain | changes


@pytest.fixture
def page():
    app = Flask("welfare.web")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    Babel(app)
    frame = {
        "lang": "en",
        "direction": "ltr",
        "site_name": "Welfare",
        "home_url": "/en/",
        "help_url": "/en/support",
        "asset": lambda name: f"/static/dist/{name}",
        "nav": [],
        "languages": [],
        "actor_label": None,
        "sign_out_url": None,
    }

    def render(*items, **context):
        words = {"title": "Mood", "stem": "How often?", "recall": "Last week.", "items": items}
        usual = {
            "words": words,
            "position": "Part 1 of 2",
            "action": "/send",
            "back_url": None,
            "hidden": {"submission": "0190"},
            "contacts": [CONTACT],
            "support_text": ["A clinician will call you."],
        }
        with app.test_request_context():
            return render_template("questionnaire/instrument.html", **(frame | usual | context))

    return render


def test_every_question_repeats_the_stem_and_ends_with_prefer_not_to_answer(page):
    html = page(item(1), item(2))

    assert html.count("Last week. How often?") == 2
    values = re.findall(r'name="made-up\.1" type="radio" value="(\w+)"', html)
    assert values == ["0", "1", "none"]


def test_a_question_may_bring_its_own_stem_or_none_at_all(page):
    html = page(item(0, stem=""), item(1, stem="Another stem."), item(2, stem=None))

    assert re.findall(r'class="w-item__stem">(.*?)<', html) == [
        "Another stem.",
        "Last week. How often?",
    ]


def test_only_answers_above_zero_on_a_critical_item_open_the_support_box(page):
    html = page(item(1), item(9, critical=True))

    raising = re.findall(r'name="([\w.-]+)" type="radio" value="(\w+)" data-above', html)

    assert raising == [("made-up.9", "1")]
    assert html.count('class="w-support"') == 1
    assert "You are not in trouble for telling us." in html
    assert 'href="tel:+254205550142"' in html
    assert "<bdi>+254 (20) 555 0142</bdi>" in html


def test_zero_is_an_answer_and_stays_chosen(page):
    html = page(item(1, chosen="0"))

    assert re.findall(r'value="(\w+)" checked', html) == ["0"]


def test_a_question_with_several_answers_has_boxes_that_keep_their_ticks(page):
    options = [(1, "Happened"), (2, "Witnessed"), (32, "Does not apply")]
    html = page(item(1, options=options, several=True, alone=[32], chosen=["1", "2"]))

    boxes = re.findall(
        r'name="made-up\.1" type="(\w+)" value="(\w+)"( data-alone)?( checked)?', html
    )
    assert boxes == [
        ("checkbox", "1", "", " checked"),
        ("checkbox", "2", "", " checked"),
        ("checkbox", "32", " data-alone", ""),
        ("checkbox", "none", " data-alone", ""),
    ]
    assert "You may choose more than one answer." in html


def test_a_question_with_boxes_that_was_not_answered_has_none_ticked(page):
    html = page(item(1, several=True, alone=[], chosen=None))

    assert " checked" not in html


def test_an_error_is_in_the_title_the_summary_and_beside_its_question(page):
    html = page(item(1), item(2, error="Choose an answer to question 2."), page_error=True)

    assert "<title>Error: Mood" in html
    assert '<a href="#item-made-up.2-1">Choose an answer to question 2.</a>' in html
    assert 'id="item-made-up.2-1"' in html
    assert 'aria-describedby="item-made-up.2-error"' in html
    assert "made-up.1-error" in html
    assert 'aria-describedby="item-made-up.1-error"' not in html


def test_a_question_that_depends_on_another_says_so_without_script(page):
    html = page(item(0), item(1, shown_when="made-up.0=1", shown_hint="Only after a yes."))

    assert 'data-shown-when="made-up.0=1"' in html
    assert "Only after a yes." in html


def test_the_form_carries_its_token_its_hidden_fields_and_both_buttons(page):
    html = page(item(1))

    assert '<input type="hidden" name="csrf_token" value="token">' in html
    assert '<input type="hidden" name="submission" value="0190">' in html
    assert re.findall(r'name="then" value="(\w+)"', html) == ["next", "later"]


def test_the_way_to_help_is_in_header_and_footer(page):
    assert page(item(1)).count('class="w-help" href="/en/support"') == 2
