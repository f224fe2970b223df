"""The headline: people on the roster at period close with any positive screen in the period.

A screen is positive when its stored result says `positive is True`; unknown is not positive. A
person is counted once, in the unit of the period close, however many screenings were positive.
"""

from dataclasses import dataclass

import pandas as pd

from analytics.schema import Column, check

MEASURE = "any_positive_screen"

ROSTER = (
    Column("person", unique=True),
    Column("unit"),
    Column("positive", lowest=0, highest=1),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """People, and people with a positive screen, directly in each unit."""

    strengths: dict[str, int]
    positives: dict[str, int]


def count(roster: pd.DataFrame) -> Counts:
    """Count a frame with one row a person: `person`, `unit`, `positive`."""
    frame = check(roster, ROSTER)
    by_unit = frame.groupby("unit", sort=True)["positive"].agg(["size", "sum"])
    units = [str(unit) for unit in by_unit.index]
    return Counts(
        strengths=dict(zip(units, by_unit["size"].astype(int).tolist(), strict=True)),
        positives=dict(zip(units, by_unit["sum"].astype(int).tolist(), strict=True)),
    )
