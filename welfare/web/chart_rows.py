"""Rows under an axis of time: spans as bars, moments as marks, and lanes of marks of one kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from welfare.web.chart_axis import Tick, TimeAxis

# Across, all places are percentages: the drawing fits every screen and its letters keep their size.
LEFT, RIGHT = 9.0, 96.0
ROW_HEIGHT = 40.0
ROW_LABEL_ROOM = 48.0
TOP_ROOM, AXIS_ROOM = 4.0, 30.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, such as a deployment. No end: it still goes on."""

    start: date
    end: date | None
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in time, such as an incident."""

    on: date
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Moments of one kind, such as signed notes; `shape`: block, square or ring."""

    label: str
    shape: str
    days: Sequence[date]


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on paper, with its label on the side where there is room."""

    x: float
    y: float
    width: float
    label: str
    text_x: float
    anchor: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark on paper."""

    x: float
    y: float
    label: str
    text_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """A lane on paper: its name, and where its marks stand."""

    y: float
    label: str
    shape: str
    places: Sequence[float]


@dataclass(frozen=True, slots=True)
class EventsDrawing:
    """What happened to one person, on the axis on which their charts stand."""

    bars: Sequence[Bar]
    flags: Sequence[Flag]
    lanes: Sequence[DrawnLane]
    time_ticks: Sequence[Tick]
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom + AXIS_ROOM


def draw_events(
    spans: Sequence[Span], marks: Sequence[Mark], lanes: Sequence[Lane], *, days: Sequence[date]
) -> EventsDrawing:
    """Places for bars, then marks with their names, then lanes; `days`: what the axis holds."""
    across = TimeAxis.over(days, left=LEFT, right=RIGHT)
    bars = bars_of(spans, across, first_y=TOP_ROOM)
    flags = flags_of(marks, across, first_y=below(bars, first_y=TOP_ROOM))
    first_y = below(flags or bars, first_y=TOP_ROOM)
    shown = [lane for lane in lanes if lane.days]
    drawn = [
        DrawnLane(
            first_y + row * ROW_HEIGHT,
            lane.label,
            lane.shape,
            sorted({across.at(day) for day in lane.days}),
        )
        for row, lane in enumerate(shown)
    ]
    bottom = first_y + len(shown) * ROW_HEIGHT
    return EventsDrawing(bars, flags, drawn, across.ticks(), bottom)


def bars_of(spans: Iterable[Span], across: TimeAxis, *, first_y: float) -> list[Bar]:
    """Each span in the first row in which its label meets no other."""
    bars: list[Bar] = []
    taken: dict[int, float] = {}
    for span in sorted(spans, key=lambda one: (one.start, one.label)):
        x, end = across.at(span.start), across.at(span.end) if span.end else RIGHT
        text_x, anchor = _label_side(x, end)
        first = x if anchor == "start" else min(x, text_x - ROW_LABEL_ROOM)
        row = next(row for row in count() if taken.get(row, 0.0) <= first)
        taken[row] = max(end, first + ROW_LABEL_ROOM)
        y = first_y + row * ROW_HEIGHT
        width = round(max(end - x, 0.8), 2)
        bars.append(Bar(x, y, width, span.label, text_x, anchor, span.end is None))
    return bars


def flags_of(marks: Iterable[Mark], across: TimeAxis, *, first_y: float) -> list[Flag]:
    flags: list[Flag] = []
    for row, mark in enumerate(sorted(marks, key=lambda one: (one.on, one.label))):
        x = across.at(mark.on)
        text_x, anchor = _label_side(x, x)
        flags.append(Flag(x, first_y + row * ROW_HEIGHT / 2, mark.label, text_x, anchor))
    return flags


def _label_side(start: float, end: float) -> tuple[float, str]:
    return (start, "start") if start <= 100 - ROW_LABEL_ROOM else (end, "end")


def below(rows: Sequence[Bar] | Sequence[Flag], *, first_y: float) -> float:
    """The first free height under what is already drawn."""
    if not rows:
        return first_y
    step = ROW_HEIGHT if isinstance(rows[0], Bar) else ROW_HEIGHT / 2
    return max(row.y for row in rows) + step
