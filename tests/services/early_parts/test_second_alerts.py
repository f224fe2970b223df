"""The whole after a part that was sent early: the same answer raises no second alert."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.screenings import Draft, Screening
from tests.factories import CALM, CRITICAL
from tests.services.early_parts.endings import WORSE, acknowledge, close, whole
from welfare.errors import MoveNotAllowed
from welfare.services.early_parts import send_critical_parts
from welfare.services.records import read_record
from welfare.services.screenings import read_receipt


def test_the_part_and_the_whole_sent_at_once_give_one_alert(edge, sent, drafted):
    with ThreadPoolExecutor(2) as people:
        part = people.submit(edge.act, send_critical_parts, **sent)
        rest = people.submit(whole, edge, sent)
        part.result(), rest.result()

    assert edge.count(Alert) == 1


def test_the_whole_raises_no_second_alert_and_its_receipt_names_the_first(
    edge, sent, drafted, member
):
    edge.act(send_critical_parts, **sent)

    receipt = whole(edge, sent)

    (alert,) = edge.rows(Alert)
    later = edge.look(read_receipt, actor=member, screening_id=receipt.screening.id, at=sent["at"])
    assert receipt.alert.id == later.alert.id == alert.id
    assert (edge.count(Screening), edge.count(Letter), edge.count(Draft)) == (2, 1, 0)


def test_the_same_answer_raises_no_second_alert_when_the_first_is_settled(
    edge, sent, drafted, clinician
):
    edge.act(send_critical_parts, **sent)
    close(edge, clinician, sent["at"])

    whole(edge, sent)

    assert edge.count(Alert) == 1


def test_another_critical_answer_raises_one_when_the_first_is_settled(
    edge, sent, drafted, clinician
):
    edge.act(send_critical_parts, **sent)
    close(edge, clinician, sent["at"])

    receipt = whole(edge, sent, CRITICAL | {"phq-9": WORSE})

    assert edge.count(Alert) == 2
    assert receipt.alert.screening_id == receipt.screening.id


def test_while_the_first_is_worked_on_a_milder_answer_comes_without_a_second_bell(
    edge, sent, save, clinician, member
):
    save("phq-9", WORSE)
    edge.act(send_critical_parts, **sent)

    whole(edge, sent, CRITICAL)

    view = edge.look(read_record, actor=clinician, person_id=member.person_id, at=sent["at"])
    shown = [each.payload.answers["phq-9"]["9"] for each in view.screenings if not each.is_repeat]
    assert edge.count(Alert) == 1
    assert sorted(shown) == [1, 3]


def test_a_worse_answer_in_the_whole_wakes_a_human_while_the_first_alert_is_worked_on(
    edge, sent, drafted, clinician
):
    edge.act(send_critical_parts, **sent)
    acknowledge(edge, clinician, sent["at"])

    receipt = whole(edge, sent, CRITICAL | {"phq-9": WORSE})

    assert receipt.alert.screening_id == receipt.screening.id
    assert [letter.recipient_id for letter in edge.rows(Letter)] == [clinician.account_id] * 2
    assert edge.count(Alert) == 2


def test_a_worse_answer_in_the_draft_is_told_while_the_first_alert_is_worked_on(
    edge, sent, drafted, save
):
    edge.act(send_critical_parts, **sent)

    worse = save("phq-9", WORSE)
    edge.act(send_critical_parts, **sent)

    assert worse.untold == ("phq-9.9",)
    assert edge.count(Alert) == 2


def test_an_answer_that_became_critical_afterwards_is_sent_as_usual(edge, sent, save):
    save("phq-9", CALM["phq-9"])
    with pytest.raises(MoveNotAllowed):
        edge.act(send_critical_parts, **sent)

    save("phq-9", CRITICAL["phq-9"])
    edge.act(send_critical_parts, **sent)

    assert edge.count(Alert) == 1


def test_a_changed_critical_answer_is_sent_again_once_the_first_is_settled(
    edge, sent, drafted, save, clinician
):
    first = edge.act(send_critical_parts, **sent)
    close(edge, clinician, sent["at"])
    changed = save("phq-9", WORSE)
    second = edge.act(send_critical_parts, **sent)

    assert changed.untold == ("phq-9.9",)
    assert first.id != second.id
    assert edge.count(Alert) == 2


def test_after_the_whole_was_sent_its_receipt_is_the_answer(edge, sent, drafted):
    receipt = whole(edge, sent)

    again = edge.act(send_critical_parts, **sent)

    assert again.id == receipt.screening.id
    assert edge.count(Alert) == 1
