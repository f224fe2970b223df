"""Column contracts: which columns a frame must have and what they may hold."""

from dataclasses import dataclass
from typing import Any

import pandas as pd


class ContractBroken(ValueError):
    """A frame does not keep its contract. The message names the column, never a value."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; bounds are inclusive, and a missing value is allowed only where it says so."""

    name: str
    lowest: float | None = None
    highest: float | None = None
    unique: bool = False
    may_be_empty: bool = False


def check(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return the frame with just these columns, or say which column broke the contract."""
    for column in columns:
        if column.name not in frame:
            raise ContractBroken(f"column {column.name} is missing")
        if fault := _fault(frame[column.name], column):
            raise ContractBroken(f"column {column.name} {fault}")
    return frame[[column.name for column in columns]]


def _fault(values: "pd.Series[Any]", column: Column) -> str | None:
    if not column.may_be_empty and values.isna().any():
        return "has empty values"
    if column.unique and values.duplicated().any():
        return "has a value twice"
    known = values.dropna()
    if column.lowest is not None and (known < column.lowest).any():
        return f"goes below {column.lowest}"
    if column.highest is not None and (known > column.highest).any():
        return f"goes above {column.highest}"
    return None
