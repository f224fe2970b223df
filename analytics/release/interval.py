"""How a noisy count is shown: an interval in per cent and a word, never a bare number.

The interval is the 90 % one of `analytics.statistics.noisy_rates`; it holds the noise and the
sampling error. Ends are rounded outwards to whole per cents. 0 % and 100 % are never shown: an end
that would be one of them becomes "fewer than" or "more than". Where the interval is wider than
25 points, or 15 with one end open, there is no clear signal; below about 60 people that is mostly
so at epsilon 0.5. (A small unit with a low count must not read as "nobody here".)
What is shown depends on the published value alone, so showing it costs no privacy.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from analytics.release.rows import Cell
from analytics.statistics import noisy_rates

WIDEST_CLEAR = 25
WIDEST_CLEAR_OPEN = 15


class Shape(StrEnum):
    """Which sentence the page says around the two numbers."""

    BETWEEN = "between"
    FEWER_THAN = "fewer_than"
    MORE_THAN = "more_than"
    NO_CLEAR_SIGNAL = "no_clear_signal"


class Band(StrEnum):
    """The rate in a word."""

    FEWER_THAN_1_IN_20 = "fewer_than_1_in_20"
    ABOUT_1_IN_20 = "about_1_in_20"
    ABOUT_1_IN_10 = "about_1_in_10"
    ABOUT_1_IN_7 = "about_1_in_7"
    ABOUT_1_IN_5 = "about_1_in_5"
    ABOUT_1_IN_4 = "about_1_in_4"
    ABOUT_1_IN_3 = "about_1_in_3"
    ABOUT_2_IN_5 = "about_2_in_5"
    ABOUT_HALF = "about_half"
    MORE_THAN_HALF = "more_than_half"
    MOST = "most"
    NO_CLEAR_SIGNAL = "no_clear_signal"


# Each band holds up to, and not with, the per cent beside it: half way to the next fraction.
BANDS = (
    (4.0, Band.FEWER_THAN_1_IN_20),
    (7.5, Band.ABOUT_1_IN_20),
    (12.0, Band.ABOUT_1_IN_10),
    (17.0, Band.ABOUT_1_IN_7),
    (22.5, Band.ABOUT_1_IN_5),
    (29.0, Band.ABOUT_1_IN_4),
    (36.5, Band.ABOUT_1_IN_3),
    (45.0, Band.ABOUT_2_IN_5),
    (55.0, Band.ABOUT_HALF),
    (75.0, Band.MORE_THAN_HALF),
    (101.0, Band.MOST),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page may say about one cell. An end that would be 0 or 100 is None."""

    band: Band
    shape: Shape
    low: int | None
    high: int | None


def show(cell: Cell, *, epsilon: float) -> Shown:
    """The cell in words and ends of an interval; the bare value is for sums only."""
    low_rate, high_rate = noisy_rates.interval(
        cell.value, people=cell.roster, draws=cell.leaves, epsilon=epsilon
    )
    low, high = floor(low_rate * 100), ceil(high_rate * 100)
    shape = _shape(low, high)
    return Shown(
        band=_band(cell, shape),
        shape=shape,
        low=low if low > 0 else None,
        high=high if high < 100 else None,
    )


def _shape(low: int, high: int) -> Shape:
    is_open = low <= 0 or high >= 100
    if high - low > (WIDEST_CLEAR_OPEN if is_open else WIDEST_CLEAR):
        return Shape.NO_CLEAR_SIGNAL
    if low <= 0:
        return Shape.FEWER_THAN
    return Shape.MORE_THAN if high >= 100 else Shape.BETWEEN


def _band(cell: Cell, shape: Shape) -> Band:
    if shape is Shape.NO_CLEAR_SIGNAL:
        return Band.NO_CLEAR_SIGNAL
    per_cent = 100 * min(max(cell.value, 0), cell.roster) / cell.roster
    return next(band for below, band in BANDS if per_cent < below)
