"""What is true of every schedule, whoever the person is and whatever happened when."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.programmes import Deployed, Facts, Kept, Reason, load, schedule
from models.vocabulary import Phase, WindowStatus
from tests.models.programmes.lives import EVERYTHING, answered, put_aside

PROGRAMMES = [EVERYTHING, *map(load, ("us-current", "us-2013", "canada", "un-contingent"))]
ANSWERED = {WindowStatus.EARLY, WindowStatus.IN_WINDOW, WindowStatus.LATE}
CAN_BE_ANSWERED = {WindowStatus.NOT_DUE, WindowStatus.OPEN, WindowStatus.MISSED}
RANKS = {
    WindowStatus.NOT_DUE: 0,
    WindowStatus.OPEN: 1,
    WindowStatus.MISSED: 2,
    WindowStatus.WAIVED: 2,
    **dict.fromkeys([*ANSWERED, WindowStatus.DECLINED], 3),
}
YEARS = range(-250, 2200, 45)


def days(count):
    return timedelta(days=count)


@st.composite
def stays(draw, start):
    """Deployments that do not overlap; the last one may still be going on."""
    made, first = [], start
    for _ in range(draw(st.integers(0, 3))):
        until = first + days(draw(st.integers(0, 420)))
        leave = draw(st.none() | st.integers(0, 60))
        leave_end = None if leave is None else until + days(leave)
        made.append(Deployed(first, until, leave_end, finding=draw(st.booleans())))
        first = until + days(draw(st.integers(1, 500)))
    if made and draw(st.booleans()):
        made[-1] = Deployed(made[-1].from_day)
    return tuple(made)


@st.composite
def lives(draw):
    """A programme and a person who, as time goes by, answers, declines, or hands in papers."""
    programme = draw(st.sampled_from(PROGRAMMES))
    start = draw(st.dates(date(2023, 1, 1), date(2028, 3, 1)))
    incidents = draw(st.lists(st.integers(0, 900), max_size=3))
    facts = Facts(draw(stays(start)), tuple(start + days(each) for each in incidents))
    acts = draw(
        st.lists(
            st.tuples(
                st.integers(-120, 1800),
                st.sampled_from(["answer", "answer", "answer", "decline", "waive", "paper"]),
                st.integers(0, 50),
            ),
            max_size=8,
        )
    )
    for offset, act, pick in sorted(acts):
        facts = after(facts, programme, start + days(offset), act, pick)
    return programme, facts, start


def after(facts, programme, today, act, pick):
    if act == "paper":
        return replace(facts, kept=(*facts.kept, Kept(today, list(Phase)[pick % len(Phase)])))
    open_still = [w for w in schedule(facts, programme, today) if w.status in CAN_BE_ANSWERED]
    if not open_still:
        return facts
    window = open_still[pick % len(open_still)]
    if act == "answer":
        return answered(facts, window, today)
    return put_aside(facts, window, today, is_declined=act == "decline")


def by_turn(windows):
    """Each window by its code, its cause and its number."""
    counted = {}
    for window in windows:
        place = (window.code, window.cause)
        counted[*place, sum(key[:2] == place for key in counted)] = window
    return counted


@given(lives(), st.sampled_from(YEARS))
def test_every_status_says_what_it_means_and_nothing_else(life, offset):
    programme, facts, start = life
    today = start + days(offset)
    for window in schedule(facts, programme, today):
        kept = window.answered_by
        true_of = {
            WindowStatus.NOT_DUE: today < window.opens_on,
            WindowStatus.OPEN: window.opens_on <= today <= window.closes_on,
            WindowStatus.MISSED: window.due_by <= window.closes_on < today,
            WindowStatus.EARLY: kept and kept.day < window.opens_on,
            WindowStatus.IN_WINDOW: kept and window.opens_on <= kept.day <= window.due_by,
            WindowStatus.LATE: kept and window.due_by < kept.day,
            WindowStatus.WAIVED: window.closes_on < window.due_by
            or window.reason is Reason.SET_ASIDE,
            WindowStatus.DECLINED: True,
        }
        assert true_of[window.status], window
        assert (kept is not None) == (window.status in ANSWERED)
        assert (window.reason is not None) == (window.status is WindowStatus.WAIVED)
        assert window.opens_on <= window.due_by
        assert window.closes_on >= window.opens_on - days(1)


@given(lives())
def test_time_only_moves_a_window_on_and_what_was_answered_never_changes(life):
    programme, facts, start = life
    each_day = [by_turn(schedule(facts, programme, start + days(day))) for day in YEARS]
    for earlier, later in pairwise(each_day):
        assert earlier.keys() <= later.keys()
        for key, window in earlier.items():
            assert RANKS[window.status] <= RANKS[later[key].status], (window, later[key])
            if window.status in ANSWERED or window.status is WindowStatus.DECLINED:
                assert later[key] == window


@given(lives(), st.sampled_from(YEARS), st.randoms(use_true_random=False))
def test_the_order_of_events_means_nothing(life, offset, chance):
    programme, facts, start = life
    shuffled = Facts(
        *(
            tuple(chance.sample(given, len(given)))
            for given in (facts.deployments, facts.incidents, facts.kept, facts.set_aside)
        )
    )
    today = start + days(offset)

    assert schedule(shuffled, programme, today) == schedule(facts, programme, today)


@given(lives(), st.sampled_from(YEARS))
def test_the_same_facts_give_the_same_schedule_and_the_earliest_comes_first(life, offset):
    programme, facts, start = life
    windows = schedule(facts, programme, start + days(offset))

    assert schedule(facts, programme, start + days(offset)) == windows
    assert [window.opens_on for window in windows] == sorted(w.opens_on for w in windows)
    assert len({window.held for window in windows}) == len(windows)


@given(lives(), st.sampled_from(YEARS))
def test_no_window_opens_before_the_spacing_is_over(life, offset):
    programme, facts, start = life
    spacing = {rule.code: days(rule.spacing) for rule in programme.windows}
    today = start + days(offset)
    for window in schedule(facts, programme, today):
        if window.answered_by or window.status in (WindowStatus.WAIVED, WindowStatus.DECLINED):
            continue  # nobody is asked, so its day means nothing
        for kept in facts.kept:
            if kept.day <= min(today, window.opens_on):
                assert kept.day + spacing[window.code] <= window.opens_on, (kept, window)


@given(lives(), st.sampled_from(YEARS))
def test_at_most_one_window_of_a_deployment_and_of_an_incident_is_open(life, offset):
    programme, facts, start = life
    windows = schedule(facts, programme, start + days(offset))

    open_now = [
        (window.code == "shock", window.cause)
        for window in windows
        if window.status is WindowStatus.OPEN
    ]

    assert len(set(open_now)) == len(open_now)


@given(lives(), st.sampled_from(YEARS), st.integers(-400, 400))
def test_an_extension_or_an_earlier_return_never_rewrites_what_was_answered(life, offset, moved):
    programme, facts, start = life
    today = start + days(offset)
    if not facts.deployments:
        return
    *others, last = facts.deployments
    until = max(last.from_day, (last.until_day or today) + days(moved))
    changed = replace(facts, deployments=(*others, replace(last, until_day=until)))

    before, now = (schedule(each, programme, today) for each in (facts, changed))

    for window in before:
        if window.answered_by is not None and window.answered_by.window is not None:
            assert window in now


@given(lives(), st.sampled_from(YEARS))
def test_every_screening_that_names_a_window_answers_it(life, offset):
    programme, facts, start = life
    today = start + days(offset)
    answers = [w.answered_by for w in schedule(facts, programme, today) if w.answered_by]

    assert {k for k in facts.kept if k.window and k.day <= today} <= set(answers)
    assert len(answers) == len({id(answer) for answer in answers})


STARTS = st.dates(date(2023, 1, 1), date(2030, 1, 1))
LENGTHS = st.integers(0, 900)


@given(STARTS, LENGTHS, st.integers(90, 910))
def test_from_90_to_910_days_after_the_return_somebody_silent_is_always_asked(
    first, length, offset
):
    """us-2013: its three windows leave no gap and do not overlap."""
    until = first + days(length)
    windows = schedule(Facts((Deployed(first, until),)), load("us-2013"), until + days(offset))

    open_now = [w for w in windows if w.status is WindowStatus.OPEN and w.phase is Phase.POST]
    assert len(open_now) == 1


@given(STARTS, st.integers(0, 1439))
def test_every_day_of_a_mission_lies_in_one_180_day_period(first, offset):
    """us-current, while the return is not known."""
    windows = schedule(Facts((Deployed(first),)), load("us-current"), first + days(offset))

    assert [w.code for w in windows if w.status is WindowStatus.OPEN] == ["in-mission"]


@given(STARTS, LENGTHS)
def test_in_a_mission_no_more_than_180_days_lie_between_two_due_days(first, length):
    """un-contingent: from the departure on, until the return window is due."""
    until = first + days(length)
    windows = schedule(Facts((Deployed(first, until),)), load("un-contingent"), first)

    due = [w.due_by for w in windows if w.phase in (Phase.DURING, Phase.RETURN)]
    assert all(b - a <= days(210) for a, b in pairwise([first, *due]))
    in_mission = [w.due_by for w in windows if w.phase is Phase.DURING]
    assert all(b - a == days(180) for a, b in pairwise([first, *in_mission]))


@given(STARTS, LENGTHS, st.integers(0, 60), st.integers(0, 4000))
def test_the_years_after_a_return_have_no_gap_though_nobody_answers(first, length, leave, offset):
    """us-current: each year is due a year after the one before, and one is always ahead."""
    until = first + days(length)
    person = Facts((Deployed(first, until, until + days(leave)),))
    today = until + days(offset)
    due = [
        w.due_by
        for w in schedule(person, load("us-current"), today)
        if w.phase in (Phase.RETURN, Phase.ANNUAL)
    ]

    assert all(b - a == days(365) for a, b in pairwise(due))
    assert due[-1] + days(60) >= today
