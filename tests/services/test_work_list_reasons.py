"""What brings somebody up the work-list beside an alert: worse results, new in care, tasks."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from models.tables.audit import AuditEvent
from models.vocabulary import Role
from tests.answered import ALWAYS, answered
from tests.factories import CALM, NOW, TODAY
from welfare.policies import caseload
from welfare.policies.open_tasks import OpenTask, TaskKind
from welfare.policies.work_order import LATELY, SOON, Only, Sort, Urgency, Wanted
from welfare.services.interviews import certify_screening
from welfare.services.notes import sign_note
from welfare.services.work_list import find_next, read_work_list

DAY = timedelta(days=1)
LONG_AGO = NOW - 100 * DAY
LOW = {**CALM, "phq-9": {**CALM["phq-9"], "1": 1}}
HIGH = {**CALM, "phq-9": {**CALM["phq-9"], "1": 3, "2": 3, "3": 3}}

HIGHER = {**CALM, "phq-9": {**CALM["phq-9"], **dict.fromkeys("123456", 3)}}


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def asked(make, clinician):
    return {"actor": clinician, "today": TODAY, "at": make.now}


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def case(make, person, clinician):
    return make.case(person, clinician, opened_at=LONG_AGO)


def write(edge, clinician, case):
    at = datetime.now(UTC)
    return edge.act(sign_note, actor=clinician, case_id=case.id, words="Spoke about it.", at=at)


def test_a_reliable_worsening_comes_up_until_a_note_is_signed_and_again_with_the_next(
    edge, asked, make, clinician, person, case
):
    answered(make, person, LOW, day=TODAY - 90 * DAY)
    assert edge.look(read_work_list, **asked)[0].urgency is Urgency.REST
    answered(make, person, HIGH, day=TODAY - DAY)
    (row,) = edge.look(read_work_list, **asked)
    assert (row.urgency, row.worse) == (Urgency.WORSE, {"phq-9": 8.0})

    write(edge, clinician, case)

    (row,) = edge.look(read_work_list, **asked)
    assert (row.urgency, row.worse) == (Urgency.REST, {})
    answered(make, person, HIGHER, day=TODAY)
    assert edge.look(read_work_list, **asked)[0].urgency is Urgency.WORSE


def test_whoever_came_lately_is_new_until_a_note_is_signed(edge, asked, make, clinician):
    lately, long_ago = make.person(), make.person()
    case = make.case(lately, clinician, opened_at=NOW - LATELY)
    make.case(long_ago, clinician, opened_at=NOW - LATELY - DAY)
    found = {row.person_id: row.urgency for row in edge.look(read_work_list, **asked)}
    assert found == {lately.id: Urgency.NEW, long_ago.id: Urgency.REST}

    write(edge, clinician, case)

    assert {row.urgency for row in edge.look(read_work_list, **asked)} == {Urgency.REST}


def test_an_interview_that_is_to_come_counts_as_due_until_it_is_certified(
    edge, asked, make, clinician, person, case
):
    screening = answered(make, person, programme=ALWAYS, day=TODAY - 9 * DAY)
    (row,) = edge.look(read_work_list, **asked)
    assert (row.urgency, row.first_due) == (Urgency.DUE, TODAY - 9 * DAY)

    edge.act(
        certify_screening,
        actor=clinician,
        screening_id=screening.id,
        spoken_on=TODAY,
        channel="phone",
        words="Agreed.",
        at=make.now,
    )

    assert edge.look(read_work_list, **asked)[0].urgency is Urgency.REST


def test_a_task_of_another_kind_counts_for_the_order(
    edge, asked, make, clinician, person, case, monkeypatch
):
    task = OpenTask(person.id, TaskKind.REFERRAL, TODAY + SOON)
    monkeypatch.setattr(caseload, "read_open_tasks", lambda *_, **__: {person.id: [task]})

    (row,) = edge.look(read_work_list, **asked)

    assert (row.urgency, row.tasks) == (Urgency.DUE, [task])


def test_only_the_names_that_are_shown_are_in_the_trail_and_all_are_counted(
    edge, asked, make, clinician
):
    shared, other = make.person(), make.person()
    make.case(shared, clinician, second_id=make.actor(Role.CLINICIAN).account_id)
    make.case(other, clinician)

    found = edge.look(read_work_list, **asked, sought=Wanted(only=Only.SHARED))

    assert [row.person_id for row in found] == [shared.id]
    assert {row.person_id for row in found.everybody} == {shared.id, other.id}
    assert [event.person_id for event in edge.rows(AuditEvent)] == [shared.id]


def test_the_next_person_is_worked_out_on_the_list_as_it_stands_now_and_shows_nobody(
    edge, asked, make, clinician
):
    first, second = make.alert(make.person(), clinician), make.alert(make.person(), clinician)
    make.case(make.person(), make.actor(Role.CLINICIAN))
    rows = edge.look(read_work_list, **asked)
    told = edge.count(AuditEvent)
    given = SimpleNamespace(first=rows[0].person_id, second=rows[1].person_id)
    assert {given.first, given.second} == {first.person_id, second.person_id}

    going = {**asked, "person_id": given.first, "stood_at": 0}
    assert edge.look(find_next, **going) == (given.second, 1)
    going = {**asked, "person_id": given.second, "stood_at": 1}
    assert edge.look(find_next, **going) is None
    assert edge.look(find_next, **going, sought=Wanted(state=Urgency.NEW)) is None
    assert edge.count(AuditEvent) == told


def test_a_page_costs_the_same_whatever_is_wanted_and_going_on_costs_no_more(
    edge, asked, make, clinician
):
    for _ in range(3):
        make.alert(make.person(), clinician)
        make.case(make.person(), clinician)
    wanted = Wanted(state=Urgency.NEW, sort=Sort.PERSON, is_descending=True)

    all_of_them = edge.queries(read_work_list, **asked)
    some = edge.queries(read_work_list, **asked, sought=wanted)
    going_on = edge.queries(find_next, **asked, person_id=make.root.id, stood_at=0)

    assert all_of_them == some == going_on <= 7  # and one more once there are other tasks
