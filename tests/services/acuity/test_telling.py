"""Telling how pressing it is: three answers, each optional, sealed into the open alert."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest

from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.vocabulary import Act, AlertStatus, Role
from tests.factories import CALM
from tests.hazards.scenes import send
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.policies.acuity import NOTHING, Acuity
from welfare.services.acuity import tell_acuity
from welfare.services.alerts import acknowledge_alert
from welfare.services.exports import export_person
from welfare.services.records import read_record

SOON = {"today": "yes", "how": "no", "reach": "skip"}


def test_what_is_told_is_sealed_into_the_alert_with_its_event(edge, asked, receipt, told, member):
    edge.act(tell_acuity, given=SOON, **asked)

    assert told(receipt.alert) == Acuity(today=True, how=False, reach=None)
    (event,) = edge.rows(AuditEvent, AuditEvent.act == Act.ACUITY_TOLD)
    assert (event.actor_id, event.person_id, event.resource_id) == (
        member.account_id,
        member.person_id,
        receipt.alert.id,
    )


def test_whatever_is_told_is_of_one_length(edge, make):
    make.reachable()
    for given in (SOON, {"how": "yes"}, dict.fromkeys(SOON, "no")):
        member = make.actor()
        sent = send(edge, make, member)
        given = {"actor": member, "screening_id": sent.screening.id, "given": given}
        edge.act(tell_acuity, at=make.now, **given)

    assert len({len(alert.acuity) for alert in edge.rows(Alert)}) == 1


def test_telling_the_same_again_changes_nothing(edge, asked):
    edge.act(tell_acuity, given=SOON, **asked)
    before = edge.contents(but=())

    edge.act(tell_acuity, given=SOON, **asked)

    assert edge.contents(but=()) == before


def test_the_latest_answer_counts_and_skipping_takes_nothing_back(edge, asked, receipt, told):
    edge.act(tell_acuity, given=SOON, **asked)

    edge.act(tell_acuity, given={"how": "yes", "reach": "yes"}, **asked)

    assert told(receipt.alert) == Acuity(today=True, how=True, reach=True)
    edge.act(tell_acuity, given={"today": "no"}, **asked)
    assert told(receipt.alert) == Acuity(today=False, how=True, reach=True)
    assert edge.acts()[Act.ACUITY_TOLD] == 3


@pytest.mark.parametrize("given", [{}, dict.fromkeys(SOON, "skip"), dict.fromkeys(SOON, "")])
def test_skipping_everything_keeps_nothing(edge, asked, receipt, told, given):
    before = edge.contents(but=())

    edge.act(tell_acuity, given=given, **asked)

    assert told(receipt.alert) == NOTHING
    assert edge.contents(but=()) == before


def test_an_answer_that_is_not_on_offer_names_its_question(edge, asked):
    with pytest.raises(InputRefused) as refused:
        edge.act(tell_acuity, given=SOON | {"reach": "maybe"}, **asked)

    assert refused.value.problems == {"reach": "choose"}
    assert edge.acts()[Act.ACUITY_TOLD] == 0


def test_it_can_be_told_while_somebody_works_on_the_alert(
    edge, asked, receipt, told, clinician, make
):
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)

    edge.act(tell_acuity, given=SOON, **asked)

    assert told(receipt.alert).today is True


def test_whoever_came_by_the_link_of_this_window_may_tell_and_by_another_may_not(
    edge, asked, receipt, make
):
    with pytest.raises(AccessDenied):
        other = make.window(receipt.screening.person_id, code="other").id
        actor = replace(asked["actor"], window_id=other)
        edge.act(tell_acuity, given=SOON, **asked | {"actor": actor})

    actor = replace(asked["actor"], window_id=receipt.screening.window_id)
    edge.act(tell_acuity, given=SOON, **asked | {"actor": actor})

    assert edge.acts()[Act.ACUITY_TOLD] == 1


def end(make, alert, status):
    with make.kept() as session:
        stored = session.get_one(Alert, alert.id)
        stored.status, stored.acknowledged_at = status, make.now
        stored.acknowledged_by, stored.outcome = alert.owner_id, stored.detail
        stored.closed_at = make.now if status is AlertStatus.CLOSED else None
        if status is AlertStatus.HISTORIC:
            stored.due_at = stored.outcome = None


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(AlertStatus.CLOSED, MoveNotAllowed), (AlertStatus.HISTORIC, RecordNotFound)],
)
def test_of_what_is_over_nobody_is_told_and_what_is_missing_is_not_found(
    edge, asked, receipt, make, status, refusal
):
    end(make, receipt.alert, status)

    with pytest.raises(refusal):
        edge.act(tell_acuity, given=SOON, **asked)
    with pytest.raises(RecordNotFound):
        edge.act(tell_acuity, given=SOON, **asked | {"screening_id": uuid4()})

    assert edge.rows(Alert)[0].acuity is None


def test_nobody_tells_for_somebody_else(edge, asked, make, clinician):
    for actor in (make.actor(), clinician, make.actor(Role.CLINIC_LEAD)):
        with pytest.raises(AccessDenied):
            edge.act(tell_acuity, given=SOON, **asked | {"actor": actor})

    assert edge.rows(Alert)[0].acuity is None


def test_after_calm_answers_there_is_nothing_to_tell(edge, make, member):
    calm = send(edge, make, member, answers=CALM)

    with pytest.raises(RecordNotFound):
        given = {"screening_id": calm.screening.id, "given": SOON, "at": make.now}
        edge.act(tell_acuity, actor=member, **given)


def test_of_a_form_that_is_sent_twice_at_once_one_event_is_kept(edge, asked):
    together = Barrier(2, timeout=10)

    def tell(_turn):
        together.wait()
        edge.act(tell_acuity, given=SOON, **asked)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, range(2)))

    assert edge.acts()[Act.ACUITY_TOLD] == 1


def test_telling_and_acknowledging_at_once_are_both_kept(
    edge, asked, receipt, told, clinician, make
):
    together = Barrier(2, timeout=10)

    def tell():
        together.wait()
        edge.act(tell_acuity, given=SOON, **asked)

    def take():
        together.wait()
        edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(tell), pool.submit(take)]:
            done.result()

    assert told(receipt.alert).today is True
    assert edge.rows(Alert)[0].acknowledged_by == clinician.account_id


def test_whoever_loaded_the_alert_before_it_was_told_still_takes_it(
    edge, asked, receipt, told, clinician, make
):
    is_sqlite = edge.database.engine.dialect.name == "sqlite"  # there one waits for the other
    with edge.database.writing() as session:
        session.get_one(Alert, receipt.alert.id)
        if not is_sqlite:
            edge.act(tell_acuity, given=SOON, **asked)
        acknowledge_alert(session, actor=clinician, alert_id=receipt.alert.id, at=make.now)
        session.commit()
    if is_sqlite:
        edge.act(tell_acuity, given=SOON, **asked)

    assert told(receipt.alert).today is True
    assert edge.rows(Alert)[0].status is AlertStatus.ACKNOWLEDGED


def test_a_clinician_reads_it_with_the_record_and_an_export_tells_it(
    edge, asked, clinician, member, make
):
    edge.act(tell_acuity, given=SOON, **asked)

    given = {"person_id": member.person_id, "at": make.now}
    (story,) = edge.look(read_record, actor=clinician, **given).alerts
    content = edge.act(export_person, actor=console(make.root.path), with_notes=False, **given)

    assert story.acuity == Acuity(today=True, how=False)
    assert content["alerts"][0]["acuity"] == {"today": True, "how": False, "reach": None}


def test_a_worse_answer_in_a_copy_is_an_alert_of_the_same_screening_and_both_are_told(
    edge, asked, receipt, told, make, member
):
    with make.kept() as session:
        first = session.get_one(Alert, receipt.alert.id)
        second = Alert(
            person_id=member.person_id,
            screening_id=first.screening_id,
            unit_id=first.unit_id,
            status=AlertStatus.RAISED,
            raised_at=make.now,
            due_at=first.due_at,
            detail=first.detail,
        )
        session.add(second)

    edge.act(tell_acuity, given=SOON, **asked)

    assert told(receipt.alert) == told(second) == Acuity(today=True, how=False)
