"""What a person still has to decide about, and what the form itself leaves out."""

import pytest

from models.instruments import ON_OFFER, find
from models.instruments.asking import shown_when, skipped_items, undecided


@pytest.mark.parametrize("code", sorted(ON_OFFER))
def test_an_empty_form_leaves_every_scored_item_to_decide(code):
    instrument = find(code)

    assert undecided(instrument, {}) == tuple(item.id for item in instrument.items if item.scored)


@pytest.mark.parametrize("code", sorted(ON_OFFER))
def test_a_declined_item_is_decided(code):
    instrument = find(code)

    assert undecided(instrument, {item.id: None for item in instrument.items}) == ()


@pytest.mark.parametrize(
    ("code", "answers", "left"),
    [
        ("pc-ptsd-5", {"0": 0}, ()),
        ("pc-ptsd-5", {"0": 1}, ("1", "2", "3", "4", "5")),
        ("pc-ptsd-5", {"0": None}, ("1", "2", "3", "4", "5")),
        ("audit-c", {"1": 0}, ()),
        ("audit-c", {"1": 1, "2": 0}, ("3",)),
        ("audit", {"1": 0}, ("9", "10")),
        ("audit", {"1": 1, "2": 0, "3": 0}, ("9", "10")),
        ("audit", {"1": 1, "2": 0, "3": 1}, ("4", "5", "6", "7", "8", "9", "10")),
        ("phq-9", {str(item): 0 for item in range(1, 10)}, ()),
        ("phq-9", {str(item): 0 for item in range(1, 9)}, ("9",)),
    ],
)
def test_items_that_the_form_skips_need_no_answer(code, answers, left):
    assert undecided(find(code), answers) == left


def test_the_unscored_question_about_difficulty_is_never_needed():
    assert "10" not in undecided(find("phq-9"), {})


@pytest.mark.parametrize(
    ("code", "answers", "skipped"),
    [
        ("pc-ptsd-5", {}, set()),
        ("pc-ptsd-5", {"0": None}, set()),
        ("pc-ptsd-5", {"0": 0}, {"1", "2", "3", "4", "5"}),
        ("audit-c", {"1": 0}, {"2", "3"}),
        ("audit", {"2": 0, "3": 0}, {"4", "5", "6", "7", "8"}),
        ("audit", {"2": 0}, set()),
    ],
)
def test_the_form_leaves_items_out_only_after_the_answer_that_says_so(code, answers, skipped):
    assert skipped_items(find(code), answers) == skipped


def test_a_page_is_told_on_which_answer_an_item_hangs():
    trauma, alcohol = find("pc-ptsd-5"), find("audit-c")

    assert shown_when(trauma, trauma.item("3")) == ("0", (1,))
    assert shown_when(trauma, trauma.item("0")) is None
    assert shown_when(alcohol, alcohol.item("2")) == ("1", (1, 2, 3, 4))


def test_a_skip_on_two_answers_is_left_to_the_server():
    audit = find("audit")

    assert shown_when(audit, audit.item("9")) is None
    assert shown_when(audit, audit.item("5")) == ("1", (1, 2, 3, 4))
