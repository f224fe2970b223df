"""`welfare instruments`: what scripts outside rely on."""

import json

import pytest
from click.testing import CliRunner

from models.instruments import ON_OFFER
from welfare.cli.instruments import instruments


def run(*arguments, stdin=b""):
    return CliRunner().invoke(instruments, arguments, input=stdin)


def scored(code, *lines):
    done = run("score", code, stdin=b"\n".join(lines) + b"\n")
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_list_has_one_line_for_each_instrument_under_its_heading():
    lines = run("list").stdout.splitlines()

    assert lines[0].split() == ["code", "version", "items", "title", "words", "licence"]
    assert [line.split()[0] for line in lines[1:]] == list(ON_OFFER)
    assert [line.split()[2] for line in lines[1:3]] == ["6", "20"]


@pytest.mark.parametrize("code", sorted(ON_OFFER))
def test_show_prints_terms_and_items_as_text_and_as_json(code):
    text, as_json = run("show", code), run("show", code, "--json")

    shown = json.loads(as_json.stdout)
    assert (text.exit_code, as_json.exit_code) == (0, 0)
    assert ON_OFFER[code].licence in text.stdout
    assert ON_OFFER[code].citation in text.stdout
    assert [item["id"] for item in shown["items"]] == [item.id for item in ON_OFFER[code].items]
    assert (shown["words"] is not None) is ON_OFFER[code].wording_included


def test_show_prints_the_words_of_the_form_with_their_leads():
    text = run("show", "pc-ptsd-5").stdout

    assert "\nIn the past month, have you\n  1. had nightmares about the event(s)" in text
    assert "  - a war\n" in text


def test_show_without_words_says_so():
    text = run("show", "isi").stdout

    assert "No words are held; a licensed site adds them." in text


def test_score_answers_each_line_with_the_agreed_object():
    status, results = scored(
        "phq-9",
        b'{"answers": {"1": 3, "2": 3, "3": 3, "4": 2, "5": 2, "6": 0, "7": 0, "8": 0, "9": 1}}',
        b'{"answers": {"1": 1, "9": null}}',
    )

    assert status == 0
    assert results[0] == {
        "instrument": "phq-9",
        "version": "1",
        "complete": True,
        "answered": 9,
        "total": 14,
        "scales": {},
        "criteria": {"major_depressive_syndrome": True, "other_depressive_syndrome": False},
        "band": "moderate",
        "positive": True,
        "alerts": ["phq-9.9"],
    }
    assert (results[1]["total"], results[1]["positive"], results[1]["band"]) == (None, None, None)


@pytest.mark.parametrize(
    ("sex", "positive"), [(b'"female"', True), (b'"male"', False), (b"null", None)]
)
def test_score_uses_the_sex_only_for_the_cut_point(sex, positive):
    status, (result,) = scored(
        "audit-c", b'{"answers": {"1": 3, "2": 0, "3": 0}, "sex": ' + sex + b"}"
    )

    assert (status, result["positive"]) == (0, positive)


BAD = [
    (b"nope", "not a JSON object"),
    (b"[1, 2]", "not a JSON object"),
    (b"\xff\xfe{", "not a JSON object"),
    (b'{"answers": [1]}', "'answers' must be an object"),
    (b"{}", "'answers' must be an object"),
    (b'{"answers": {"3": 4}}', "phq-9.3: the answer must be one of 0, 1, 2, 3"),
    (b'{"answers": {"3": true}}', "phq-9.3: the answer must be one of 0, 1, 2, 3"),
    (b'{"answers": {"3": 1.0}}', "phq-9.3: the answer must be one of 0, 1, 2, 3"),
    (b'{"answers": {"3": "1"}}', "phq-9.3: the answer must be one of 0, 1, 2, 3"),
    (b'{"answers": {"3": NaN}}', "phq-9.3: the answer must be one of 0, 1, 2, 3"),
    (b'{"answers": {"11": 0}}', "phq-9.11: no such item on this form"),
    (b'{"answers": {"3": 0, "3": 1}}', "3 is given twice"),
    (b'{"answers": {}, "sex": "femal"}', "phq-9.sex: must be female, male"),
    (b"[" * 100_000, "recursion"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_prints_an_error_and_the_rest_go_on(line, reason):
    good = b'{"answers": {"1": 0}}'

    status, results = scored("phq-9", good, line, good)

    assert status == 1
    assert list(results[1]) == ["error"]
    assert reason in results[1]["error"]
    assert results[0] == results[2]
    assert results[0]["answered"] == 1


def test_blank_lines_are_passed_over():
    status, results = scored("gad-2", b"", b'{"answers": {"1": 3, "2": 0}}', b"   ")

    assert (status, len(results)) == (0, 1)


@pytest.mark.parametrize("command", ["show", "score"])
def test_a_code_that_is_not_held_is_refused_with_those_that_are(command):
    done = run(command, "phq-99")

    assert done.exit_code == 2
    assert "phq-9" in done.stderr
