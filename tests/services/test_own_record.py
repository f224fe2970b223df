"""What a member sees: past results, and everyone who opened the record."""

from datetime import timedelta

import pytest

from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.people import Person
from models.vocabulary import Act, Decision, Role
from tests.factories import CALM, CRITICAL, TODAY
from welfare.errors import AccessDenied
from welfare.services.alerts import acknowledge_alert
from welfare.services.own_record import list_readers, read_history
from welfare.services.records import read_record
from welfare.services.work_list import read_work_list


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def me(edge, member):
    return edge.rows(Person, Person.id == member.person_id)[0]


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


def test_history_shows_own_answers_oldest_first_and_is_recorded(edge, make, member, me):
    for days in (5, 200, 100):
        make.screening(me, CALM, TODAY - timedelta(days=days))
    make.screening(make.person())
    make.deployment(me)

    history = edge.look(read_history, actor=member, at=make.now)

    days = [TODAY - timedelta(days=each) for each in (200, 100, 5)]
    assert [each.day for each in history.screenings] == days
    assert [stay.mission for stay in history.happenings.stays] == ["River Mission"]
    assert edge.acts() == {Act.OWN_RECORD_READ: 1}


def test_a_clinician_has_no_history_page_of_anybody(edge, make, clinician):
    with pytest.raises(AccessDenied):
        edge.look(read_history, actor=clinician, at=make.now)


def test_every_reader_is_listed_at_once_with_name_role_and_moment(
    edge, make, member, me, clinician
):
    make.case(me, clinician)
    given = {"actor": clinician, "at": make.now}

    edge.look(read_record, **given, person_id=me.id)
    (reading,) = edge.look(list_readers, actor=member, at=make.now)

    assert reading.reader.startswith("Adan Marrow")
    assert (reading.role, reading.act) == (Role.CLINICIAN, Act.RECORD_READ)
    assert (reading.last_at, reading.times) == (make.now, 1)


def test_readings_of_one_day_are_one_line_and_of_two_days_two(edge, make, member, me, clinician):
    make.case(me, clinician)
    noon = make.now.replace(hour=12)
    for at in (noon, noon + timedelta(hours=2), noon + timedelta(days=1)):
        edge.look(read_record, actor=clinician, person_id=me.id, at=at)

    readings = edge.look(list_readers, actor=member, at=make.now)

    assert [(each.last_at, each.times) for each in readings] == [
        (noon + timedelta(days=1), 1),
        (noon + timedelta(hours=2), 2),
    ]


def test_work_lists_and_alerts_count_as_seeing_the_record(edge, make, member, me, clinician):
    alert = make.alert(me, clinician)
    edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    edge.act(acknowledge_alert, actor=clinician, alert_id=alert.id, at=make.now)

    found = {each.act for each in edge.look(list_readers, actor=member, at=make.now)}

    assert found == {Act.LIST_READ, Act.ALERT_ACKNOWLEDGED}


def test_own_visits_and_those_to_other_records_are_not_listed(edge, make, member, clinician):
    other = make.person()
    make.case(other, clinician)
    edge.look(read_record, actor=clinician, person_id=other.id, at=make.now)
    edge.look(read_history, actor=member, at=make.now)

    assert edge.look(list_readers, actor=member, at=make.now) == []


def test_a_refused_try_is_not_shown_as_a_reading(edge, make, member, me, clinician):
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=clinician, person_id=me.id, at=make.now)

    assert edge.look(list_readers, actor=member, at=make.now) == []


def test_the_list_is_long_enough_for_a_busy_year_and_has_an_end(edge, make, member, clinician):
    with make.kept() as session:
        session.add_all(
            AuditEvent(
                at=make.now - timedelta(days=number),
                act=Act.RECORD_READ,
                decision=Decision.ALLOWED,
                actor_id=clinician.account_id,
                role=Role.CLINICIAN,
                person_id=member.person_id,
                request_id=new_key(),
            )
            for number in range(250)
        )

    readings = edge.look(list_readers, actor=member, at=make.now)

    assert len(readings) == 200
    assert readings[0].last_at == make.now


def test_a_critical_past_answer_is_in_the_own_history_too(edge, make, member, me):
    make.screening(me, CRITICAL)

    (past,) = edge.look(read_history, actor=member, at=make.now).screenings

    assert past.payload.critical_items == ("phq-9.9",)
