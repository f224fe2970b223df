"""Care that ends, is handed over or goes on elsewhere, and what was assigned in it."""

import pytest

from models.base import new_key
from models.tables.care import Case
from models.tables.measures import AssignedMeasure
from models.tables.screenings import Window
from models.vocabulary import Act, CaseStatus, Role, SetAsideBy
from tests.answered import ALWAYS, answered
from tests.factories import TODAY
from welfare.errors import AccessDenied
from welfare.services import cases, interviews, measures, posts


@pytest.fixture
def measure(make, it):
    return make.measure(it.case)


@pytest.fixture
def now(edge, measure):
    """The assignment and its window, as they stand."""

    def look():
        (row,) = edge.rows(AssignedMeasure, AssignedMeasure.id == measure.id)
        (window,) = edge.rows(Window, Window.measure_id == measure.id)
        return row, window

    return look


def test_closing_the_case_ends_it_and_takes_what_is_open_with_one_event(edge, make, it, now):
    it.close()

    row, window = now()
    assert row.ended_at == make.now
    assert (window.set_aside, window.set_aside_on) == (SetAsideBy.WAIVED, TODAY)
    assert (edge.acts()[Act.CASE_CLOSED], edge.acts()[Act.MEASURE_ENDED]) == (1, 0)
    it.act(cases.reopen_case)
    assert now()[0].ended_at is not None  # care begins anew


def test_care_that_ends_with_an_interview_ends_it_too(edge, make, it, now):
    screening = answered(make, it.person, programme=ALWAYS)
    given = {"screening_id": screening.id, "spoken_on": TODAY, "channel": "phone", "words": "."}

    edge.act(interviews.certify_screening, actor=it.mine, at=make.now, ends_care=True, **given)

    assert now()[0].ended_at == make.now


def test_whoever_takes_the_case_over_goes_on_with_it(edge, make, it, now, measure):
    it.give()

    row, window = now()
    assert row.ended_at is None and window.set_aside is None
    end = {"measure_id": measure.id, "at": make.now}
    with pytest.raises(AccessDenied):
        edge.act(measures.end_measure, actor=it.mine, **end)
    edge.act(measures.end_measure, actor=it.colleague, **end)


def test_in_the_case_that_the_colleague_has_already_it_goes_on(edge, make, it, now):
    there = make.case(it.person, it.colleague)

    it.give()

    row, window = now()
    assert (row.case_id, row.ended_at, window.set_aside) == (there.id, None, None)


def test_a_post_that_ends_hands_it_on_with_the_case(edge, make, it, now):
    make.duty(it.colleague, make.root)
    admin = make.actor(Role.ADMINISTRATOR)
    (post,) = edge.rows(posts.Post, posts.Post.account_id == it.mine.account_id)

    edge.act(posts.end_post, actor=admin, post_id=post.id, at=make.now, even_so=True)

    assert it.now().clinician_id == it.colleague.account_id
    assert now()[0].ended_at is None


def test_nothing_is_assigned_in_a_case_that_is_closed_at_this_moment(edge, make, it, meanwhile):
    given = {"actor": it.mine, "case_id": it.case.id, "at": make.now}
    more = {"measure_id": new_key(), "instrument": "phq-9", "rhythm": "weekly"}
    more["programme"] = "un-contingent"

    problem = meanwhile(
        lambda session: cases.close_case(session, reason="no_need", words="", **given),
        lambda: edge.act(measures.assign_measure, **given, **more),
    )

    assert isinstance(problem, AccessDenied)
    assert edge.count(AssignedMeasure) == 0


def test_what_is_assigned_while_the_case_is_being_closed_ends_with_it(edge, make, it, meanwhile):
    given = {"actor": it.mine, "case_id": it.case.id, "at": make.now}
    more = {"measure_id": new_key(), "instrument": "phq-9", "rhythm": "weekly"}
    more["programme"] = "un-contingent"

    assert meanwhile(lambda s: measures.assign_measure(s, **given, **more), it.close) is None

    assert edge.rows(Case)[0].status is CaseStatus.CLOSED
    assert edge.rows(AssignedMeasure)[0].ended_at is not None
