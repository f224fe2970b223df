"""Every sentence of ours can be translated; no address and no log tells of an illness."""

import ast
import re

import pytest
from flask import Flask
from flask_babel import Babel

from tests.architecture.code import ROOMS, TEMPLATES, calls, short
from welfare.gateways.letters import WORDS

TAGS = re.compile(r"<!--.*?-->|<[^<>]*>|aria-\w+=\"[^\"]*\"", re.DOTALL)
SAYING = re.compile(
    r"""\b(?:alt|aria-label|content|placeholder|title)=["']([^"'<>{}]*[^\W\d_][^"'<>{}]*)"""
)
UNITS = {"UTC", "c"}  # [c] marks a figure that is not published
NOT_PROSE = {"width=device-width, initial-scale=1", "#0d3640"}  # for browsers only
CLINICAL = re.compile(
    r"phq|gad-?\d|pcl|ptsd|audit-?c|depress|anxi|suicid|alcohol|trauma|mental|diagnos|answer|score"
    r"|critical|crisis",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def jinja():
    app = Flask("welfare.web")
    Babel(app)
    return app.jinja_env


def own_text(jinja, template):
    """What a template says itself, outside tags, statements and expressions."""
    tokens = jinja.lexer.tokenize(template.read_text())
    return "".join(token.value if token.type == "data" else "\x00" for token in tokens)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_of_a_template_goes_through_gettext(jinja, template):
    text = own_text(jinja, template)

    words = re.findall(r"[^\W\d_]+", TAGS.sub(" ", text.replace("\x00", "")))

    assert [word for word in words if word not in UNITS] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_attributes_that_are_read_out_go_through_gettext(jinja, template):
    said = {found for found in SAYING.findall(own_text(jinja, template)) if "\x00" not in found}

    assert said <= NOT_PROSE


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_page_stands_in_the_frame_that_carries_the_help_link(template):
    is_a_part = template.parent.name == "parts" or template.name in (
        "base.html",
        "due_table.html",
        "figures_table.html",
    )
    text = template.read_text()

    assert is_a_part or '{% extends "base.html" %}' in text
    assert is_a_part or "{% block footer" not in text


def test_the_frame_links_to_help_twice_outside_every_block():
    frame = next(path for path in TEMPLATES if path.name == "base.html").read_text()
    outside = re.sub(r"\{% block .*?\{% endblock %\}", "", frame, flags=re.DOTALL)

    assert outside.count("{{ help_url }}") == 2


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_never_switch_escaping_off_and_ask_nothing_of_policy(template):
    text = template.read_text()

    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
    assert "current_user" not in text and "role ==" not in text


def test_no_address_holds_a_clinical_word(app):
    telling = {rule.rule for rule in app.url_map.iter_rules() if CLINICAL.search(rule.rule)}

    assert telling == set()


def test_no_log_message_holds_a_clinical_word_or_is_built_from_values():
    messages = [
        (short(room), call.args[0])
        for room in ROOMS
        for name, call in calls(room)
        if re.fullmatch(
            r"(log|logger|logging)\.(debug|info|warning|error|exception|critical)", name
        )
    ]

    assert len(messages) >= 3
    for room, message in messages:
        assert isinstance(message, ast.Constant), f"{room} builds a log message from values"
        assert not CLINICAL.search(message.value), room


def test_letters_say_nothing_that_a_stranger_could_learn_from():
    for subject, body in WORDS.values():
        assert not CLINICAL.search(subject + body)
        assert not re.search(r"\{(?!site|address|link)", subject + body)


def test_raised_errors_carry_no_values():
    """An f-string in an error of ours may hold codes and lists, never a field of a record."""
    holding = [
        (short(room), ast.unparse(call))
        for room in ROOMS
        if short(room).startswith("welfare/services/")
        for name, call in calls(room)
        if name in {"AccessDenied", "RecordNotFound", "MoveNotAllowed", "NotOffered"}
        and call.args
        and not isinstance(call.args[0], ast.Constant)
    ]

    assert holding == []
