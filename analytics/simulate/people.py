"""The made-up people: who they are, what they bring along, and how they fill in forms."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.simulate.units import Units
from analytics.simulate.words import FAMILY_NAMES, GIVEN_NAMES

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

RANKS = ("junior", "nco", "officer")
RANK_SHARES = (0.62, 0.26, 0.12)
AGES = np.array([24, 33, 34])  # usual age by rank


@dataclass(frozen=True, slots=True)
class People:
    """One entry a person in every array; `table` is what goes to people.csv."""

    table: pd.DataFrame
    home: Whole
    company: Whole
    female: Flags
    officer: Flags
    prior_problems: Flags
    prior_traumas: Whole
    support: Floats
    concealment: Floats
    skips_items: Floats
    skips_screenings: Floats

    @property
    def count(self) -> int:
        return self.home.size


def build(units: Units, *, as_of: date, chance: np.random.Generator) -> People:
    """Everyone in the home units, with traits drawn independently of the unit."""
    count = units.home.size
    female = chance.random(count) < 0.14
    rank = chance.choice(len(RANKS), size=count, p=RANK_SHARES)
    age = np.clip(np.rint(AGES[rank] + chance.normal(0, 4.5, count)), 19, 58).astype(int)
    conceals = chance.random(count) < 0.24
    return People(
        table=_table(units, female=female, rank=rank, born=as_of.year - age, chance=chance),
        home=units.home,
        company=units.company_of_home[units.home],
        female=female,
        officer=rank == RANKS.index("officer"),
        prior_problems=chance.random(count) < 0.15,
        prior_traumas=chance.poisson(0.8, count),
        support=chance.normal(0, 1, count),
        concealment=np.where(conceals, chance.uniform(0.5, 1.6, count), 0.0),
        skips_items=np.where(chance.random(count) < 0.06, 0.06, 0.002),
        skips_screenings=chance.beta(1.6, 9.0, count),
    )


def _table(
    units: Units, *, female: Flags, rank: Whole, born: Whole, chance: np.random.Generator
) -> pd.DataFrame:
    count = units.home.size
    given = np.array(GIVEN_NAMES)[chance.integers(len(GIVEN_NAMES), size=count)]
    family = np.array(FAMILY_NAMES)[chance.integers(len(FAMILY_NAMES), size=count)]
    numbers = range(1, count + 1)
    return pd.DataFrame(
        {
            "key": [f"P{number:06d}" for number in numbers],
            "unit": np.array(units.homes)[units.home],
            "service_number": [f"SN-{number:06d}" for number in numbers],
            "given_name": given,
            "family_name": family,
            "sex": np.where(female, "female", "male"),
            "birth_year": born,
            "rank_band": np.array(RANKS)[rank],
            "language": "en",
            "phone": [f"+999 555 {number:06d}" for number in numbers],  # no country has 999
            "email": [f"sn{number:06d}@example.org" for number in numbers],
        }
    )
