"""When what was assigned is asked next: never two open at once, counted from the last answer."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rhythm import (
    BEFORE_SESSION,
    DAY,
    EVERY,
    Changes,
    Stored,
    before_sessions,
    every_so_often,
)
from models.vocabulary import Rhythm

TODAY = date(2030, 5, 6)
WEEK = timedelta(weeks=1)


def days(number: int) -> date:
    return TODAY + number * DAY


def window(opens: int, closes: int, **given) -> Stored:
    return Stored(uuid4(), days(opens), days(closes), **given)


def applied(stored: list[Stored], changes: Changes, today: date) -> list[Stored]:
    """As the database would hold them afterwards."""
    by_id: dict[UUID, Stored] = {each.id: each for each in stored if each.id not in changes.gone}
    for key in changes.closed:
        by_id[key] = replace(by_id[key], closes_on=today - DAY)
    for key, planned in changes.moved:
        by_id[key] = replace(by_id[key], closes_on=planned.closes_on, session=planned.session)
    made = [Stored(uuid4(), each.opens_on, each.closes_on, each.session) for each in changes.made]
    return [*by_id.values(), *made]


def asked(stored: list[Stored], today: date) -> list[Stored]:
    return [each for each in stored if each.over_on is None and each.closes_on >= today]


def test_the_first_is_asked_on_the_day_it_is_assigned_and_closes_before_the_second():
    (first,) = every_so_often([], Rhythm.TWO_WEEKS, since=TODAY, today=TODAY).made

    assert (first.opens_on, first.due_by, first.closes_on) == (TODAY, days(5), days(13))


@pytest.mark.parametrize("rhythm", EVERY)
def test_the_next_one_is_counted_from_the_day_of_the_answer(rhythm):
    answered = window(-20, -14, answered_on=days(-2))

    (planned,) = every_so_often([answered], rhythm, since=days(-20), today=TODAY).made

    assert planned.opens_on == days(-2) + EVERY[rhythm].every


def test_what_was_missed_is_followed_by_the_next_one_at_once():
    changes = every_so_often([window(-7, -1)], Rhythm.WEEKLY, since=days(-7), today=TODAY)

    assert [each.opens_on for each in changes.made] == [TODAY]


def test_after_a_long_silence_of_the_job_only_today_is_asked():
    changes = every_so_often([window(-90, -84)], Rhythm.WEEKLY, since=days(-90), today=TODAY)

    assert [each.opens_on for each in changes.made] == [TODAY]


@pytest.mark.parametrize("opens", [-3, 2])
def test_what_was_declined_or_waived_is_asked_again_next_time(opens):
    aside = window(opens, opens + 6, aside_on=TODAY)

    (planned,) = every_so_often([aside], Rhythm.WEEKLY, since=days(-3), today=TODAY).made

    assert planned.opens_on == max(TODAY, days(opens)) + WEEK


@pytest.mark.parametrize(("opens", "end"), [(4, "gone"), (0, "closed")])
def test_an_answer_that_was_struck_out_leaves_one_open_and_not_two(opens, end):
    struck, later = window(-3, 3), window(opens, opens + 6)

    changes = every_so_often([later, struck], Rhythm.WEEKLY, since=days(-3), today=TODAY)

    assert getattr(changes, end) == [later.id] and changes.count == 1


def test_each_session_has_its_window_and_none_begins_before_the_one_before_it_is_over():
    changes = before_sessions([], [days(5), days(4), days(20), days(-1)], today=TODAY)

    spans = [(each.opens_on, each.closes_on) for each in changes.made]
    assert spans == [(days(1), days(4)), (days(5), days(5)), (days(17), days(20))]
    assert [each.session for each in changes.made] == [days(4), days(5), days(20)]


def test_a_session_tomorrow_is_asked_about_today():
    (planned,) = before_sessions([], [days(1)], today=TODAY).made

    assert (planned.opens_on, planned.due_by) == (TODAY, days(1))


def test_asking_again_changes_nothing():
    stored = applied([], before_sessions([], [days(0), days(9)], today=TODAY), TODAY)

    assert before_sessions(stored, [days(9), days(0)], today=TODAY).count == 0


def test_an_open_window_goes_with_its_session_when_that_is_moved():
    opened = window(-1, 2, session=days(2))

    changes = before_sessions([opened], [days(6)], today=TODAY)

    ((key, planned),) = changes.moved
    assert (key, planned.due_by, planned.session) == (opened.id, days(6), days(6))
    assert changes.count == 1


def test_a_session_that_is_called_off_closes_its_window_and_called_again_opens_the_same_one():
    opened, waiting = window(0, 3, session=days(3)), window(6, 9, session=days(9))

    changes = before_sessions([opened, waiting], [], today=TODAY)
    assert (changes.closed, changes.gone) == ([opened.id], [waiting.id])
    off = applied([opened, waiting], changes, TODAY)
    again = before_sessions(off, [days(3)], today=TODAY)

    assert [key for key, _ in again.moved] == [opened.id] and again.count == 1


@pytest.mark.parametrize(("later", "is_asked"), [(0, False), (3, False), (4, True)])
def test_answers_of_the_last_days_serve_for_a_session_that_was_moved(later, is_asked):
    answered = window(-1, 1, session=days(1), answered_on=TODAY)

    changes = before_sessions([answered], [days(later)], today=TODAY)

    assert bool(changes.made) is is_asked


def test_what_was_declined_for_a_session_is_not_asked_again_for_it():
    declined = window(-1, 2, session=days(2), aside_on=days(-1))

    assert before_sessions([declined], [days(2)], today=TODAY).count == 0


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(-2, 25)), st.booleans()), max_size=8)
)
def test_whatever_is_moved_called_off_and_answered_no_two_are_open_on_one_day(story):
    """Days go by, sessions are planned anew, and what is open is answered or not."""
    stored: list[Stored] = []
    today = TODAY
    for gone_by, sessions, is_answered in story:
        today += gone_by * DAY
        changes = before_sessions(stored, [days(each) for each in sessions], today=today)
        stored = applied(stored, changes, today)
        spans = sorted((each.opens_on, each.closes_on) for each in asked(stored, today))
        assert all(one[1] < two[0] for one, two in zip(spans, spans[1:], strict=False))
        assert len({each.opens_on for each in stored}) == len(stored)
        assert all(each.closes_on - each.opens_on >= timedelta(0) for each in asked(stored, today))
        assert all(planned.opens_on >= planned.due_by - BEFORE_SESSION for planned in changes.made)
        if is_answered:
            stored = [
                replace(each, answered_on=today)
                if each in asked(stored, today) and each.opens_on <= today
                else each
                for each in stored
            ]
