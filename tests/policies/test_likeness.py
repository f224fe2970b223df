"""What makes two records look like one person, and what says nothing."""

import pytest

from welfare.policies.likeness import MOST_ALIKE, Alike, pairs, plain_number, plain_phone, signs

SOMEBODY = {"given": "Mara", "family": "Ilves", "service_number": "SN-0017", "email": "m@x.org"}
FACTS = {"birth_year": 1990}


def like(identity, facts=FACTS):
    """What this record shares with somebody's."""
    found = [("one", *each) for each in signs(SOMEBODY, FACTS)]
    found += [("other", *each) for each in signs(SOMEBODY | identity, facts)]
    return pairs(found).get(("one", "other"), [])


@pytest.mark.parametrize(
    "written", ["SN-0017", "sn 17", "SN17", "sn--O17", "S N 0 0 1 7", "SN-17 "]
)
def test_the_same_number_written_differently_is_the_same(written):
    assert plain_number(written) == plain_number("SN-0017")


@pytest.mark.parametrize("written", ["SN-0018", "SM-0017", "SN-170", "SN-1017"])
def test_another_number_is_another(written):
    assert plain_number(written) != plain_number("SN-0017")


def test_a_telephone_number_is_the_same_with_and_without_its_country():
    assert plain_phone("+372 5551 2345") == plain_phone("0055512345")
    assert plain_phone("112") == ""


def test_capitals_and_spaces_of_a_name_do_not_count_but_the_year_does():
    other = {"given": " mara", "family": "ILVES", "service_number": "X-9", "email": ""}

    assert like(other) == [Alike.NAME]
    assert like(other, {"birth_year": 1991}) == []
    assert like(other, {}) == []


def test_the_same_address_is_a_sign_whatever_the_name():
    assert like({"given": "M.", "service_number": "X-9", "email": "M@X.org "}) == [Alike.EMAIL]


def test_what_many_share_says_nothing():
    many = [(number, Alike.PHONE, "55512345") for number in range(MOST_ALIKE + 1)]

    assert pairs(many) == {}
    assert len(pairs(many[1:])) == MOST_ALIKE * (MOST_ALIKE - 1) / 2


def test_those_that_share_most_come_first():
    found = [(1, Alike.EMAIL, "a"), (2, Alike.EMAIL, "a"), (3, Alike.EMAIL, "b")]
    found += [(4, Alike.EMAIL, "b"), (3, Alike.NUMBER, "9"), (4, Alike.NUMBER, "9")]

    assert list(pairs(found)) == [(3, 4), (1, 2)]
