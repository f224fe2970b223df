"""The number of a paper form: no slip of one sign or of two neighbours gives another number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare.policies.paper_numbers import DRAWN, LENGTH, SIGNS, new_number, read_number, with_check

DRAWN_SIGNS = st.text(SIGNS, min_size=DRAWN, max_size=DRAWN)


def signs_of(number):
    return number.replace("-", "")


@given(DRAWN_SIGNS)
def test_every_wrong_sign_and_every_two_that_changed_places_are_noticed(drawn):
    right = signs_of(with_check(drawn))

    wrong = {
        right[:place] + sign + right[place + 1 :]
        for place in range(LENGTH)
        for sign in SIGNS
        if sign != right[place]
    }
    wrong |= {
        right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        for place in range(LENGTH - 1)
        if right[place] != right[place + 1]
    }

    assert read_number(right) == with_check(drawn)
    assert [each for each in wrong if read_number(each) is not None] == []


def test_no_sign_can_be_taken_for_another():
    for alike in ("1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(SIGNS) & set(alike)) < 2
    assert not set(SIGNS) & set("0O1IL")
    assert len(SIGNS) == 23  # a prime: that is what the check rests on


def test_a_new_number_can_be_read_and_none_comes_twice():
    numbers = {new_number() for _ in range(500)}

    assert len(numbers) == 500
    assert all(read_number(each) == each for each in numbers)


def test_case_gaps_and_hyphens_do_not_matter():
    number = with_check("K7QM4R2"[:DRAWN].replace("2", "3"))
    plain = signs_of(number).lower()

    for typed in (plain, f" {plain[:4]} {plain[4:]} ", number.replace("-", "\N{EN DASH}")):
        assert read_number(typed) == number


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-4R2D-9", "????-????", "ÄÖÜß-4R2D", "0" * 8])
def test_what_is_no_number_is_none(typed):
    assert read_number(typed) is None
