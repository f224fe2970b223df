"""The clinician's home: the own caseload, the most urgent first, in a fixed number of queries."""

from datetime import timedelta

import pytest

from models.tables.audit import AuditEvent
from models.vocabulary import Act, AlertStatus, CaseStatus, Role
from tests.factories import CALM, NOW, TODAY
from welfare.services.notes import sign_note
from welfare.services.records import read_record
from welfare.services.work_list import Urgency, read_work_list

LONG_AGO = NOW - timedelta(days=100)


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def asked(make, clinician):
    return {"actor": clinician, "today": TODAY, "at": make.now}


def taken(make, clinician, **given):
    return {
        "status": AlertStatus.ACKNOWLEDGED,
        "acknowledged_at": make.now,
        "acknowledged_by": clinician.account_id,
    } | given


def test_rows_stand_in_order_of_urgency(edge, asked, make, clinician):
    hours = lambda number: make.now + timedelta(hours=number)  # noqa: E731
    people = {name: make.person() for name in ("rest", "due", "open", "late", "new", "sooner")}
    for person in people.values():
        make.case(person, clinician, opened_at=LONG_AGO)
    make.window(people["due"].id, due_by=TODAY + timedelta(days=3))
    make.alert(people["open"], clinician, **taken(make, clinician, due_at=hours(3)))
    make.alert(people["late"], clinician, **taken(make, clinician, due_at=hours(-3)))
    make.alert(people["new"], clinician, due_at=hours(8))
    make.alert(people["sooner"], clinician, due_at=hours(2))

    rows = edge.look(read_work_list, **asked)

    ids = {person.id: name for name, person in people.items()}
    assert [(ids[row.person_id], row.urgency) for row in rows] == [
        ("sooner", Urgency.UNACKNOWLEDGED),
        ("new", Urgency.UNACKNOWLEDGED),
        ("late", Urgency.CONTACT_OVERDUE),
        ("open", Urgency.ALERT_OPEN),
        ("due", Urgency.DUE),
        ("rest", Urgency.REST),
    ]


def test_a_new_alert_is_never_hidden_behind_one_that_is_being_worked(edge, asked, make, clinician):
    person = make.person()
    make.alert(person, clinician, **taken(make, clinician, due_at=make.now - timedelta(hours=1)))
    new = make.alert(person, clinician, due_at=make.now + timedelta(hours=8))

    (row,) = edge.look(read_work_list, **asked)

    assert (row.alert.id, row.urgency) == (new.id, Urgency.UNACKNOWLEDGED)


def test_only_the_own_caseload_is_listed(edge, asked, make, clinician):
    colleague = make.actor(Role.CLINICIAN)
    mine, covered, former = make.person(), make.person(), make.person()
    make.case(mine, clinician)
    make.alert(covered, colleague, cover_id=clinician.account_id)
    make.case(former, clinician, status=CaseStatus.CLOSED, closed_at=make.now)
    make.case(make.person(), colleague)
    make.alert(make.person(), colleague)
    make.alert(make.person())

    rows = edge.look(read_work_list, **asked)

    assert {row.person_id for row in rows} == {mine.id, covered.id}


def test_a_lead_sees_the_own_caseload_here_and_not_the_units(edge, make, clinician):
    lead = make.actor(Role.CLINIC_LEAD)
    make.alert(make.person(), clinician)

    assert not edge.look(read_work_list, actor=lead, today=TODAY, at=make.now)


def test_showing_each_name_is_recorded(edge, asked, make, clinician):
    people = [make.person() for _ in range(3)]
    for person in people:
        make.case(person, clinician)

    edge.look(read_work_list, **asked)

    events = edge.rows(AuditEvent)
    assert {event.act for event in events} == {Act.LIST_READ}
    assert {event.person_id for event in events} == {person.id for person in people}
    assert {event.actor_id for event in events} == {clinician.account_id}


def fill(make, clinician, people):
    for number in range(people):
        person = make.person()
        make.case(person, clinician)
        make.window(person.id)
        make.screening(person)
        if number % 3 == 0:
            make.alert(person, clinician)


