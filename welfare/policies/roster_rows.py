"""What one line of a roster means, and what is wrong with it. Pure: it knows nothing of the site.

An empty cell says nothing: what is known already stays. Problems are codes with a line and a
column; the value itself is never repeated.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

NAMES = ("given", "family")
CONTACTS = ("email", "phone")
CHOICES: Mapping[str, frozenset[str]] = {
    "sex": frozenset({"female", "male"}),
    "rank_band": frozenset({"junior", "nco", "officer"}),
}
DEPLOYMENT = ("mission", "site", "deployed_from", "deployed_until")
NEEDED = ("service_number", "given", "family", "unit")
NEEDED_TOGETHER = ("mission", "deployed_from")  # a deployment has both, or there is none
MOST: Mapping[str, int] = {"unit": 400, "mission": 120, "site": 120}
MOST_ELSE = 80
YEARS = range(1900, 2101)
LANGUAGE = re.compile(r"[a-z]{2,3}")
PHONE = re.compile(r"[0-9+(][0-9 ()/.\-]{2,}")
BEGINS_FORMULA = ("=", "+", "-", "@")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# 03/04/2026 is a day in March or in April: nobody can know, so nobody guesses.
OTHER_DAY = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}")


class Trouble(StrEnum):
    """Why a line cannot be used."""

    SHAPE = "shape"
    FORMULA = "formula"
    UNPRINTABLE = "unprintable"
    NEEDED = "needed"
    TOO_LONG = "too_long"
    CHOOSE_SEX = "choose_sex"
    CHOOSE_RANK = "choose_rank"
    LANGUAGE = "language"
    YEAR = "year"
    ADDRESS = "address"
    PHONE = "phone"
    DATE = "date"
    DATE_AMBIGUOUS = "date_ambiguous"
    BEFORE_START = "before_start"
    TWICE = "twice"
    NUMBER = "number"
    MERGED = "merged"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_AMBIGUOUS = "unit_ambiguous"
    MISSION_UNKNOWN = "mission_unknown"
    OVERLAPS = "overlaps"
    OVERLAPS_IN_FILE = "overlaps_in_file"
    DEPLOYMENT_DIFFERS = "deployment_differs"


class Notice(StrEnum):
    """What somebody should look at before saying yes."""

    MOVED = "moved"
    DUPLICATE = "duplicate"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one column of one line."""

    line: int
    column: str
    code: Trouble | Notice


@dataclass(frozen=True, slots=True)
class Stay:
    """A deployment as a line gives it."""

    mission: str
    site: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be read. Only what it says: empty cells are left out."""

    line: int
    number: str
    identity: Mapping[str, str]
    facts: Mapping[str, Any]
    unit: str
    stay: Stay | None

    def is_same_person(self, other: "Entry") -> bool:
        return (self.identity, self.facts, self.unit) == (other.identity, other.facts, other.unit)


class Given(Protocol):
    """A line of a file."""

    @property
    def number(self) -> int: ...

    @property
    def cells(self) -> Mapping[str, str]: ...

    @property
    def is_whole(self) -> bool: ...


def read_line(given: Given, *, is_address: Callable[[str], bool]) -> Entry | list[Remark]:
    """The line as an entry, or everything that is wrong with it."""
    if not given.is_whole:
        return [Remark(given.number, "", Trouble.SHAPE)]
    cells = {name: _plain(text) for name, text in given.cells.items()}
    wrong = dict(_wrong(cells, is_address))
    if wrong:
        return [Remark(given.number, column, code) for column, code in wrong.items()]
    return _entry(given.number, cells)


def _plain(text: str) -> str:
    """The same letters are the same, however a program wrote them."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


def _wrong(
    cells: Mapping[str, str], is_address: Callable[[str], bool]
) -> Iterator[tuple[str, Trouble]]:
    """Columns with what is wrong; the last word on a column counts, so the gravest comes last."""
    for column, text in cells.items():
        if text and (code := _misfit(column, text, is_address)) is not None:
            yield column, code
    has_stay = any(cells.get(name) for name in DEPLOYMENT)
    for name in (*NEEDED, *NEEDED_TOGETHER * has_stay):
        if not cells.get(name):
            yield name, Trouble.NEEDED
    yield from _wrong_end(cells)
    yield from _not_plain(cells)


def _wrong_end(cells: Mapping[str, str]) -> Iterator[tuple[str, Trouble]]:
    from_day, until_day = (
        _day(cells.get(name, "")) for name in ("deployed_from", "deployed_until")
    )
    if from_day and until_day and until_day < from_day:
        yield "deployed_until", Trouble.BEFORE_START


def _not_plain(cells: Mapping[str, str]) -> Iterator[tuple[str, Trouble]]:
    for column, text in cells.items():
        if not text.isprintable() and any(map(_cannot_be_seen, text)):
            yield column, Trouble.UNPRINTABLE
        if text.startswith(BEGINS_FORMULA) and not (column == "phone" and PHONE.fullmatch(text)):
            yield column, Trouble.FORMULA


def _cannot_be_seen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc"


def _misfit(column: str, text: str, is_address: Callable[[str], bool]) -> Trouble | None:
    if len(text) > MOST.get(column, MOST_ELSE):
        return Trouble.NUMBER if column == "service_number" else Trouble.TOO_LONG
    fits, code = _FITS.get(column, (lambda _text: True, Trouble.NEEDED))
    if column == "email":
        return None if is_address(text) else Trouble.ADDRESS
    if column in ("deployed_from", "deployed_until"):
        return _wrong_day(text)
    return None if fits(text) else code


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS


_FITS: Mapping[str, tuple[Callable[[str], bool], Trouble]] = {
    "sex": (lambda text: text.casefold() in CHOICES["sex"], Trouble.CHOOSE_SEX),
    "rank_band": (lambda text: text.casefold() in CHOICES["rank_band"], Trouble.CHOOSE_RANK),
    "birth_year": (_is_year, Trouble.YEAR),
    "language": (lambda text: LANGUAGE.fullmatch(text.casefold()) is not None, Trouble.LANGUAGE),
    "phone": (lambda text: PHONE.fullmatch(text) is not None, Trouble.PHONE),
}


def _wrong_day(text: str) -> Trouble | None:
    if _day(text) is not None:
        return None
    is_other = OTHER_DAY.fullmatch(text) and not ISO_DAY.fullmatch(text)
    return Trouble.DATE_AMBIGUOUS if is_other else Trouble.DATE


def _day(text: str) -> date | None:
    if ISO_DAY.fullmatch(text) is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _entry(line: int, cells: Mapping[str, str]) -> Entry:
    said = {name: text for name, text in cells.items() if text}
    facts: dict[str, Any] = {
        name: said[name].casefold() for name in ("sex", "rank_band", "language") if name in said
    }
    if "birth_year" in said:
        facts["birth_year"] = int(said["birth_year"])
    from_day = _day(said.get("deployed_from", ""))
    stay = None
    if from_day is not None:
        until_day = _day(said.get("deployed_until", ""))
        stay = Stay(said["mission"], said.get("site", ""), from_day, until_day)
    return Entry(
        line=line,
        number=said["service_number"],
        identity={name: said[name] for name in (*NAMES, *CONTACTS) if name in said},
        facts=facts,
        unit=said["unit"],
        stay=stay,
    )
