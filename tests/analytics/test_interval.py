"""What a reader is shown: never certainty, never a bare number, no false calm in small units."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.release.interval import BANDS, Band, Shape, Shown, show
from analytics.release.rows import Cell


def cell(value, roster, leaves=1):
    return Cell("u", ("u",), None, roster, value, leaves)


@given(some.integers(30, 900), some.integers(-60, 1000), some.integers(1, 20))
def test_neither_0_nor_100_per_cent_is_ever_shown(roster, value, leaves):
    shown = show(cell(value, roster, leaves), epsilon=0.5)

    assert shown.low is None or 1 <= shown.low <= 99
    assert shown.high is None or 1 <= shown.high <= 99
    assert (shown.low, shown.high) != (None, None) or shown.shape is Shape.NO_CLEAR_SIGNAL


@pytest.mark.parametrize(
    ("value", "roster", "leaves", "expected"),
    [
        (24, 120, 1, Shown(Band.ABOUT_1_IN_5, Shape.BETWEEN, 13, 29)),
        (0, 120, 1, Shown(Band.FEWER_THAN_1_IN_20, Shape.FEWER_THAN, None, 6)),
        (-20, 120, 1, Shown(Band.FEWER_THAN_1_IN_20, Shape.FEWER_THAN, None, 6)),
        (120, 120, 1, Shown(Band.MOST, Shape.MORE_THAN, 94, None)),
        (200, 120, 1, Shown(Band.MOST, Shape.MORE_THAN, 94, None)),
        (240, 800, 20, Shown(Band.ABOUT_1_IN_3, Shape.BETWEEN, 26, 34)),
        (9, 30, 1, Shown(Band.NO_CLEAR_SIGNAL, Shape.NO_CLEAR_SIGNAL, 10, 53)),
        (0, 35, 1, Shown(Band.NO_CLEAR_SIGNAL, Shape.NO_CLEAR_SIGNAL, None, 18)),
        (35, 35, 1, Shown(Band.NO_CLEAR_SIGNAL, Shape.NO_CLEAR_SIGNAL, 82, None)),
    ],
)
def test_a_figure_reads_as_agreed(value, roster, leaves, expected):
    assert show(cell(value, roster, leaves), epsilon=0.5) == expected


@pytest.mark.parametrize("roster", [30, 35, 40])
def test_a_platoon_mostly_shows_no_clear_signal(roster):
    shapes = [show(cell(value, roster), epsilon=0.5).shape for value in range(roster + 1)]

    unclear = shapes.count(Shape.NO_CLEAR_SIGNAL)

    assert unclear > 0.8 * len(shapes)


def test_a_company_shows_a_signal_whatever_it_is():
    shapes = {show(cell(value, 155, 4), epsilon=0.5).shape for value in range(156)}

    assert Shape.NO_CLEAR_SIGNAL not in shapes


def test_the_bands_leave_no_gap_and_grow():
    ends = [below for below, _ in BANDS]

    assert ends == sorted(set(ends))
    assert ends[-1] > 100
    assert {band for _, band in BANDS} | {Band.NO_CLEAR_SIGNAL} == set(Band)
