"""A question that was answered on a shorter form is the same question on the longer one."""

import pytest

from models.instruments import find, languages, words
from models.instruments.carry import CARRIED, carried

PAIRS = [
    (longer, shorter, same)
    for longer, shorter_forms in CARRIED.items()
    for shorter, same in shorter_forms.items()
]
every_pair = pytest.mark.parametrize(("longer", "shorter", "same"), PAIRS)


@every_pair
def test_a_carried_item_has_the_same_words_and_options_in_every_language(longer, shorter, same):
    both = set(languages(longer, find(longer).version)) & set(
        languages(shorter, find(shorter).version)
    )
    assert both
    for language in both:
        long, short = (words(code, find(code).version, language) for code in (longer, shorter))

        for item, asked in same.items():
            assert long.item(item) == short.item(asked)
            assert long.options(item) == short.options(asked)
            assert long.lead(item) == short.lead(asked)


@every_pair
def test_a_carried_item_asks_about_the_same_time_and_takes_the_same_values(longer, shorter, same):
    long, short = find(longer), find(shorter)

    assert long.recall == short.recall
    for item, asked in same.items():
        assert long.item(item).values == short.item(asked).values
        assert long.item(item).reverse == short.item(asked).reverse


def test_every_form_that_a_programme_opens_after_its_own_short_form_is_carried():
    assert set(CARRIED) >= {"gad-7", "audit"}


@pytest.mark.parametrize(
    ("code", "answers", "expected"),
    [
        ("gad-7", {"gad-2": {"1": 3, "2": 1}}, {"1": 3, "2": 1}),
        ("gad-7", {"gad-2": {"1": 3, "2": None}}, {"1": 3, "2": None}),
        ("gad-7", {"gad-2": {"2": 0}}, {"2": 0}),
        ("gad-7", {"phq-2": {"1": 3, "2": 1}}, {}),
        ("gad-7", {}, {}),
        ("audit", {"audit-c": {"1": 4, "2": 2, "3": 1}}, {"1": 4, "2": 2, "3": 1}),
        ("audit", {"audit-c": {"1": 0}}, {"1": 0}),
        ("phq-9", {"phq-2": {"1": 2, "2": 2}}, {"1": 2, "2": 2}),
        ("pcl-5", {"pc-ptsd-5": {"0": 1, "1": 1, "2": 1}}, {}),
        ("k10", {"k6": {"1": 1}}, {}),
        ("unheard-of", {"gad-2": {"1": 1}}, {}),
    ],
)
def test_what_was_answered_is_carried_and_nothing_else(code, answers, expected):
    assert carried(code, answers) == expected


def test_carried_answers_leave_what_was_given_as_it_was():
    given = {"gad-2": {"1": 3, "2": 1}}

    carried("gad-7", given)["1"] = 0

    assert given == {"gad-2": {"1": 3, "2": 1}}
