"""Charts: where every dot, line, bar and label stands. Templates only write it down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from welfare.web.chart_axis import Tick, TimeAxis, ValueAxis
from welfare.web.chart_rows import (
    AXIS_ROOM,
    LEFT,
    RIGHT,
    Bar,
    Flag,
    Mark,
    Span,
    bars_of,
    below,
    flags_of,
)

# Downwards, all places are pixels.
TOP, PLOT_HEIGHT = 26.0, 190.0
BOTTOM = TOP + PLOT_HEIGHT
UNDER = BOTTOM + AXIS_ROOM
# A value needs about this share of a phone's width; nearer ones are left to the table.
# Where there are many points, only few values are written.
VALUE_ROOM, VALUE_ROOM_IF_MANY, MANY = 9.0, 30.0, 12


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement. No value: the form was not complete, which shows as a gap."""

    on: date
    value: float | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """What one chart shows: one instrument, one person, one direction of the score."""

    id: str
    title: str
    conclusion: str
    points: Sequence[Point]
    lowest: float
    highest: float
    higher_is_worse: bool = True
    cutoff: float | None = None
    cutoff_label: str = ""
    spans: Sequence[Span] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """A measured point on paper; `text_y` is where its value is written, if there is room."""

    x: float
    y: float
    value: float
    text_y: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A line between two neighbouring points that both have a value."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Zone:
    """The shaded part of the scale, and the height of the line where it begins."""

    y: float
    height: float
    line_y: float
    label: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class TrendDrawing:
    """A whole chart, ready to be written down. Nothing is drawn when no point has a value."""

    trend: Trend
    height: float
    dots: Sequence[Dot]
    gaps: Sequence[float]
    segments: Sequence[Segment]
    zone: Zone | None
    bars: Sequence[Bar]
    flags: Sequence[Flag]
    time_ticks: Sequence[Tick]
    value_ticks: Sequence[Segment]
    value_labels: Sequence[tuple[float, float]]
    bands: Sequence[tuple[float, float]] = ()  # spans behind the plot: from where, how wide
    lines: Sequence[float] = ()  # marks through the plot
    bottom: float = BOTTOM

    @property
    def is_empty(self) -> bool:
        return not self.dots


@dataclass(frozen=True, slots=True)
class SparkDrawing:
    """A line as small as a word, in a box of 96 by 28."""

    segments: Sequence[Segment]
    last: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class IntervalDrawing:
    """A share with its interval on a scale from 0 to 100 per cent."""

    x: float
    width: float
    value_x: float


def draw_trend(
    trend: Trend, *, since: date | None = None, until: date | None = None
) -> TrendDrawing:
    """Places for one chart. `since` and `until` stretch the time axis: charts that are given
    the same ones stand on the same axis."""
    points = sorted(trend.points, key=lambda point: point.on)
    across = TimeAxis.over(_days(trend, points, since, until), left=LEFT, right=RIGHT)
    up = ValueAxis(trend.lowest, trend.highest, top=TOP, bottom=BOTTOM)
    bars = bars_of(trend.spans, across, first_y=UNDER)
    flags = flags_of(trend.marks, across, first_y=below(bars, first_y=UNDER))
    levels = up.ticks()
    return TrendDrawing(
        trend=trend,
        height=below(flags or bars, first_y=UNDER),
        dots=_dots(points, across, up),
        gaps=[across.at(point.on) for point in points if point.value is None],
        segments=_segments(points, across, up),
        zone=_zone(trend, up),
        bars=bars,
        flags=flags,
        time_ticks=across.ticks(),
        value_ticks=[Segment(0.0, up.at(level), 100.0, up.at(level)) for level in levels],
        value_labels=[(up.at(level), level) for level in levels],
    )


def draw_stacked(trend: Trend, *, days: Sequence[date]) -> TrendDrawing:
    """The same for charts that stand below each other on one axis: what lies under it is drawn
    once, see `draw_events`; here it is seen through."""
    drawing = draw_trend(trend, since=min(days), until=max(days))
    return replace(
        drawing,
        height=UNDER,
        bars=(),
        flags=(),
        bands=[(bar.x, bar.width) for bar in drawing.bars],
        lines=[flag.x for flag in drawing.flags],
    )


def draw_spark(points: Sequence[Point], *, lowest: float, highest: float) -> SparkDrawing:
    """Places for a line beside a word; gaps stay gaps."""
    ordered = sorted(points, key=lambda point: point.on)
    if not ordered:
        return SparkDrawing((), None)
    across = TimeAxis.over([point.on for point in ordered], left=4.0, right=92.0)
    up = ValueAxis(lowest, highest, top=4.0, bottom=24.0)
    segments = _segments(ordered, across, up)
    final = ordered[-1]
    last = None if final.value is None else (across.at(final.on), up.at(final.value))
    return SparkDrawing(segments, last)


def draw_interval(low: float, value: float, high: float) -> IntervalDrawing:
    """Places for a share and its interval, all between 0 and 1."""
    if not 0 <= low <= value <= high <= 1:
        raise ValueError("An interval needs 0 <= low <= value <= high <= 1.")
    return IntervalDrawing(round(low * 100, 2), round((high - low) * 100, 2), round(value * 100, 2))


def _days(
    trend: Trend, points: Sequence[Point], since: date | None, until: date | None
) -> list[date]:
    days = [point.on for point in points]
    for span in trend.spans:
        days += [span.start] if span.end is None else [span.start, span.end]
    days += [mark.on for mark in trend.marks]
    return days + [day for day in (since, until) if day is not None]


def _dots(points: Sequence[Point], across: TimeAxis, up: ValueAxis) -> list[Dot]:
    """Every measured point; values are written from the newest back, where there is room."""
    dots: list[Dot] = []
    room = VALUE_ROOM if len(points) < MANY else VALUE_ROOM_IF_MANY
    last_written = 200.0
    for point in reversed(points):
        if point.value is None:
            continue
        x, y = across.at(point.on), up.at(point.value)
        has_room = last_written - x >= room
        last_written = x if has_room else last_written
        dots.append(Dot(x, y, point.value, round(y - 12, 1) if has_room else None))
    return dots[::-1]


def _segments(points: Sequence[Point], across: TimeAxis, up: ValueAxis) -> list[Segment]:
    return [
        Segment(across.at(a.on), up.at(a.value), across.at(b.on), up.at(b.value))
        for a, b in zip(points, points[1:], strict=False)
        if a.value is not None and b.value is not None
    ]


def _zone(trend: Trend, up: ValueAxis) -> Zone | None:
    """From the cut-off to the worse end of the scale."""
    if trend.cutoff is None:
        return None
    line = up.at(trend.cutoff)
    start, end = (TOP, line) if trend.higher_is_worse else (line, BOTTOM)
    label_y = TOP + 16 if trend.higher_is_worse else BOTTOM - 8
    return Zone(start, round(end - start, 1), line, trend.cutoff_label, LEFT, label_y)
