"""Working an alert: acknowledge, try to reach the person, close with an outcome."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy.orm.exc import StaleDataError

from models import vault
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case, ContactAttempt
from models.vocabulary import Act, AlertStatus, CaseStatus, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services.alerts import (
    acknowledge_alert,
    close_alert,
    list_unseen,
    record_contact,
)

CONTACT = {"result": "reached", "channel": "phone", "words": "Spoke at length."}
OUTCOME = {"outcome": "supported", "words": "Will see each other on Friday."}


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def lead(make):
    return make.actor(Role.CLINIC_LEAD)


@pytest.fixture
def alert(make, clinician):
    return make.alert(make.person(), clinician)


@pytest.fixture
def asked(alert, clinician, make):
    return {"actor": clinician, "alert_id": alert.id, "at": make.now}


def test_acknowledging_names_a_human_opens_a_case_and_ends_the_nudging(edge, asked, clinician):
    edge.act(acknowledge_alert, **asked)

    (alert,), (case,) = edge.rows(Alert), edge.rows(Case)
    assert (alert.status, alert.acknowledged_by) == (AlertStatus.ACKNOWLEDGED, clinician.account_id)
    assert alert.next_nudge_at is None
    assert (case.clinician_id, case.person_id) == (clinician.account_id, alert.person_id)
    assert edge.acts() == Counter([Act.CASE_OPENED, Act.ALERT_ACKNOWLEDGED])


def test_acknowledging_opens_no_second_case(edge, asked, clinician, alert, make):
    (person_id,) = {alert.person_id}
    with make.kept() as session:
        session.add(
            Case(
                person_id=person_id,
                unit_id=alert.unit_id,
                clinician_id=clinician.account_id,
                status=CaseStatus.OPEN,
                opened_at=make.now,
            )
        )

    edge.act(acknowledge_alert, **asked)

    assert edge.count(Case) == 1
    assert edge.acts() == Counter([Act.ALERT_ACKNOWLEDGED])


def test_a_lead_who_takes_over_becomes_owner_and_the_former_owner_keeps_cover(
    edge, asked, clinician, lead
):
    edge.act(acknowledge_alert, **asked | {"actor": lead})

    (alert,) = edge.rows(Alert)
    assert (alert.owner_id, alert.cover_id) == (lead.account_id, clinician.account_id)


def test_a_covering_clinician_may_acknowledge(edge, make, clinician):
    colleague = make.actor(Role.CLINICIAN)
    alert = make.alert(make.person(), colleague, cover_id=clinician.account_id)

    edge.act(acknowledge_alert, actor=clinician, alert_id=alert.id, at=make.now)

    assert edge.rows(Alert)[0].owner_id == clinician.account_id


def test_the_whole_way_leaves_every_step_in_the_trail(edge, asked):
    edge.act(acknowledge_alert, **asked)
    edge.act(record_contact, **asked, **CONTACT | {"result": "tried"})
    edge.act(record_contact, **asked, **CONTACT)
    edge.act(close_alert, **asked, **OUTCOME)

    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.closed_at) == (AlertStatus.CLOSED, asked["at"])
    assert edge.count(ContactAttempt) == 2
    assert edge.acts() == Counter(
        [
            Act.CASE_OPENED,
            Act.ALERT_ACKNOWLEDGED,
            Act.CONTACT_RECORDED,
            Act.CONTACT_RECORDED,
            Act.ALERT_CLOSED,
        ]
    )
    assert {event.person_id for event in edge.rows(AuditEvent)} == {alert.person_id}


def test_words_are_sealed_in_one_size(edge, asked):
    edge.act(acknowledge_alert, **asked)
    edge.act(record_contact, **asked, **CONTACT | {"words": ""})
    edge.act(record_contact, **asked, **CONTACT | {"words": "w" * 2000})
    edge.act(close_alert, **asked, **OUTCOME)

    first, second = edge.rows(ContactAttempt)
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=second.person_id)
        assert vault.opened(key, second, "content") == ["reached", "phone", "w" * 2000]
        assert vault.opened(key, edge.rows(Alert)[0], "outcome") == [*OUTCOME.values()]
    assert len(first.content) == len(second.content)


def test_contact_is_recorded_only_after_it_was_acknowledged(edge, asked):
    with pytest.raises(MoveNotAllowed):
        edge.act(record_contact, **asked, **CONTACT)
    with pytest.raises(MoveNotAllowed):
        edge.act(close_alert, **asked, **OUTCOME)

    assert edge.acts() == Counter()


def test_an_alert_cannot_be_closed_without_a_try_to_reach_the_person(edge, asked):
    edge.act(acknowledge_alert, **asked)

    with pytest.raises(InputRefused) as refused:
        edge.act(close_alert, **asked, **OUTCOME)

    assert refused.value.problems == {"outcome": "contact_first"}
    assert edge.rows(Alert)[0].status is AlertStatus.ACKNOWLEDGED


@pytest.mark.parametrize("outcome", ["", "none", "closed", "SUPPORTED"])
def test_an_alert_cannot_be_closed_without_an_outcome_from_the_list(edge, asked, outcome):
    edge.act(acknowledge_alert, **asked)
    edge.act(record_contact, **asked, **CONTACT)

    with pytest.raises(InputRefused) as refused:
        edge.act(close_alert, **asked, **OUTCOME | {"outcome": outcome})

    assert refused.value.problems == {"outcome": "choose"}


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"result": ""}, {"result": "choose"}),
        ({"channel": "pigeon"}, {"channel": "choose"}),
        ({"words": "w" * 2001}, {"words": "too_long"}),
        ({"result": "x", "channel": "y"}, {"result": "choose", "channel": "choose"}),
    ],
)
def test_a_contact_that_cannot_be_recorded_names_its_fields(edge, asked, wrong, problems):
    edge.act(acknowledge_alert, **asked)

    with pytest.raises(InputRefused) as refused:
        edge.act(record_contact, **asked, **CONTACT | wrong)

    assert refused.value.problems == problems
    assert edge.count(ContactAttempt) == 0


@pytest.mark.parametrize("status", [AlertStatus.CLOSED, AlertStatus.HISTORIC])
def test_an_alert_that_is_over_is_nobodys_any_more(edge, make, clinician, lead, status):
    given = {"status": status}
    if status is AlertStatus.HISTORIC:
        given |= {"due_at": None}
    else:
        given |= {
            "closed_at": make.now,
            "acknowledged_at": make.now,
            "acknowledged_by": clinician.account_id,
        }
    alert = make.alert(make.person(), clinician, **given)

    for actor in (clinician, lead):
        for service, more in (
            (acknowledge_alert, {}),
            (record_contact, CONTACT),
            (close_alert, OUTCOME),
        ):
            with pytest.raises(AccessDenied):
                edge.act(service, actor=actor, alert_id=alert.id, at=make.now, **more)


@pytest.mark.parametrize(
    ("service", "more"),
    [(acknowledge_alert, {}), (record_contact, CONTACT), (close_alert, OUTCOME)],
)
def test_a_colleagues_alert_is_refused_and_a_missing_one_not_found(
    edge, asked, make, service, more
):
    colleague = make.actor(Role.CLINICIAN)

    with pytest.raises(AccessDenied):
        edge.act(service, **asked | {"actor": colleague}, **more)
    with pytest.raises(RecordNotFound):
        edge.act(service, **asked | {"alert_id": uuid4()}, **more)

    assert edge.acts() == Counter()


def test_a_lead_who_did_not_take_the_alert_cannot_work_it(edge, asked, lead):
    edge.act(acknowledge_alert, **asked)

    with pytest.raises(AccessDenied):
        edge.act(record_contact, **asked | {"actor": lead}, **CONTACT)


def test_of_two_who_acknowledge_at_once_one_wins(edge, asked, lead):
    together = Barrier(2, timeout=10)

    def take(actor):
        together.wait()
        try:
            return edge.act(acknowledge_alert, **asked | {"actor": actor}).acknowledged_by
        except (MoveNotAllowed, StaleDataError):
            return None

    with ThreadPoolExecutor(2) as pool:
        winners = [each for each in pool.map(take, (asked["actor"], lead)) if each]

    (alert,) = edge.rows(Alert)
    assert winners == [alert.acknowledged_by]
    assert edge.acts() == Counter([Act.CASE_OPENED, Act.ALERT_ACKNOWLEDGED])
    assert edge.count(Case) == 1


def test_a_lead_sees_what_nobody_has_taken_the_earliest_clock_first(edge, make, clinician, lead):
    elsewhere = make.unit("Another contingent")
    late = make.alert(make.person(), clinician, due_at=make.now + timedelta(hours=5))
    soon = make.alert(make.person(), None, due_at=make.now + timedelta(hours=1))
    make.alert(make.person(elsewhere), clinician)
    make.alert(make.person(), lead)
    make.alert(
        make.person(),
        clinician,
        status=AlertStatus.ACKNOWLEDGED,
        acknowledged_at=make.now,
        acknowledged_by=clinician.account_id,
    )

    found = edge.look(list_unseen, actor=lead, at=make.now)

    assert [each.alert.id for each in found] == [soon.id, late.id]
    assert all(each.name.startswith("Adan Marrow") for each in found)
    assert {event.person_id for event in edge.rows(AuditEvent)} == {soon.person_id, late.person_id}
