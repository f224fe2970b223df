"""What is looked at to say whether the site is well, and what was found, in plain words."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    WELL = "well"
    WARNING = "warning"  # somebody should look; people can still be served
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """Its words go on from its name: "database: can be reached"."""

    name: str
    state: State
    words: str


def well(name: str, words: str) -> Check:
    return Check(name, State.WELL, words)


def warning(name: str, words: str) -> Check:
    return Check(name, State.WARNING, words)


def failed(name: str, words: str) -> Check:
    return Check(name, State.FAILED, words)
