"""Form parts: our fields say the same to assistive technology as the library they follow."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined

# What the two may differ in: extras of ours, and hooks for a script that we do not load.
OURS_ALONE = {"aria-invalid", "data-module", "data-error-summary", "tabindex", "spellcheck"}
# We draw our own headings on labels and legends.
FREE_CLASSES = re.compile(r"\s?govuk-(label|fieldset__legend)--[sml]\b")

PAIRS = {
    "input": (
        "{{ input('a', 'b', 'Label', hint='Hint', value='v', error='Wrong', autocomplete='off') }}",
        "{{ govukInput({'id': 'a', 'name': 'b', 'label': {'text': 'Label'},"
        " 'hint': {'text': 'Hint'}, 'value': 'v', 'errorMessage': {'text': 'Wrong'},"
        " 'autocomplete': 'off'}) }}",
    ),
    "textarea": (
        "{{ textarea('a', 'b', 'Label', value='v') }}",
        "{{ govukTextarea({'id': 'a', 'name': 'b', 'label': {'text': 'Label'}, 'value': 'v'}) }}",
    ),
    "select": (
        "{{ select('a', 'b', 'Label', [('1', 'One'), ('2', 'Two')], value=2, error='Wrong') }}",
        "{{ govukSelect({'id': 'a', 'name': 'b', 'label': {'text': 'Label'}, 'value': '2', 'items':"
        " [{'value': '1', 'text': 'One'}, {'value': '2', 'text': 'Two'}],"
        " 'errorMessage': {'text': 'Wrong'}}) }}",
    ),
    "radios": (
        "{{ radios('a', 'b', 'Legend', [('1', 'One'), ('2', 'Two', 'More')], 1, 'Hint',"
        " 'Wrong') }}",
        "{{ govukRadios({'idPrefix': 'a', 'name': 'b', 'value': '1', 'hint': {'text': 'Hint'},"
        " 'fieldset': {'legend': {'text': 'Legend'}}, 'errorMessage': {'text': 'Wrong'}, 'items':"
        " [{'value': '1', 'text': 'One'},"
        " {'value': '2', 'text': 'Two', 'hint': {'text': 'More'}}]}) }}",
    ),
    "checkboxes": (
        "{{ checkboxes('a', 'b', 'Legend', [('1', 'One'), ('2', 'Two')], ['2']) }}",
        "{{ govukCheckboxes({'idPrefix': 'a', 'name': 'b', 'values': ['2'],"
        " 'fieldset': {'legend': {'text': 'Legend'}}, 'items':"
        " [{'value': '1', 'text': 'One'}, {'value': '2', 'text': 'Two'}]}) }}",
    ),
    "error summary": (
        "{{ error_summary([('a', 'Wrong')], 'Check') }}",
        "{{ govukErrorSummary({'titleText': 'Check', 'errorList':"
        " [{'text': 'Wrong', 'href': '#a'}]}) }}",
    ),
}
IMPORT_OURS = (
    '{% from "parts/forms.html" import checkboxes, error_summary, input, radios %}'
    '{% from "parts/forms.html" import select, textarea %}'
)
IMPORT_THEIRS = "".join(
    f'{{% from "govuk_frontend_jinja/components/{part}/macro.html" import {macro} %}}'
    for part, macro in [
        ("input", "govukInput"),
        ("textarea", "govukTextarea"),
        ("select", "govukSelect"),
        ("radios", "govukRadios"),
        ("checkboxes", "govukCheckboxes"),
        ("error-summary", "govukErrorSummary"),
    ]
)


class Outline(HTMLParser):
    """Every tag with its attributes, and every word between them, in order."""

    def __init__(self, text):
        super().__init__()
        self.parts = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        kept = {name: value for name, value in attrs if name not in OURS_ALONE}
        if "class" in kept:
            kept["class"] = FREE_CLASSES.sub("", kept["class"]).strip()
        self.parts.append((tag, sorted(kept.items(), key=str)))

    def handle_data(self, data):
        if data.strip():
            self.parts.append(data.strip())


@pytest.fixture
def pages():
    app = Flask("welfare.web")
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("welfare.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    Babel(app)
    with app.test_request_context():
        yield app


@pytest.mark.parametrize("part", sorted(PAIRS))
def test_our_field_has_the_outline_of_the_library(pages, part):
    ours, theirs = PAIRS[part]

    ours_outline = Outline(render_template_string(IMPORT_OURS + ours)).parts
    theirs_outline = Outline(render_template_string(IMPORT_THEIRS + theirs)).parts

    assert ours_outline == theirs_outline


def test_an_error_names_its_field_and_what_people_typed_is_escaped(pages):
    pages.jinja_env.undefined = StrictUndefined

    html = render_template_string(
        IMPORT_OURS + "{{ input('a', 'b', 'Label', value=typed, error='Wrong') }}",
        typed='"><script>',
    )

    assert 'aria-describedby="a-error"' in html
    assert "<script>" not in html
