"""Charts: dots in proportion to time, gaps for missing totals, labels that do not meet."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare.web.chart_axis import MOST_TICKS, ROOM, TimeAxis, ValueAxis
from welfare.web.charts import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    VALUE_ROOM,
    Mark,
    Point,
    Segment,
    Span,
    Trend,
    draw_interval,
    draw_spark,
    draw_trend,
)

START = date(2023, 1, 1)
EMPTY = Trend("pcl-5", "PCL-5", "A sentence.", (), 0, 80, cutoff=33, cutoff_label="33 or more")


def trend(*days_and_values):
    points = [Point(START + timedelta(days=day), value) for day, value in days_and_values]
    return replace(EMPTY, points=points)


def test_distance_across_is_proportional_to_time():
    drawing = draw_trend(trend((0, 10), (100, 10), (400, 10)))

    first, second, third = (dot.x for dot in drawing.dots)

    assert (first, third) == (LEFT, RIGHT)
    assert second - first == pytest.approx((third - first) / 4, abs=0.01)


def test_higher_values_stand_higher():
    drawing = draw_trend(trend((0, 0), (100, 40), (200, 80)))

    assert [dot.y for dot in drawing.dots] == [BOTTOM, (TOP + BOTTOM) / 2, TOP]


def test_points_are_drawn_in_the_order_of_their_dates():
    drawing = draw_trend(trend((200, 5), (0, 10)))

    assert [dot.value for dot in drawing.dots] == [10, 5]


def test_a_missing_total_breaks_the_line_and_is_marked():
    drawing = draw_trend(trend((0, 10), (100, None), (200, 20), (300, 30)))

    assert [dot.value for dot in drawing.dots] == [10, 20, 30]
    assert [(line.x1, line.x2) for line in drawing.segments] == [
        (drawing.dots[1].x, drawing.dots[2].x)
    ]
    assert drawing.gaps == [pytest.approx(LEFT + (RIGHT - LEFT) / 3, abs=0.01)]


def test_no_points_draw_an_empty_chart():
    drawing = draw_trend(EMPTY)

    assert drawing.is_empty
    assert (drawing.dots, drawing.segments, drawing.gaps) == ([], [], [])


def test_only_missing_totals_count_as_empty():
    drawing = draw_trend(trend((0, None), (90, None)))

    assert drawing.is_empty
    assert len(drawing.gaps) == 2


def test_one_point_stands_in_the_middle_without_a_line():
    drawing = draw_trend(trend((0, 10)))

    assert drawing.dots[0].x == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert not drawing.segments


def test_points_of_the_same_day_share_one_place():
    drawing = draw_trend(trend((0, 10), (0, 30)))

    assert drawing.dots[0].x == drawing.dots[1].x
    assert [dot.text_y is not None for dot in drawing.dots].count(True) == 1


def test_until_stretches_the_axis():
    ends_with_points = draw_trend(trend((0, 10), (100, 20)))

    ends_later = draw_trend(trend((0, 10), (100, 20)), until=START + timedelta(days=200))

    assert ends_with_points.dots[1].x == RIGHT
    assert ends_later.dots[1].x == pytest.approx((LEFT + RIGHT) / 2, abs=0.01)


@pytest.mark.parametrize(
    ("higher_is_worse", "top", "bottom"), [(True, TOP, None), (False, None, BOTTOM)]
)
def test_the_zone_reaches_from_the_cut_off_to_the_worse_end(higher_is_worse, top, bottom):
    zone = draw_trend(replace(trend((0, 10)), higher_is_worse=higher_is_worse)).zone

    line = ValueAxis(0, 80, top=TOP, bottom=BOTTOM).at(33)

    assert zone.line_y == line
    assert zone.y == (top if top is not None else line)
    assert zone.y + zone.height == pytest.approx(bottom if bottom is not None else line)


def test_without_a_cut_off_there_is_no_zone():
    assert draw_trend(replace(trend((0, 10)), cutoff=None)).zone is None


def test_the_newest_value_is_always_written_and_crowded_ones_are_not():
    drawing = draw_trend(trend(*((day, 10) for day in range(0, 1000, 100)), (905, 11)))

    written = [dot.x for dot in drawing.dots if dot.text_y is not None]

    assert drawing.dots[-1].text_y is not None
    assert all(b - a >= VALUE_ROOM for a, b in zip(written, written[1:], strict=False))
    assert len(written) < len(drawing.dots)


def test_a_deployment_that_still_goes_on_reaches_the_right_edge():
    spans = [Span(START + timedelta(days=50), None, "Mission East")]

    (bar,) = draw_trend(replace(trend((0, 10), (100, 20)), spans=spans)).bars

    assert bar.is_open
    assert bar.x + bar.width == pytest.approx(RIGHT)


def test_overlapping_deployments_stand_in_rows_of_their_own_and_the_chart_grows():
    one = Span(START, START + timedelta(days=90), "Mission A")
    two = Span(START + timedelta(days=60), START + timedelta(days=160), "Mission B")

    drawing = draw_trend(replace(trend((0, 10), (300, 20)), spans=[two, one]))

    assert [bar.label for bar in drawing.bars] == ["Mission A", "Mission B"]
    assert drawing.bars[0].y < drawing.bars[1].y
    assert drawing.height > max(bar.y for bar in drawing.bars)


def test_a_late_label_grows_to_the_left():
    spans = [Span(START + timedelta(days=280), START + timedelta(days=300), "Mission C")]

    (bar,) = draw_trend(replace(trend((0, 10), (300, 20)), spans=spans)).bars

    assert (bar.anchor, bar.text_x) == ("end", RIGHT)


def test_incidents_stand_below_the_deployments():
    drawing = draw_trend(
        replace(
            trend((0, 10), (300, 20)),
            spans=[Span(START, START + timedelta(days=90), "Mission A")],
            marks=[Mark(START + timedelta(days=30), "Convoy attack")],
        )
    )

    assert drawing.flags[0].y > drawing.bars[0].y
    assert drawing.flags[0].x == pytest.approx(LEFT + (RIGHT - LEFT) / 10, abs=0.01)


def test_a_long_history_is_labelled_by_years_and_a_short_one_by_months():
    long = draw_trend(trend((0, 10), (1500, 20))).time_ticks
    short = draw_trend(trend((0, 10), (300, 20))).time_ticks

    assert {(tick.unit, tick.on.month, tick.on.day) for tick in long} == {("year", 1, 1)}
    assert {(tick.unit, tick.on.day) for tick in short} == {("month", 1)}


@given(start=st.dates(date(1990, 1, 1), date(2030, 1, 1)), length=st.integers(0, 20_000))
def test_time_labels_are_few_inside_and_never_touch(start, length):
    axis = TimeAxis.over([start, start + timedelta(days=length)], left=LEFT, right=RIGHT)

    ticks = axis.ticks()

    assert 1 <= len(ticks) <= MOST_TICKS
    assert all(LEFT <= tick.x <= RIGHT for tick in ticks)
    assert all(b.middle - a.middle >= ROOM[a.unit] for a, b in zip(ticks, ticks[1:], strict=False))


@given(lowest=st.integers(0, 10), reach=st.integers(1, 100))
def test_value_labels_are_round_few_and_on_the_scale(lowest, reach):
    axis = ValueAxis(lowest, lowest + reach, top=TOP, bottom=BOTTOM)

    ticks = axis.ticks()

    assert 2 <= len(ticks) <= MOST_TICKS + 1
    assert all(lowest <= tick <= lowest + reach for tick in ticks)
    assert all(TOP <= axis.at(tick) <= BOTTOM for tick in ticks)


def test_a_spark_keeps_gaps_and_marks_only_a_final_value():
    points = trend((0, 10), (100, None), (200, 20), (300, 30)).points

    spark = draw_spark(points, lowest=0, highest=80)
    unfinished = draw_spark([*points, Point(date(2024, 6, 1), None)], lowest=0, highest=80)

    assert len(spark.segments) == 1
    assert spark.last == (spark.segments[0].x2, spark.segments[0].y2)
    assert unfinished.last is None


def test_a_spark_without_points_is_empty():
    spark = draw_spark([], lowest=0, highest=80)

    assert (spark.segments, spark.last) == ((), None)


def test_an_interval_is_drawn_in_per_cent():
    drawing = draw_interval(0.08, 0.13, 0.19)

    assert (drawing.x, drawing.width, drawing.value_x) == (8.0, 11.0, 13.0)


@pytest.mark.parametrize(
    "wrong", [(0.2, 0.1, 0.3), (0.1, 0.4, 0.3), (-0.1, 0.1, 0.2), (0, 0.5, 1.1)]
)
def test_an_interval_out_of_order_is_refused(wrong):
    with pytest.raises(ValueError, match="An interval needs"):
        draw_interval(*wrong)


def test_value_lines_reach_across_the_whole_drawing():
    drawing = draw_trend(trend((0, 10)))

    assert drawing.value_ticks[0] == Segment(0.0, BOTTOM, 100.0, BOTTOM)
    assert drawing.value_labels[-1] == (TOP, 80)
