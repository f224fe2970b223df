"""Sending a screening: once and for good, whole or not at all."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from models import vault
from models.instruments import find
from models.instruments.payload import SIZE, unpack
from models.instruments.summary import read_results
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.screenings import ConflictCopy, Draft, Screening
from models.vocabulary import Act, AlertStatus, Decision, LetterKind, Origin, Phase
from tests.factories import CALM, CRITICAL, TODAY
from welfare.errors import (
    AccessDenied,
    AnswersRefused,
    MoveNotAllowed,
    RecordNotFound,
    SubmissionConflict,
)
from welfare.services.drafts import save_part
from welfare.services.screenings import read_receipt, send_screening

OVERHEAD = 1 + 12 + 16  # format, nonce, tag
HARD = {"0": 1, "1": 1, "2": 1, "3": 1, "4": 0, "5": 0}  # opens the second questionnaire
STRAINED = {**CALM, "pc-ptsd-5": HARD}


def highest(code):
    return {item.id: item.values[-1] for item in find(code).items}


EVERYTHING = {code: highest(code) for code in (*CALM, "pcl-5", "gad-7")}
OPENED = {**STRAINED, "pcl-5": {str(number): 0 for number in range(1, 21)}}


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor()


@pytest.fixture
def sent(make, member):
    """The arguments of a first, calm submission."""
    return {
        "actor": member,
        "window_id": make.window(member.person_id).id,
        "submission_id": uuid4(),
        "answers": CALM,
        "language": "en",
        "at": make.now,
    }


def opened(edge, row, column="payload"):
    with edge.database.reading() as session:
        return vault.opened(vault.key_for(session, person_id=row.person_id), row, column)


def test_sending_keeps_one_sealed_screening_with_its_event(edge, sent, member):
    receipt = edge.act(send_screening, **sent)

    (kept,) = edge.rows(Screening)
    (event,) = edge.rows(AuditEvent)
    assert receipt.screening.id == kept.id and receipt.alert is None
    assert (kept.person_id, kept.window_id, kept.day) == (
        member.person_id,
        sent["window_id"],
        sent["at"].date(),
    )
    assert (kept.phase, kept.origin) == (Phase.POST, Origin.WEB)
    assert (event.act, event.resource_id, event.actor_id) == (
        Act.SCREENING_SENT,
        kept.id,
        member.account_id,
    )
    assert unpack(opened(edge, kept)).response("phq-9").result.total == 0
    assert edge.count(Alert) == edge.count(Case) == 0


def test_sending_ends_the_draft_and_updates_the_summary(edge, sent, member):
    given = {key: sent[key] for key in ("actor", "window_id", "at")}
    edge.act(save_part, **given, part="phq-9", answers=CALM["phq-9"], today=TODAY)

    edge.act(send_screening, **sent)

    (person,) = edge.rows(Person, Person.id == member.person_id)
    results = read_results(opened(edge, person, "summary"))
    assert edge.count(Draft) == 0
    assert set(results) == set(CALM)
    assert [point.total for point in results["phq-9"]] == [0]


def test_the_same_answers_again_give_the_same_receipt_and_keep_one_row(edge, sent):
    first = edge.act(send_screening, **sent)

    again = edge.act(send_screening, **sent)

    assert again.screening.id == first.screening.id
    assert again.payload == unpack(opened(edge, first.screening))
    assert edge.count(Screening) == 1
    assert edge.acts() == Counter([Act.SCREENING_SENT])


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


@pytest.mark.parametrize("first", [CALM, CRITICAL])
def test_a_third_copy_raises_no_second_alert_for_the_same_screening(edge, sent, first):
    edge.act(send_screening, **sent | {"answers": first})
    for value in (2, 3):
        other = {**CALM, "phq-9": {**CALM["phq-9"], "9": value}}
        with pytest.raises(SubmissionConflict):
            edge.act(send_screening, **sent | {"answers": other})

    assert edge.count(Alert) == 1
    assert edge.count(ConflictCopy) == 2


def test_a_critical_copy_raises_again_once_the_first_alert_is_closed(edge, sent):
    first = edge.act(send_screening, **sent | {"answers": CRITICAL})
    with edge.database.writing() as session:
        alert = session.get_one(Alert, first.alert.id)
        alert.status, alert.outcome = AlertStatus.CLOSED, alert.detail
        alert.acknowledged_at = alert.closed_at = sent["at"]
        alert.acknowledged_by = alert.owner_id
        session.add(AuditEvent(**an_event(sent["at"])))
        session.commit()

    other = {**CALM, "phq-9": {**CALM["phq-9"], "9": 3}}
    with pytest.raises(SubmissionConflict):
        edge.act(send_screening, **sent | {"answers": other})

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


def test_preferring_not_to_answer_anything_is_an_answer(edge, sent):
    declined = {code: dict.fromkeys(item.id for item in find(code).items) for code in CALM}

    receipt = edge.act(send_screening, **sent | {"answers": declined})

    assert [each.result.total for each in receipt.payload.responses] == [None] * 4
    assert [each.result.positive for each in receipt.payload.responses] == [None] * 4
    assert receipt.alert is None


def test_what_the_first_stage_opens_is_kept_with_it_and_asks_for_care(edge, sent):
    receipt = edge.act(send_screening, **sent | {"answers": OPENED})

    (case,) = edge.rows(Case)
    assert [each.instrument for each in receipt.payload.responses] == [*CALM, "pcl-5"]
    assert case.person_id == sent["actor"].person_id
    assert edge.acts() == Counter([Act.SCREENING_SENT, Act.CASE_OPENED])


def test_somebody_in_care_already_stays_with_their_clinician(edge, sent, make):
    (person,) = edge.rows(Person, Person.id == sent["actor"].person_id)
    case = make.case(person, make.actor())

    edge.act(send_screening, **sent | {"answers": OPENED})

    assert [each.id for each in edge.rows(Case)] == [case.id]


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


def test_every_screening_is_as_long_as_every_other(edge, make):
    make.reachable()
    for answers in (CALM, CRITICAL, OPENED, EVERYTHING):
        member = make.actor()
        edge.act(
            send_screening,
            actor=member,
            window_id=make.window(member.person_id).id,
            submission_id=uuid4(),
            answers=answers,
            language="en",
            at=make.now,
        )

    assert [len(each.payload) for each in edge.rows(Screening)] == [SIZE + OVERHEAD] * 4
    assert len({len(each.detail) for each in edge.rows(Alert)}) == 1
    sizes = {len(each.summary) for each in edge.rows(Person) if each.summary}
    assert len(sizes) == 1


def test_reading_a_receipt_is_recorded_and_only_its_owner_may(edge, sent, make):
    receipt = edge.act(send_screening, **sent | {"answers": CRITICAL})
    asked = {"screening_id": receipt.screening.id, "at": sent["at"]}

    found = edge.look(read_receipt, actor=sent["actor"], **asked)
    with pytest.raises(AccessDenied):
        edge.look(read_receipt, actor=make.actor(), **asked)
    with pytest.raises(RecordNotFound):
        edge.look(read_receipt, actor=sent["actor"], screening_id=uuid4(), at=sent["at"])

    assert found.alert.id == edge.rows(Alert)[0].id
    assert edge.acts() == Counter([Act.SCREENING_SENT, Act.ALERT_RAISED, Act.OWN_RECORD_READ])
