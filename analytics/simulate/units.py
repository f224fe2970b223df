"""The made-up units: a contingent, battalions, companies, platoons and small headquarters."""

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.simulate.words import NATION, ordinal

ROOT = "N"
BATTALION = 800
HEADQUARTERS = 24  # below the floor of a release on purpose, so that units have to be joined
COMPANY = 155
PLATOON = 37


@dataclass(frozen=True, slots=True)
class Units:
    """The tree as a table, and for each person the place of their unit and company in it."""

    table: pd.DataFrame
    homes: tuple[str, ...]
    company_of_home: NDArray[np.int64]
    home: NDArray[np.int64]


def build(people: int) -> Units:
    """Units for this many people; everyone has a home unit, and homes have no units below."""
    rows = [(ROOT, "", f"{NATION} Contingent", "contingent")]
    homes: list[tuple[str, int]] = []
    sizes: list[int] = []
    battalions = max(1, round(people / BATTALION))
    for number, strength in enumerate(_shares(people, battalions), start=1):
        _battalion(number, strength, rows, homes, sizes)
    return Units(
        table=pd.DataFrame(rows, columns=["code", "parent", "name", "kind"]),
        homes=tuple(code for code, _ in homes),
        company_of_home=np.array([company for _, company in homes]),
        home=np.repeat(np.arange(len(homes)), sizes),
    )


def _battalion(
    number: int,
    strength: int,
    rows: list[tuple[str, str, str, str]],
    homes: list[tuple[str, int]],
    sizes: list[int],
) -> None:
    code, name = f"{ROOT}-{number}", f"{ordinal(number)} Battalion"
    rows.append((code, ROOT, name, "battalion"))
    headquarters = HEADQUARTERS if strength >= COMPANY else 0
    if headquarters:
        rows.append((f"{code}-HQ", code, f"Headquarters, {name}", "headquarters"))
        homes.append((f"{code}-HQ", _next_company(homes)))
        sizes.append(headquarters)
    rest = strength - headquarters
    for letter, size in zip(
        ascii_uppercase, _shares(rest, max(1, round(rest / COMPANY))), strict=False
    ):
        _company(f"{code}-{letter}", code, f"{letter} Company", size, rows, homes, sizes)


def _company(
    code: str,
    battalion: str,
    name: str,
    strength: int,
    rows: list[tuple[str, str, str, str]],
    homes: list[tuple[str, int]],
    sizes: list[int],
) -> None:
    rows.append((code, battalion, name, "company"))
    company = _next_company(homes)
    for number, size in enumerate(_shares(strength, max(1, round(strength / PLATOON))), start=1):
        rows.append((f"{code}-{number}", code, f"{ordinal(number)} Platoon, {name}", "platoon"))
        homes.append((f"{code}-{number}", company))
        sizes.append(size)


def _next_company(homes: list[tuple[str, int]]) -> int:
    return homes[-1][1] + 1 if homes else 0


def _shares(whole: int, parts: int) -> list[int]:
    """A whole number in nearly equal whole parts."""
    return [whole // parts + (1 if part < whole % parts else 0) for part in range(parts)]
