"""Answers that are wrong, missing, too many or another person's are refused whole."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.screenings import ConflictCopy, Screening
from tests.factories import CALM, TODAY
from tests.services.screenings.answer_sets import STRAINED
from welfare.errors import (
    AccessDenied,
    AnswersRefused,
    MoveNotAllowed,
    RecordNotFound,
)
from welfare.services.screenings import send_screening


@pytest.mark.parametrize(
    ("answers", "problems"),
    [
        ({}, dict.fromkeys(CALM, "missing")),
        (
            {**CALM, "pc-ptsd-5": {}},
            {f"pc-ptsd-5.{number}": "missing" for number in range(6)},
        ),
        (
            {**CALM, "pc-ptsd-5": {"0": 1}},
            {"pcl-5": "missing"}  # what is not known opens the second stage
            | {f"pc-ptsd-5.{number}": "missing" for number in range(1, 6)},
        ),
        ({**CALM, "gad-2": {"1": 0}}, {"gad-2.2": "missing", "gad-7": "missing"}),
        ({**CALM, "gad-2": {"1": 0, "2": 4}}, {"gad-2.2": "not_offered"}),
        ({**CALM, "gad-2": {"1": 0, "2": -1}}, {"gad-2.2": "not_offered"}),
        ({**CALM, "gad-2": {"1": 0, "2": True}}, {"gad-2.2": "not_offered"}),
        ({**CALM, "gad-2": {"1": 0, "2": 0, "3": 0}}, {"gad-2.3": "not_offered"}),
        ({**CALM, "k10": {"1": 1}}, {"k10": "not_asked"}),
        ({**CALM, "pcl-5": {"1": 0}}, {"pcl-5": "not_asked"}),
        ({**CALM, "made-up": {"1": 0}}, {"made-up": "not_asked"}),
        (STRAINED, {"pcl-5": "missing"}),
        ({**STRAINED, "pcl-5": {"1": 0}}, {f"pcl-5.{n}": "missing" for n in range(2, 21)}),
        ({**CALM, "gad-2": {"1": 3, "2": 3}}, {"gad-7": "missing"}),
    ],
    ids=[f"form-{number}" for number in range(14)],
)
def test_wrong_missing_or_extra_answers_are_refused_by_name(edge, sent, answers, problems):
    before = edge.counts()

    with pytest.raises(AnswersRefused) as refused:
        edge.act(send_screening, **sent | {"answers": answers})

    assert refused.value.problems == problems
    assert edge.counts() == before


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({**CALM, "made-up": {"1": 0}}, {"made-up": "not_asked"}),
        ({**CALM, "gad-2": {"1": 9}}, {"gad-2.1": "not_offered"}),
    ],
)
def test_nonsense_after_a_sent_screening_is_refused_too(edge, sent, answers, problem):
    edge.act(send_screening, **sent)

    with pytest.raises(AnswersRefused) as refused:
        edge.act(send_screening, **sent | {"answers": answers})

    assert refused.value.problems == problem
    assert edge.count(ConflictCopy) == 0


def test_another_persons_window_is_refused_and_a_missing_one_not_found(edge, sent, make):
    theirs = make.window(make.person().id).id

    with pytest.raises(AccessDenied):
        edge.act(send_screening, **sent | {"window_id": theirs})
    with pytest.raises(RecordNotFound):
        edge.act(send_screening, **sent | {"window_id": uuid4()})

    assert edge.count(Screening) == 0


def test_a_window_is_not_answered_before_it_opens_but_gladly_late(edge, sent, make, member):
    later = make.window(member.person_id, code="yearly", opens_on=TODAY + timedelta(days=2))
    missed = make.window(
        member.person_id,
        code="before",
        opens_on=TODAY - timedelta(days=400),
        due_by=TODAY - timedelta(days=300),
    )

    with pytest.raises(MoveNotAllowed):
        edge.act(send_screening, **sent | {"window_id": later.id})
    edge.act(send_screening, **sent | {"window_id": missed.id})

    assert [each.window_id for each in edge.rows(Screening)] == [missed.id]
