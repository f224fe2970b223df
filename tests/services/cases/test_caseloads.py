"""Whole caseloads: what is said of the own one, their sizes for a lead, and handing one over."""

from datetime import timedelta

import pytest

from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.vocabulary import Act, CaseStatus, Role
from tests.factories import TODAY
from welfare.errors import InputRefused, RecordNotFound
from welfare.services.caseloads import (
    ask_hand_over,
    hand_over_caseload,
    list_caseloads,
    read_caseload,
)

DAY = timedelta(days=1)


def read(edge, make, actor):
    return edge.look(read_caseload, actor=actor, today=TODAY, at=make.now)


def sizes(edge, actor):
    found = edge.look(list_caseloads, actor=actor, today=TODAY)
    return {each.account_id: (each.people, each.held) for each in found}


def give_all(edge, make, actor, whom, of=None, **more):
    return edge.act(
        hand_over_caseload,
        actor=actor,
        account_id=(of or actor).account_id,
        colleague_id=whom.account_id,
        at=make.now,
        **more,
    )


def in_charge(edge, actor):
    return {
        case.person_id
        for case in edge.rows(
            Case, Case.clinician_id == actor.account_id, Case.status == CaseStatus.OPEN
        )
    }


def test_the_own_caseload_names_who_is_on_hold_who_is_shared_and_whose_care_ended(edge, make, it):
    held, mine, theirs, ended, long_ago, no_more = (make.person() for _ in range(6))
    make.case(held, it.mine, held_until=TODAY + DAY)
    make.case(no_more, it.mine, held_until=TODAY)
    make.case(mine, it.mine, second_id=it.colleague.account_id)
    make.case(theirs, it.colleague, second_id=it.mine.account_id)
    over = {"status": CaseStatus.CLOSED}
    make.case(ended, it.mine, closed_at=make.now - DAY, **over)
    make.case(long_ago, it.mine, closed_at=make.now - 31 * DAY, **over)

    found = read(edge, make, it.mine)

    assert found.people == 4  # with the one of the scene; never whom somebody else is in charge of
    assert [each.person_id for each in found.held] == [held.id]
    assert [(each.person_id, each.is_in_charge) for each in found.shared] == [
        (mine.id, True),
        (theirs.id, False),
    ]
    assert all(each.other.startswith("Adan Marrow") for each in found.shared)
    assert [each.person_id for each in found.ended] == [ended.id]
    shown = {held.id, mine.id, theirs.id, ended.id}
    assert {event.person_id for event in edge.rows(AuditEvent)} == shown


def test_a_caseload_takes_the_same_number_of_queries_for_few_and_many(edge, make, it):
    asked = {"actor": it.mine, "today": TODAY, "at": make.now}
    make.case(make.person(), it.mine, second_id=it.colleague.account_id)
    few = edge.queries(read_caseload, **asked)
    for _ in range(8):
        make.case(make.person(), it.mine, second_id=it.colleague.account_id)

    assert few == edge.queries(read_caseload, **asked) <= 5


def test_a_lead_sees_the_sizes_of_own_units_and_a_clinician_none(edge, make, it):
    company = make.unit("A", make.root)
    lead, of_company = make.actor(Role.CLINIC_LEAD), make.actor(Role.CLINIC_LEAD, company)
    make.case(make.person(company), it.colleague, held_until=TODAY + DAY)
    make.case(make.person(), it.mine)

    everybody = {it.mine.account_id: (2, 0), it.colleague.account_id: (1, 1)}
    assert sizes(edge, lead) == everybody
    assert sizes(edge, of_company) == {it.colleague.account_id: (1, 1)}
    assert sizes(edge, it.mine) == {}


def test_all_people_go_to_one_colleague_with_one_event_each(edge, make, it):
    people = {make.case(make.person(), it.mine).person_id for _ in range(3)} | {it.person.id}

    done = give_all(edge, make, it.mine, it.colleague)

    assert (done.given, done.kept) == (4, 0)
    assert in_charge(edge, it.colleague) == people
    events = edge.rows(AuditEvent, AuditEvent.act == Act.CASE_HANDED_OVER)
    assert {event.person_id for event in events} == people and len(events) == 4


def test_nobody_is_given_their_own_care_or_people_outside_their_units(edge, make, it):
    company = make.unit("A", make.root)
    sick = make.person(company)
    make.case(sick, it.mine)
    near = make.case(make.person(company), it.mine).person_id
    heir = make.actor(Role.CLINICIAN, company, person=sick)

    done = give_all(edge, make, it.mine, heir)

    assert (done.given, done.kept) == (1, 2)
    assert in_charge(edge, heir) == {near}
    assert in_charge(edge, it.mine) == {it.person.id, sick.id}


def test_a_lead_hands_over_what_of_a_caseload_is_in_own_units(edge, make, it):
    company = make.unit("A", make.root)
    lead = make.actor(Role.CLINIC_LEAD, company)
    near = make.case(make.person(company), it.mine).person_id

    done = give_all(edge, make, lead, it.colleague, of=it.mine)

    assert (done.given, done.kept) == (1, 0)
    assert in_charge(edge, it.colleague) == {near}


def test_a_caseload_of_others_or_of_nobody_looks_like_a_missing_one(edge, make, it):
    elsewhere = make.actor(Role.CLINIC_LEAD, make.unit("B", make.root))
    asked = {"account_id": it.mine.account_id, "today": TODAY}
    for actor in (it.colleague, elsewhere, make.actor(Role.COMMANDER)):
        with pytest.raises(RecordNotFound):
            edge.look(ask_hand_over, actor=actor, **asked)
        with pytest.raises(RecordNotFound):
            give_all(edge, make, actor, it.colleague, of=it.mine)
    assert in_charge(edge, it.mine) == {it.person.id}


def test_only_a_colleague_is_chosen(edge, make, it):
    lead = make.actor(Role.CLINIC_LEAD)
    asked = edge.look(ask_hand_over, actor=it.mine, account_id=it.mine.account_id, today=TODAY)
    assert {account for account, _ in asked.colleagues} == {
        it.colleague.account_id,
        lead.account_id,
    }

    for nobody in (it.mine, make.actor(Role.MEMBER), make.actor(Role.ADMINISTRATOR)):
        with pytest.raises(InputRefused) as problem:
            give_all(edge, make, it.mine, nobody)
        assert problem.value.problems == {"colleague": "choose"}


def test_open_alerts_are_shown_before_and_stay_with_their_owner(edge, make, it):
    alert = make.alert(it.person, it.mine)
    asked = edge.look(ask_hand_over, actor=it.mine, account_id=it.mine.account_id, today=TODAY)
    assert asked.alerts == 1
    with pytest.raises(InputRefused) as problem:
        give_all(edge, make, it.mine, it.colleague)
    assert problem.value.problems == {"even_so": "alert_stays"}

    give_all(edge, make, it.mine, it.colleague, even_so=True)

    assert edge.rows(Alert, Alert.id == alert.id)[0].owner_id == it.mine.account_id
    assert in_charge(edge, it.colleague) == {it.person.id}
