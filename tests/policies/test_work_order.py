"""The order of a work-list: a table read aloud, and what holds for every list there could be."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.instruments.summary import Point
from models.tables.care import Alert
from models.vocabulary import AlertStatus, Phase
from welfare.policies.acuity import Acuity
from welfare.policies.open_tasks import OpenTask, TaskKind
from welfare.policies.work_order import (
    EVERYBODY,
    SORTED_BY,
    Only,
    Row,
    Sort,
    Urgency,
    Wanted,
    in_order,
    step,
    urgency_of,
    worse_of,
)

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = AT.date()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def row(number=0, **given):
    return Row(person_id=UUID(int=number), name="", unit="", unit_id=UUID(int=1), **given)


def alert(status, hours):
    return Alert(status=status, due_at=AT + hours * HOUR)


def task(days):
    return OpenTask(UUID(int=0), TaskKind.REFERRAL, None if days is None else TODAY + days * DAY)


HELD = {"held_until": TODAY + 9 * DAY}
WORSE = {"worse": {"pcl-5": 18.0}}
# What waits for somebody, and the reason under which they stand.
TABLE = (
    ({"alert": alert(AlertStatus.RAISED, 5)}, Urgency.UNACKNOWLEDGED),
    ({"alert": alert(AlertStatus.RAISED, -5)}, Urgency.UNACKNOWLEDGED),
    ({"alert": alert(AlertStatus.ACKNOWLEDGED, -1)}, Urgency.CONTACT_OVERDUE),
    ({"alert": alert(AlertStatus.ACKNOWLEDGED, 1)} | WORSE, Urgency.ALERT_OPEN),
    ({"alert": alert(AlertStatus.ACKNOWLEDGED, 1)} | HELD, Urgency.ALERT_OPEN),
    (WORSE | {"overdue_since": TODAY - DAY}, Urgency.WORSE),
    (WORSE | HELD, Urgency.WORSE),
    ({"due_by": TODAY + 3 * DAY, "is_new": True}, Urgency.DUE),
    ({"due_by": TODAY + 4 * DAY}, Urgency.REST),
    ({"overdue_since": TODAY - DAY, "due_by": TODAY + 90 * DAY} | HELD, Urgency.DUE),
    ({"due_by": TODAY} | HELD, Urgency.ON_HOLD),
    ({"interview_since": TODAY - 20 * DAY}, Urgency.DUE),
    ({"interview_since": TODAY - 20 * DAY} | HELD, Urgency.ON_HOLD),
    ({"tasks": (task(3),)}, Urgency.DUE),
    ({"tasks": (task(4),)}, Urgency.REST),
    ({"tasks": (task(None),), "is_new": True}, Urgency.NEW),
    ({"tasks": (task(-1),)} | HELD, Urgency.DUE),
    ({"tasks": (task(1),)} | HELD, Urgency.ON_HOLD),
    ({"is_new": True}, Urgency.NEW),
    ({"is_new": True} | HELD, Urgency.ON_HOLD),
    ({}, Urgency.REST),
)


@pytest.mark.parametrize(("waits", "urgency"), TABLE)
def test_what_waits_decides_where_somebody_stands(waits, urgency):
    assert urgency_of(row(**waits), today=TODAY, at=AT) is urgency


def points(*totals):
    return [
        Point(TODAY + number * DAY, total, None, Phase.POST) for number, total in enumerate(totals)
    ]


@pytest.mark.parametrize(
    ("code", "totals", "size"),
    [
        ("pcl-5", (20, 35), 15),
        ("pcl-5", (20, 34), None),
        ("pcl-5", (35, 20), None),
        ("pcl-5", (10, 18, 26), None),
        ("phq-9", (3, 8), 5),
        ("phq-9", (3, None, 8), 5),
        ("phq-9", (8, None), None),
        ("phq-9", (27,), None),
        ("gad-7", (1, 5), 4),
        ("gad-7", (1, 4), None),
        ("who-5", (60, 48), 12),
        ("who-5", (48, 60), None),
        ("audit-c", (0, 12), None),
    ],
)
def test_worse_is_what_moved_by_the_published_threshold_in_the_bad_direction(code, totals, size):
    assert worse_of({code: points(*totals)}) == ({} if size is None else {code: size})


def test_of_those_who_are_worse_the_one_with_the_most_thresholds_comes_first():
    by_pcl = row(1, urgency=Urgency.WORSE, worse={"pcl-5": 18.0})
    by_phq = row(2, urgency=Urgency.WORSE, worse={"phq-9": 12.0})

    assert in_order([by_pcl, by_phq]) == [by_phq, by_pcl]


day = st.none() | st.dates(TODAY - 200 * DAY, TODAY + 200 * DAY)
rows = st.lists(
    st.builds(
        Row,
        person_id=st.uuids(),
        name=st.sampled_from(["", "Ana", "Bo", "bo"]),
        unit=st.just(""),
        unit_id=st.sampled_from([UUID(int=1), UUID(int=2)]),
        acuity=st.builds(Acuity, today=st.none() | st.booleans()),
        due_by=day,
        overdue_since=day,
        interview_since=day,
        held_until=day,
        is_shared=st.booleans(),
        tasks=st.lists(st.builds(OpenTask, st.uuids(), st.sampled_from(TaskKind), day), max_size=2),
        worse=st.dictionaries(st.sampled_from(["pcl-5", "audit-c"]), st.floats(1, 80), max_size=2),
        results=st.fixed_dictionaries({}, optional={"phq-9": st.just(points(1, 2))}),
        urgency=st.sampled_from(Urgency),
    ),
    max_size=12,
    unique_by=lambda each: each.person_id,
)
orders = st.builds(Wanted, sort=st.sampled_from(Sort), is_descending=st.booleans())
filters = st.builds(
    Wanted,
    state=st.none() | st.sampled_from(Urgency),
    unit_id=st.sampled_from([None, UUID(int=1), UUID(int=3)]),
    only=st.none() | st.sampled_from(Only),
    sort=st.sampled_from(Sort),
    is_descending=st.booleans(),
)


@given(rows, orders)
def test_every_row_stands_on_the_list_once_whatever_the_order(found, wanted):
    shown = in_order(found, wanted)

    assert Counter(id(each) for each in shown) == Counter(id(each) for each in found)


@given(rows, orders)
def test_the_order_does_not_depend_on_how_the_rows_came(found, wanted):
    assert in_order(found, wanted) == in_order(found[::-1], wanted)


@given(rows, orders)
def test_what_has_no_value_comes_last_and_the_rest_is_sorted(found, wanted):
    value = SORTED_BY.get(wanted.sort, lambda each: list(Urgency).index(each.urgency))
    values = [value(each) for each in in_order(found, wanted)]
    known = [each for each in values if each is not None]

    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=wanted.is_descending)


@given(rows, filters)
def test_a_filter_leaves_out_and_never_adds_or_reorders(found, wanted):
    shown = in_order(found, wanted)
    order = Wanted(sort=wanted.sort, is_descending=wanted.is_descending)

    assert shown == [each for each in in_order(found, order) if each in shown]
    assert all(wanted.state in (None, each.urgency) for each in shown)
    assert all(wanted.unit_id in (None, each.unit_id) for each in shown)


@given(rows)
def test_going_on_from_the_first_person_reaches_everybody_once(found):
    shown = in_order(found, EVERYBODY)
    place, seen = 0 if shown else None, []
    while place is not None:
        seen.append(shown[place].person_id)
        place = step(shown, place=place, person_id=shown[place].person_id)

    assert seen == [each.person_id for each in shown]


def test_whoever_is_done_and_has_left_the_place_makes_room_for_the_next():
    first, second, third = (row(number) for number in (1, 2, 3))

    assert step([second, third, first], place=0, person_id=first.person_id) == 0
    assert step([second, third], place=0, person_id=first.person_id) == 0
    assert step([first, second], place=1, person_id=third.person_id) == 1
    assert step([first], place=0, person_id=first.person_id) is None
    assert step([], place=7, person_id=first.person_id) is None


def test_the_last_result_of_all_and_the_first_day_are_found_among_several():
    both = {"phq-9": points(1, 2), "pcl-5": points(3)}
    waits = row(results=both, due_by=TODAY, tasks=(task(-2), task(None)))

    assert waits.last_day == date(2026, 6, 2)
    assert waits.first_due == TODAY - 2 * DAY