def test_the_number_of_queries_stays_the_same_for_five_and_sixty_people(
    edge, asked, make, clinician
):
    fill(make, clinician, 5)
    few = edge.queries(read_work_list, **asked)
    fill(make, clinician, 55)

    many = edge.queries(read_work_list, **asked)

    assert few == many <= 8
    assert len(edge.look(read_work_list, **asked)) == 60


def test_a_person_page_takes_the_same_number_of_queries_however_long_it_is(
    edge, asked, make, clinician
):
    person = make.person()
    case = make.case(person, clinician)
    given = {"actor": clinician, "person_id": person.id, "at": make.now}
    short = edge.queries(read_record, **given)
    for number in range(6):
        make.screening(person, CALM, TODAY - timedelta(days=number))
        make.alert(person, clinician)
        edge.act(sign_note, actor=clinician, case_id=case.id, words="A word.", at=make.now)

    assert short == edge.queries(read_record, **given) <= 10


def test_a_record_is_opened_in_order_and_reading_it_is_recorded(edge, make, clinician):
    person = make.person()
    case = make.case(person, clinician)
    for days in (1, 30, 10):
        make.screening(person, CALM, TODAY - timedelta(days=days))
    make.deployment(person)
    edge.act(sign_note, actor=clinician, case_id=case.id, words=" First. ", at=make.now)

    view = edge.look(read_record, actor=clinician, person_id=person.id, at=make.now)

    assert view.who.name.startswith("Adan Marrow")
    assert [each.day for each in view.screenings] == sorted(each.day for each in view.screenings)
    assert [note.words for note in view.notes] == ["First."]
    assert [stay.mission for stay in view.happenings.stays] == ["River Mission"]
    assert view.own_case.id == case.id
    assert edge.acts()[Act.RECORD_READ] == 1


def test_a_held_case_stands_under_the_rest_but_for_an_alert_or_an_overdue_check(
    edge, asked, make, clinician
):
    until, past = TODAY + timedelta(days=9), TODAY - timedelta(days=1)
    names = ("held", "due", "rest", "over", "overdue", "alarmed")
    people = {name: make.person() for name in names}
    for name, person in people.items():
        held_until = {"rest": None, "over": TODAY}.get(name, until)
        make.case(person, clinician, held_until=held_until, opened_at=LONG_AGO)
    make.window(people["due"].id, due_by=TODAY)
    make.window(people["overdue"].id, due_by=past)
    make.alert(people["alarmed"], clinician)

    rows = edge.look(read_work_list, **asked)

    ids = {person.id: name for name, person in people.items()}
    found = {ids[row.person_id]: (row.urgency, row.held_until) for row in rows}
    assert found == {
        "alarmed": (Urgency.UNACKNOWLEDGED, until),
        "overdue": (Urgency.DUE, until),
        "over": (Urgency.REST, None),
        "rest": (Urgency.REST, None),
        "due": (Urgency.ON_HOLD, until),
        "held": (Urgency.ON_HOLD, until),
    }
    assert {ids[row.person_id] for row in rows[-2:]} == {"due", "held"}


def test_a_shared_case_is_on_both_lists_and_a_hold_of_one_case_hides_no_other(
    edge, asked, make, clinician
):
    colleague, person = make.actor(Role.CLINICIAN), make.person()
    given = {"held_until": TODAY + timedelta(days=9), "opened_at": LONG_AGO}
    make.case(person, colleague, second_id=clinician.account_id, **given)
    (theirs,) = edge.look(read_work_list, **asked)
    (row,) = edge.look(read_work_list, **asked | {"actor": colleague})
    assert theirs.person_id == row.person_id == person.id
    assert (theirs.is_shared, row.is_shared, row.urgency) == (True, True, Urgency.ON_HOLD)

    make.case(person, clinician, opened_at=LONG_AGO)

    (row,) = edge.look(read_work_list, **asked)
    assert (row.urgency, row.held_until) == (Urgency.REST, None)
