"""From a marked roster to counts: each person once, in the unit of the period close."""

from dataclasses import dataclass

import pandas as pd

from analytics.schema import Column, check


@dataclass(frozen=True, slots=True)
class Counts:
    """People, and people with the mark, directly in each unit."""

    strengths: dict[str, int]
    marked: dict[str, int]


def count(roster: pd.DataFrame, mark: str) -> Counts:
    """Count a frame with one row a person: `person`, `unit`, and the column `mark`, yes or no."""
    columns = (Column("person", unique=True), Column("unit"), Column(mark, lowest=0, highest=1))
    by_unit = check(roster, columns).groupby("unit", sort=True)[mark].agg(["size", "sum"])
    units = [str(unit) for unit in by_unit.index]
    return Counts(
        strengths=dict(zip(units, by_unit["size"].astype(int).tolist(), strict=True)),
        marked=dict(zip(units, by_unit["sum"].astype(int).tolist(), strict=True)),
    )
