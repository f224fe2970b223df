"""From the text of a programme's file to a Programme; what cannot be meant is refused by name."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from models.programmes.checking import problems_of
from models.programmes.definition import (
    REMINDER_DAYS,
    Anchor,
    Asking,
    Clocks,
    Gate,
    GateKind,
    Interview,
    Programme,
    WindowRule,
)
from models.programmes.refusal import ProgrammeRefused, Said
from models.vocabulary import Phase

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERSION = re.compile(r"[1-9][0-9]{0,5}")
NAME = re.compile(rf"({CODE.pattern})/({VERSION.pattern})")
CODE_MOST = 40  # as the columns hold
DAYS_MOST = 36_600  # a hundred years: more is a slip of the hand
SEXES = {"female", "male"}
NOT_A_CODE = "must be small letters, digits and single hyphens"

Table = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)
Keys = Mapping[str, type]

# What each table may hold; what stands in NEEDED must be there.
PROGRAMME: Keys = {
    "code": str,
    "version": str,
    "title": str,
    "source": str,
    "made_from": str,
    "late_for_days": int,
    "early_for_days": int,
    "spacing_days": int,
    "leave_days": int,
    "reminder_days": list,
    "asking": str,
    "interview": str,
    "stages": dict,
    "gates": list,
    "clocks": dict,
    "windows": list,
}
STAGES: Keys = {"first": list}
GATE: Keys = {"instrument": str, "kind": str, "at_least": object, "opens": str}
CLOCKS: Keys = {
    "answer_within_hours": int,
    "nudge_every_minutes": int,
    "nudges_before_escalation": int,
}
WINDOW: Keys = {
    "code": str,
    "phase": str,
    "anchor": str,
    "opens": int,
    "due": int,
    "due_anchor": str,
    "every": int,
    "times": int,
    "spacing_days": int,
    "instruments": list,
    "instead_of": str,
    "exempt_days": int,
}
NEEDED = {
    *("code", "version", "title", "source", "late_for_days", "stages", "gates", "clocks"),
    *("windows", "first", "instrument", "at_least", "phase", "anchor", "opens", "due", *CLOCKS),
}
KINDS = {
    str: "a text",
    int: "a whole number",
    list: "a list",
    dict: "a table",
    object: "a whole number, or one for each sex",
}


def read(text: str, *, file: str) -> Programme:
    """The programme that a file describes. Raises ProgrammeRefused naming file, key and problem."""
    programme = build(table_of(text, file=file), file=file)
    for key, problem in problems_of(programme):
        raise ProgrammeRefused(file, key, problem)
    return programme


def table_of(text: str, *, file: str) -> Table:
    """What stands in a file, unread. Raises ProgrammeRefused where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeRefused(file, "", f"is not TOML: {error}") from None


def build(table: Table, *, file: str) -> Programme:
    """The programme of a table that was read already, not yet held against `problems_of`."""
    return _Reader(file).programme(table)


