"""What makes two records look like one person. Pure, and linear however many there are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import combinations
from typing import Any, TypeVar

# What more people than this share says nothing: a common name, the telephone of an office.
MOST_ALIKE = 5
PHONE_DIGITS = 8  # the end of a number, whatever stands before it for the country
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
Who = TypeVar("Who")
Pair = tuple[Who, Who]


class Alike(StrEnum):
    NAME = "name"  # and year of birth
    NUMBER = "number"  # written differently
    EMAIL = "email"
    PHONE = "phone"


def signs(identity: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[Alike, Any]]:
    """What of this record another record of the same person would have, too."""
    year = facts.get("birth_year")
    if year:
        yield Alike.NAME, name_and_year(identity["family"], identity["given"], year)
    found = (
        (Alike.NUMBER, plain_number(identity.get("service_number") or "")),
        (Alike.EMAIL, (identity.get("email") or "").strip().casefold()),
        (Alike.PHONE, plain_phone(identity.get("phone") or "")),
    )
    yield from ((sign, value) for sign, value in found if value)


def name_and_year(family: str, given: str, year: Any) -> tuple[str, str, Any]:
    return " ".join(family.casefold().split()), " ".join(given.casefold().split()), year


def plain_number(number: str) -> str:
    """Without spaces, dashes and leading zeros; the letter O is taken for a zero."""
    letters = "".join(each for each in number.casefold() if each.isalnum())
    return LEADING_ZEROS.sub("", letters.replace("o", "0"))


def plain_phone(phone: str) -> str:
    digits = "".join(each for each in phone if each.isdecimal())
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else ""


def pairs(found: Iterable[tuple[Who, Alike, Any]]) -> dict[Pair[Who], list[Alike]]:
    """Who looks like whom, and why: those that share most come first, then as they were given."""
    groups: dict[tuple[Alike, Any], list[Who]] = {}
    for who, sign, value in found:
        groups.setdefault((sign, value), []).append(who)
    why: dict[Pair[Who], list[Alike]] = {}
    for (sign, _value), group in groups.items():
        if len(group) <= MOST_ALIKE:
            for pair in combinations(group, 2):
                why.setdefault(pair, []).append(sign)
    return dict(sorted(why.items(), key=lambda each: -len(each[1])))
