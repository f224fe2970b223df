"""The shape of a screening programme, read from a TOML file beside this one."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from models.vocabulary import Phase

PRESETS = Path(__file__).parent


class Anchor(StrEnum):
    DEPARTURE = "departure"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class WindowRule:
    """When one window opens and is due, in days from its anchor (negative: before).

    `every` repeats it at that many days, `times` at most; in a mission also never past its end.
    """

    code: str
    phase: Phase
    anchor: Anchor
    opens: int
    due: int
    every: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True)
class Gate:
    """A first-stage result that opens a second-stage questionnaire."""

    instrument: str
    at_least: int
    opens: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """A critical answer: how soon a human, how often a nudge, when to the clinic lead."""

    answer_within: timedelta
    nudge_every: timedelta
    nudges_before_escalation: int


@dataclass(frozen=True, slots=True)
class Programme:
    code: str
    version: str
    title: str
    source: str
    late_for: timedelta  # how long after it was due a window can still be answered
    first_stage: tuple[str, ...]
    gates: tuple[Gate, ...]
    clocks: Clocks
    windows: tuple[WindowRule, ...]

    @property
    def name(self) -> str:
        """Code and version, as kept with every window and result."""
        return f"{self.code}/{self.version}"


@cache
def load(code: str) -> Programme:
    """A preset by its code. Raises FileNotFoundError for a code without a file."""
    with (PRESETS / f"{code}.toml").open("rb") as file:
        return _programme(tomllib.load(file))


def _programme(data: dict[str, Any]) -> Programme:
    return Programme(
        code=data["code"],
        version=data["version"],
        title=data["title"],
        source=data["source"],
        late_for=timedelta(days=data["late_for_days"]),
        first_stage=tuple(data["stages"]["first"]),
        gates=tuple(Gate(**gate) for gate in data["gates"]),
        clocks=_clocks(data["clocks"]),
        windows=tuple(_rule(rule) for rule in data["windows"]),
    )


def _clocks(data: dict[str, Any]) -> Clocks:
    return Clocks(
        answer_within=timedelta(hours=data["answer_within_hours"]),
        nudge_every=timedelta(minutes=data["nudge_every_minutes"]),
        nudges_before_escalation=data["nudges_before_escalation"],
    )


def _rule(data: dict[str, Any]) -> WindowRule:
    words = {"phase": Phase(data["phase"]), "anchor": Anchor(data["anchor"])}
    return WindowRule(**{**data, **words})
