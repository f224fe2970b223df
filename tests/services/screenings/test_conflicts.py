"""Sent twice, or at once: the same receipt, or both answers kept and one alert."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from models.instruments.payload import unpack
from models.instruments.summary import read_results
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.screenings import ConflictCopy, Screening
from models.vocabulary import Act, AlertStatus, Decision, LetterKind
from tests.factories import CALM, CRITICAL
from tests.services.screenings.answer_sets import EVERYTHING, opened
from welfare.errors import (
    AccessDenied,
    SubmissionConflict,
)
from welfare.services.screenings import send_screening


def test_other_answers_under_the_same_id_are_refused_and_both_are_kept(edge, sent):
    first = edge.act(send_screening, **sent)
    other = {**CALM, "gad-2": {"1": 1, "2": 0}}

    with pytest.raises(SubmissionConflict):
        edge.act(send_screening, **sent | {"answers": other})

    (kept,), (copy,) = edge.rows(Screening), edge.rows(ConflictCopy)
    assert unpack(opened(edge, kept)).response("gad-2").answers == {"1": 0, "2": 0}
    assert unpack(opened(edge, copy)).response("gad-2").answers == {"1": 1, "2": 0}
    assert copy.screening_id == first.screening.id
    assert edge.acts() == Counter([Act.SCREENING_SENT, Act.SCREENING_CONFLICT])


def test_a_critical_answer_in_the_second_copy_still_raises_an_alert(edge, sent):
    first = edge.act(send_screening, **sent)

    with pytest.raises(SubmissionConflict):
        edge.act(send_screening, **sent | {"answers": CRITICAL})

    (alert,) = edge.rows(Alert)
    assert (alert.screening_id, alert.status) == (first.screening.id, AlertStatus.RAISED)
    assert opened(edge, alert, "detail") == {"items": ["phq-9.9"]}
    assert [letter.kind for letter in edge.rows(Letter)] == [LetterKind.NUDGE]


def answered(value):
    return {**CALM, "phq-9": {**CALM["phq-9"], "9": value}}


@pytest.mark.parametrize(
    ("first", "copies", "alerts"),
    [
        (0, (2, 2, 1), 1),
        (2, (2, 1, 0), 1),
        (1, (3,), 2),
        (0, (1, 3, 3, 2), 2),
        (1, (2, 3), 3),
    ],
)
def test_only_a_worse_answer_in_a_copy_rings_again_while_the_first_alert_is_worked_on(
    edge, sent, first, copies, alerts
):
    edge.act(send_screening, **sent | {"answers": answered(first)})
    for number, value in enumerate(copies):
        other = {**answered(value), "gad-2": {"1": number % 3 + 1, "2": 0}}
        with pytest.raises(SubmissionConflict):
            edge.act(send_screening, **sent | {"answers": other})

    assert edge.count(Alert) == alerts
    assert edge.count(ConflictCopy) == len(copies)


def test_a_critical_copy_raises_again_once_the_first_alert_is_closed(edge, sent):
    first = edge.act(send_screening, **sent | {"answers": CRITICAL})
    with edge.database.writing() as session:
        alert = session.get_one(Alert, first.alert.id)
        alert.status, alert.outcome = AlertStatus.CLOSED, alert.detail
        alert.acknowledged_at = alert.closed_at = sent["at"]
        alert.acknowledged_by = alert.owner_id
        session.add(AuditEvent(**an_event(sent["at"])))
        session.commit()

    with pytest.raises(SubmissionConflict):
        edge.act(send_screening, **sent | {"answers": answered(3)})

    assert sorted(alert.status for alert in edge.rows(Alert)) == ["closed", "raised"]


def an_event(at):
    return {
        "at": at,
        "act": Act.ALERT_CLOSED,
        "decision": Decision.ALLOWED,
        "request_id": uuid4(),
    }


def test_another_id_for_an_answered_window_gives_the_receipt_or_a_conflict(edge, sent):
    first = edge.act(send_screening, **sent)
    another = sent | {"submission_id": uuid4()}

    same = edge.act(send_screening, **another)
    with pytest.raises(SubmissionConflict):
        edge.act(send_screening, **another | {"answers": CRITICAL})

    assert same.screening.id == first.screening.id
    assert (edge.count(Screening), edge.count(ConflictCopy)) == (1, 1)


def test_a_used_id_for_another_own_window_is_a_conflict(edge, sent, make, member):
    edge.act(send_screening, **sent)
    later = make.window(member.person_id, code="yearly").id

    with pytest.raises(SubmissionConflict):
        edge.act(send_screening, **sent | {"window_id": later})

    assert edge.count(Screening) == 1


def test_an_id_that_somebody_else_used_tells_nothing(edge, sent, make):
    edge.act(send_screening, **sent)
    other = make.actor()
    theirs = sent | {"actor": other, "window_id": make.window(other.person_id).id}

    with pytest.raises(AccessDenied):
        edge.act(send_screening, **theirs)

    assert (edge.count(Screening), edge.count(ConflictCopy)) == (1, 0)


@pytest.mark.parametrize("answers", [CRITICAL, EVERYTHING], ids=["critical", "everything"])
def test_two_at_once_leave_exactly_one_screening_and_one_alert(edge, sent, answers):
    together = Barrier(2, timeout=10)

    def send(_turn):
        together.wait()
        return edge.act(send_screening, **sent | {"answers": answers}).screening.id

    with ThreadPoolExecutor(2) as pool:
        receipts = set(pool.map(send, range(2)))

    assert len(receipts) == 1
    assert edge.count(Screening) == edge.count(Alert) == edge.count(Letter) == 1
    assert edge.count(ConflictCopy) == 0


def test_two_windows_at_once_both_reach_the_summary(edge, sent, make, member):
    windows = [sent["window_id"], make.window(member.person_id, code="yearly").id]
    together = Barrier(2, timeout=10)

    def send(window_id):
        together.wait()
        edge.act(send_screening, **sent | {"window_id": window_id, "submission_id": uuid4()})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, windows))

    (person,) = edge.rows(Person, Person.id == member.person_id)
    assert edge.count(Screening) == 2
    assert len(read_results(opened(edge, person, "summary"))["phq-9"]) == 2
