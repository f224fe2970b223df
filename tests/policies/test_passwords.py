"""Passwords: argon2id, long enough, and as slow for a name that nobody has."""

import pytest

from welfare.errors import InputRefused
from welfare.policies import passwords


@pytest.mark.parametrize(
    ("password", "reason"), [("x" * 11, "too_short"), ("", "too_short"), ("x" * 201, "too_long")]
)
def test_a_new_password_must_have_a_sensible_length(password, reason):
    with pytest.raises(InputRefused) as refused:
        passwords.check_new_password(password)

    assert refused.value.problems == {"new": reason}


@pytest.mark.parametrize("password", ["x" * 12, "x" * 200, "über die Brücke und zurück"])
def test_a_sentence_makes_a_good_password(password):
    passwords.check_new_password(password)


def test_a_password_is_kept_as_argon2id_with_a_fresh_salt():
    first, second = passwords.hashed("a quiet river bend"), passwords.hashed("a quiet river bend")

    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.matches(first, "a quiet river bend")
    assert not passwords.matches(first, "a quiet river bent")


@pytest.mark.parametrize("stored", [None, "", "none", "$argon2id$broken"])
def test_where_no_hash_is_kept_no_password_fits(stored):
    assert not passwords.matches(stored, "a quiet river bend")


def test_first_passwords_differ_pass_the_check_and_avoid_letters_that_are_misread():
    made = {passwords.first_password() for _ in range(200)}

    assert len(made) == 200
    for password in made:
        passwords.check_new_password(password)
        assert not set(password) & set("il1o0")
