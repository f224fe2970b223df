"""The second look: never by the opener or the person, and never forgotten."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.tables.glass import BreakGlass
from models.vocabulary import Act, ReviewState, Role, Verdict
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.policies.actor import Machine
from welfare.policies.flows import REVIEW_MOVES, review_state
from welfare.services import glass, oversight_rounds, reviews

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def round_of(edge, at):
    return edge.act(oversight_rounds.tell_overdue_reviews, by=Machine(), at=at)


def test_an_officer_or_another_lead_says_whether_it_was_justified(it, edge, said, told):
    opened = it.break_glass(it.lead)
    told()

    with pytest.raises(AccessDenied):
        it.review(it.lead, opened)
    it.review(it.officer, opened, verdict="not_justified", words="Nobody was in danger.")

    assert said(it.now(opened), "verdict") == ["not_justified", "Nobody was in danger."]
    assert told() == [it.lead.account_id]
    assert edge.acts()[Act.GLASS_REVIEWED] == 1
    assert Act.GLASS_REVIEWED in {each.act for each in it.readers()}


def test_nobody_else_reviews_it(it, make):
    opened = it.break_glass()
    elsewhere = make.unit("Elsewhere", make.root)
    others = [make.actor(role) for role in set(Role) - {Role.PRIVACY_OFFICER, Role.CLINIC_LEAD}]

    for actor in (it.opener, it.carer, make.actor(Role.PRIVACY_OFFICER, elsewhere), *others):
        with pytest.raises(AccessDenied):
            it.review(actor, opened)


def test_the_person_does_not_review_it_in_a_role_of_theirs(it, make, edge):
    about = make.actor(Role.PRIVACY_OFFICER)
    opened = it.break_glass(person_id=about.person_id)

    with pytest.raises(AccessDenied):
        it.review(about, opened)
    assert edge.look(reviews.list_reviews, actor=about, at=make.now).waiting == ()


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"verdict": "perhaps"}, {"verdict": "choose"}),
        ({"words": " "}, {"words": "empty"}),
        ({"words": "x" * 1001}, {"words": "too_long"}),
    ],
)
def test_a_verdict_needs_words(it, given, problems):
    opened = it.break_glass()

    with pytest.raises(InputRefused) as refused:
        it.review(it.officer, opened, **given)

    assert refused.value.problems == problems


def test_a_review_is_done_once(it):
    opened = it.break_glass()
    it.review(it.officer, opened)

    with pytest.raises(MoveNotAllowed):
        it.review(it.lead, opened)


def test_the_list_names_the_opener_and_the_reason_and_nobody_whose_record_it_is(it, edge, make):
    it.break_glass()

    found = edge.look(reviews.list_reviews, actor=it.officer, at=make.now)
    (waiting,) = found.waiting

    assert waiting.opener.startswith("Adan Marrow") and waiting.words == "Found on the floor."
    assert waiting.who == f"#{it.person.id.hex[-8:]}"
    assert found.done == ()


def test_overdue_reviews_go_to_every_lead_and_officer_once_a_day_until_done(it, edge, make, told):
    opened = it.break_glass()
    told()
    late = make.now + 72 * HOUR

    assert round_of(edge, late - HOUR) == 0
    assert round_of(edge, late) == 1
    assert told() == sorted([it.officer.account_id, it.lead.account_id])
    assert round_of(edge, late + HOUR) == 0
    assert round_of(edge, late + DAY) == 1
    it.review(it.officer, opened, at=late + DAY)
    assert round_of(edge, late + 3 * DAY) == 0
    assert edge.acts()[Act.GLASS_OVERDUE] == 2


def test_the_list_costs_the_same_for_one_and_for_many(it, edge, make):
    given = {"actor": it.officer, "at": make.now}
    it.break_glass()
    one = edge.queries(reviews.list_reviews, **given)
    for _ in range(3):
        it.break_glass(person_id=make.person().id)

    assert edge.queries(reviews.list_reviews, **given) == one


STEPS = st.lists(st.sampled_from(["hour", "days", "end", "review", "round"]), max_size=6)
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(steps=STEPS)
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
def test_whatever_happens_an_opening_ends_and_is_reviewed_or_told_of(steps, it, edge, make):
    person, at = make.person(), make.now
    opened = it.break_glass(person_id=person.id, hours=2)
    states = [review_state(it.now(opened), at)]

    for step in steps:
        at += {"hour": HOUR, "days": 2 * DAY}.get(step, timedelta())
        _do(step, it, edge, opened, at)
        states.append(review_state(it.now(opened), at))

    row = it.now(opened)
    assert row.is_open(at) == (row.ended_at is None and at < opened.until_at)
    assert all(new == old or new in REVIEW_MOVES[old] for old, new in pairwise(states))
    if states[-1] is ReviewState.DONE:
        assert row.next_tell_at is None
    else:  # somebody will be told, and the job finds it
        assert states[-1] in (ReviewState.WAITING, ReviewState.OVERDUE)
        far = max(at, row.next_tell_at)
        assert edge.rows(BreakGlass, BreakGlass.next_tell_at <= far, BreakGlass.id == row.id)


def _do(step, it, edge, opened, at):
    try:
        if step == "end":
            actor = replace(it.opener, at=at)
            edge.act(glass.end_glass, actor=actor, glass_id=opened.id, at=at)
        elif step == "review":
            it.review(it.officer, opened, at=at, verdict=Verdict.JUSTIFIED)
        elif step == "round":
            round_of(edge, at)
    except MoveNotAllowed:
        assert step in ("end", "review")
