"""Sending a screening: once and for good, whole or not at all."""

from collections import Counter
from uuid import uuid4

import pytest

from models.instruments import find
from models.instruments.payload import SIZE, unpack
from models.instruments.summary import read_results
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.people import Person
from models.tables.screenings import Draft, Screening
from models.vocabulary import Act, Origin, Phase, Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.services.screenings.answer_sets import EVERYTHING, OPENED, opened
from welfare.errors import (
    AccessDenied,
    RecordNotFound,
)
from welfare.services.drafts import save_part
from welfare.services.screenings import read_receipt, send_screening

OVERHEAD = 1 + 12 + 16  # format, nonce, tag


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
    saved = edge.act(save_part, **given, part="phq-9", answers=CALM["phq-9"], today=TODAY)

    edge.act(send_screening, **sent, checked=saved.version)

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
    case = make.case(person, make.actor(Role.CLINICIAN))

    edge.act(send_screening, **sent | {"answers": OPENED})

    assert [each.id for each in edge.rows(Case)] == [case.id]


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