class _Reader:
    """Reads the tables of one file, and knows its name for refusals."""

    def __init__(self, file: str) -> None:
        self.file = file

    def programme(self, table: Table) -> Programme:
        self._insist(table, PROGRAMME, "")
        self._insist(table["stages"], STAGES, "stages.")
        return Programme(
            code=self._code(table, ""),
            version=self._version(table),
            title=table["title"],
            source=table["source"],
            made_from=self._made_from(table),
            late_for=timedelta(days=self._days(table, "late_for_days", "")),
            early_for=timedelta(days=self._days(table, "early_for_days", "")),
            leave=timedelta(days=self._days(table, "leave_days", "")),
            reminder_days=self._numbers(table, "reminder_days", REMINDER_DAYS),
            asking=self._word(Asking, table, "asking", "", Asking.STEPPED),
            interview=self._word(Interview, table, "interview", "", Interview.NONE),
            first_stage=self._texts(table["stages"], "first", "stages."),
            gates=tuple(self._gate(each, at) for each, at in self._tables(table, "gates")),
            clocks=self._clocks(table["clocks"]),
            windows=tuple(
                self._rule(each, at, self._days(table, "spacing_days", ""))
                for each, at in self._tables(table, "windows")
            ),
        )

    def _gate(self, table: Table, at: str) -> Gate:
        self._insist(table, GATE, at)
        at_least, by_sex = table["at_least"], {}
        if isinstance(at_least, dict):
            self._insist(at_least, dict.fromkeys(sorted(SEXES), int), f"{at}at_least.")
            if set(at_least) != SEXES:
                self._refuse(f"{at}at_least", "must name both female and male")
            at_least, by_sex = min(at_least.values()), at_least  # unknown must not look well
        elif type(at_least) is not int:
            self._refuse(f"{at}at_least", "must be a whole number, or one for each sex")
        kind = self._word(GateKind, table, "kind", at, GateKind.SUM)
        return Gate(table["instrument"], at_least, table["opens"], kind, by_sex)

    def _clocks(self, table: Table) -> Clocks:
        self._insist(table, CLOCKS, "clocks.")
        return Clocks(
            answer_within=timedelta(hours=self._days(table, "answer_within_hours", "clocks.")),
            nudge_every=timedelta(minutes=self._days(table, "nudge_every_minutes", "clocks.")),
            nudges_before_escalation=table["nudges_before_escalation"],
        )

    def _rule(self, table: Table, at: str, spacing: int) -> WindowRule:
        """An incident's window waits for no spacing unless its own line says so."""
        self._insist(table, WINDOW, at)
        anchor = self._word(Anchor, table, "anchor", at, Anchor.RETURN)
        due_anchor = self._word(Anchor, table, "due_anchor", at, anchor)
        usual = 0 if anchor is Anchor.INCIDENT else spacing
        return WindowRule(
            code=self._code(table, at),
            phase=self._word(Phase, table, "phase", at, Phase.UNKNOWN),
            anchor=anchor,
            opens=self._offset(table, "opens", at),
            due=self._offset(table, "due", at),
            every=self._days(table, "every", at),
            times=table.get("times", 1),
            due_anchor=None if due_anchor is anchor else due_anchor,
            spacing=self._days(table, "spacing_days", at, usual),
            instruments=self._texts(table, "instruments", at),
            instead_of=table.get("instead_of"),
            exempt_days=self._days(table, "exempt_days", at),
        )

    def _insist(self, table: Any, keys: Keys, at: str) -> None:
        if not isinstance(table, dict):
            self._refuse(at.rstrip("."), "must be a table")
        for key, value in table.items():
            if key not in keys:
                self._refuse(f"{at}{key}", f"is not known; known are {', '.join(keys)}")
            if not isinstance(value, keys[key]) or isinstance(value, bool):
                self._refuse(f"{at}{key}", f"must be {KINDS[keys[key]]}")
        missing = [key for key in keys if key in NEEDED and key not in table]
        if missing:
            self._refuse(f"{at}{missing[0]}", "is missing")

    def _tables(self, table: Table, key: str) -> Iterator[tuple[Any, str]]:
        for number, each in enumerate(table[key], 1):
            yield each, f"{key}[{number}]."

    def _texts(self, table: Table, key: str, at: str) -> tuple[str, ...]:
        texts = tuple(table.get(key, ()))
        if not all(isinstance(each, str) for each in texts):
            self._refuse(f"{at}{key}", "must be a list of texts")
        return texts

    def _numbers(self, table: Table, key: str, usual: tuple[int, ...]) -> tuple[int, ...]:
        numbers = tuple(table.get(key, usual))
        if not all(type(each) is int for each in numbers):
            self._refuse(key, "must be a list of whole numbers")
        return numbers

    def _code(self, table: Table, at: str) -> str:
        code: str = table["code"]
        if not CODE.fullmatch(code) or len(code) > CODE_MOST:
            self._refuse(f"{at}code", NOT_A_CODE)
        return code

    def _made_from(self, table: Table) -> str:
        name: str = table.get("made_from", "")
        if name and not NAME.fullmatch(name):
            self._refuse("made_from", 'must be a code and a version, such as "un-contingent/1"')
        return name

    def _version(self, table: Table) -> str:
        version: str = table["version"]
        if not VERSION.fullmatch(version):
            self._refuse("version", 'must be a whole number in quotes, such as "1"')
        return version

    def _offset(self, table: Table, key: str, at: str) -> int:
        days: int = table[key]
        if abs(days) > DAYS_MOST:
            self._refuse(f"{at}{key}", Said("must be within {most} days", most=DAYS_MOST))
        return days

    def _days(self, table: Table, key: str, at: str, usual: int = 0) -> int:
        days: int = table.get(key, usual)
        if not 0 <= days <= DAYS_MOST:
            self._refuse(f"{at}{key}", Said("must be from 0 to {most}", most=DAYS_MOST))
        return days

    def _word(self, choices: type[Word], table: Table, key: str, at: str, usual: Word) -> Word:
        try:
            return choices(table.get(key, usual))
        except ValueError:
            self._refuse(f"{at}{key}", f"must be one of {', '.join(choices)}")

    def _refuse(self, key: str, problem: str) -> NoReturn:
        raise ProgrammeRefused(self.file, key, problem)
