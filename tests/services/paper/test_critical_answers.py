"""A critical answer on paper reaches a human with the first entry, by the clock of its own age."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.instruments.payload import unpack
from models.tables.care import Alert, Case
from models.tables.screenings import ConflictCopy, Screening
from models.vocabulary import AlertOutcome, AlertStatus, Origin
from tests.factories import CALM, TODAY
from welfare.policies.paper_keeping import Outcome
from welfare.services import alerts
from welfare.services.screenings import send_screening

WITHIN = timedelta(hours=8)


def said(value, **others):
    return {**CALM, **others, "phq-9": {**CALM["phq-9"], "9": value}}


def entries(edge, key, settle, values):
    """Two entries with these values, and what the paper says; the outcome of each."""
    first, second, paper = values
    came = [key(said(first)), key(said(second), turn=2)]
    if came[-1].outcome is Outcome.DIFFERENT:
        came.append(settle({"phq-9": {"9": paper}}))
    return came


@pytest.mark.parametrize(
    ("values", "bells"),
    [
        ((2, 2, 2), 1),  # told with the first entry; the whole rings no second bell
        ((0, 0, 0), 0),
        ((2, 0, 0), 1),  # mistyped: a human looked once, and closes it with an outcome
        ((0, 2, 2), 1),  # only in the second: told before anything is settled
        ((0, 2, 0), 1),
        ((1, 3, 3), 2),  # worse than what was told
        ((3, 1, 1), 1),  # milder, while somebody works on it
        ((1, 2, 3), 3),
    ],
)
def test_one_bell_for_each_answer_that_is_worse_than_what_a_human_knows(
    edge, key, settle, duty, values, bells
):
    came = entries(edge, key, settle, values)

    alerts_raised = edge.rows(Alert)
    assert came[-1].outcome is Outcome.KEPT
    assert came[0].is_told == (values[0] > 0)
    assert len(alerts_raised) == bells
    assert {alert.owner_id for alert in alerts_raised} <= {duty.account_id}
    wholes = [each for each in edge.rows(Screening) if each.window_id is not None]
    assert [each.origin for each in wholes] == [Origin.PAPER]


def test_the_part_that_is_told_names_its_window_and_holds_nothing_else(
    edge, make, key, window, member
):
    key(said(2))

    (part,) = edge.rows(Screening)
    with edge.database.reading() as session:
        data_key = vault.key_for(session, person_id=member.person_id)
        payload = unpack(vault.opened(data_key, part, "payload"))
    assert (part.window_id, payload.part_of) == (None, window.id)
    assert [each.instrument for each in payload.responses] == ["phq-9"]


@pytest.mark.parametrize(
    ("age", "status", "left"),
    [
        (timedelta(0), AlertStatus.RAISED, WITHIN),
        (timedelta(days=2), AlertStatus.RAISED, timedelta(hours=1)),
        (timedelta(days=29), AlertStatus.RAISED, timedelta(hours=1)),
        (timedelta(days=31), AlertStatus.HISTORIC, None),
    ],
)
def test_the_clock_runs_by_the_age_of_the_answer(
    edge, make, member, key, printed, age, status, left
):
    days = {"opens_on": TODAY - timedelta(days=50), "due_by": TODAY - timedelta(days=5)}
    form = printed(window_id=make.window(member.person_id, **days).id, at=make.now)
    _printed_long_ago(make, form)
    day, at = TODAY - age, make.now

    key(said(2), form_id=form.id, day=day, at=at)

    (alert,) = edge.rows(Alert)
    assert alert.status is status
    assert alert.due_at == (None if left is None else at + left)


def _printed_long_ago(make, form):
    with make.kept() as session:
        stored = session.get_one(type(form), form.id)
        stored.printed_at = make.now - timedelta(days=45)


def test_who_is_above_a_cut_point_comes_into_care_when_both_entries_agree(edge, key, duty):
    high = {**CALM, "gad-2": {"1": 3, "2": 3}}
    key(high)
    assert edge.count(Case) == 0

    key(high, turn=2)

    (case,) = edge.rows(Case)
    assert case.clinician_id == duty.account_id


def on_the_web(edge, make, member, window, answers):
    return edge.act(
        send_screening,
        actor=member,
        window_id=window.id,
        submission_id=uuid4(),
        answers=answers,
        language="en",
        at=make.now,
    )


@pytest.mark.parametrize(
    ("web", "paper"),
    [(0, 0), (2, 2), (0, 2), (2, 0), (2, 1), (1, 2)],
)
@pytest.mark.parametrize("between", [False, True])
def test_paper_and_web_meet_and_nothing_is_lost_or_doubled(
    edge, make, key, member, window, web, paper, between
):
    if between:
        key(said(paper))
    on_the_web(edge, make, member, window, said(web))
    if not between:
        key(said(paper))

    came = key(said(paper), turn=2).outcome

    (whole,) = [each for each in edge.rows(Screening) if each.window_id is not None]
    assert whole.origin is Origin.WEB
    assert came is (Outcome.SAME if web == paper else Outcome.BOTH_KEPT)
    assert edge.count(ConflictCopy) == (web != paper)
    first, second = (paper, web) if between else (web, paper)
    rung = (first > 0) + (second > first)  # a milder one needs no second bell
    assert edge.count(Alert) == rung


def test_two_forms_of_one_window_are_one_screening(edge, key, form, printed):
    other = printed()
    for turn in (1, 2):
        key(said(2), turn=turn)

    outcomes = [key(said(2), form_id=other.id, turn=turn).outcome for turn in (1, 2)]

    assert outcomes == [Outcome.ONCE_MORE, Outcome.SAME]
    assert edge.count(Alert) == 1


def test_once_the_alert_is_closed_the_same_paper_rings_no_bell_again(edge, make, key, duty):
    key(said(2))
    (alert,) = edge.rows(Alert)
    acting = {"actor": duty, "alert_id": alert.id, "at": make.now}
    edge.act(alerts.acknowledge_alert, **acting)
    edge.act(alerts.record_contact, **acting, result="reached", channel="phone", words="")
    edge.act(alerts.close_alert, **acting, outcome=AlertOutcome.SUPPORTED, words="")

    key(said(2), turn=2)

    assert edge.count(Alert) == 1
