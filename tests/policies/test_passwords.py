"""Passwords: argon2id, long enough, not among the first guessed, as slow for nobody's name."""

import time

import pytest

from welfare.errors import InputRefused
from welfare.policies import passwords


def reason_against(password, **more):
    with pytest.raises(InputRefused) as refused:
        passwords.check_new_password(password, **more)
    return refused.value.problems["new"]


@pytest.mark.parametrize(
    ("password", "reason"),
    [("a" * 11, "too_short"), ("", "too_short"), ("a quiet bend " * 20, "too_long")],
)
def test_a_new_password_must_have_a_sensible_length(password, reason):
    assert reason_against(password) == reason


@pytest.mark.parametrize(
    "password",
    [
        "a quiet bend",
        "über die Brücke und zurück",
        "kitchen table nine",
        "hjkm-23pq-wert-abcd",
        "le chat dort au soleil",
        "川の流れは静かに続くだろう",
    ],
)
def test_a_sentence_makes_a_good_password_and_needs_no_kinds_of_characters(password):
    passwords.check_new_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password1234!",
        "2024-Football",
        "q1w2e3r4t5y6",
        "iloveyou!!!!",
        "ＰＡＳＳＷＯＲＤ１２３４",
        "  mortalkombat ",
    ],
)
def test_what_many_people_choose_is_refused_however_it_is_dressed_up(password):
    assert reason_against(password) == "too_common"


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "abcdefghijkl",
        "1234567890123",
        "qwertzuiopas",
        "zaq12wsx3edc",
    ],
)
def test_repeating_and_counting_up_are_refused(password):
    assert reason_against(password) in {"too_simple", "too_common"}


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Noor.Castellane", ("Noor", "Castellane")),
        ("castellane-1987", ("Noor", "Castellane")),
        ("SN-2004711-x7", ("SN-2004711",)),
        ("welfare-2026-1", ()),
        ("River Clinic 7", ("River Clinic",)),
    ],
)
def test_own_names_and_the_name_of_the_site_are_no_password(password, words):
    assert reason_against(password, own_words=words) == "has_own_name"


def test_a_name_in_a_longer_sentence_does_no_harm():
    passwords.check_new_password("noor sings at the river", own_words=("Noor", "", "Li"))


def test_the_list_is_there_and_holds_what_matters():
    listed = passwords._common()

    assert len(listed) > 20_000
    assert sum(len(word) >= passwords.SHORTEST for word in listed) > 300


def test_a_password_is_kept_as_argon2id_with_a_fresh_salt():
    first, second = passwords.hashed("a quiet river bend"), passwords.hashed("a quiet river bend")

    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.matches(first, "a quiet river bend")
    assert not passwords.matches(first, "a quiet river bent")


@pytest.mark.parametrize("stored", [None, "", "none", "$argon2id$broken"])
def test_where_no_hash_is_kept_no_password_fits(stored):
    assert not passwords.matches(stored, "a quiet river bend")


def test_where_no_hash_is_kept_comparing_takes_as_long():
    kept = passwords.hashed("a quiet river bend")

    def took(stored):
        began = time.perf_counter()
        passwords.matches(stored, "another quiet river")
        return time.perf_counter() - began

    usual = min(took(kept) for _ in range(5))
    for stored in (None, "none"):
        assert min(took(stored) for _ in range(5)) > usual / 3


def test_first_passwords_differ_pass_the_check_and_avoid_letters_that_are_misread():
    made = {passwords.first_password() for _ in range(200)}

    assert len(made) == 200
    for password in made:
        passwords.check_new_password(password)
        assert not set(password) & set("il1o0")
