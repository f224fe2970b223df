"""The missions that a new site knows from the start, read from the file beside this one."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class KnownMission:
    """Public facts of a mission. A text is empty where nothing could be checked.

    `source` says where the facts were checked; it stays in the file.
    """

    name: str
    site: str
    began: date
    ended: date | None
    mandate: str
    legal_basis: str
    status_agreement: str
    engagement_rules: str
    source: str


@cache
def known_missions() -> Sequence[KnownMission]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(KnownMission(**each) for each in table["missions"])
