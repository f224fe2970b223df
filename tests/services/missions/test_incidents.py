"""Incidents: who was there, counted first, asked soon after; and nothing half done."""

from datetime import timedelta

import pytest

from models import erasure, trail
from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.cycle import Exposure, Incident
from models.tables.people import Membership, Person
from models.tables.screenings import Window
from models.vocabulary import Act, Phase, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, ChangedMeanwhile, InputRefused, RecordNotFound
from welfare.policies.actor import Machine
from welfare.policies.exposed import Who
from welfare.services.incidents import (
    Report,
    add_exposed,
    list_incidents,
    look_over,
    look_over_more,
    read_incident,
    record_incident,
    unit_choices,
)
from welfare.services.records import read_record

DAY = timedelta(days=1)


@pytest.fixture
def looking(officer, company, make):
    return {
        "actor": officer,
        "report": Report(company.id, TODAY - DAY, "explosion", "Blast at the north gate"),
        "who": Who({company.id}),
        "programme": "un-contingent",
        "at": make.now,
    }


@pytest.fixture
def people(make, company, officer):
    """Three of the company, one of them in a platoon, beside the officer; and one elsewhere."""
    platoon = make.unit("A1", company)
    make.person(make.unit("B Company", make.root))
    return [make.person(company), make.person(company), make.person(platoon)]


def test_looking_first_counts_everybody_of_the_unit_and_changes_nothing(edge, looking, people):
    before = edge.contents()

    found = edge.look(look_over, **looking)

    assert (found.people, found.programme, found.is_asked) == (4, "un-contingent/2", True)
    assert edge.contents() == before


def test_those_who_were_there_are_asked_in_three_days_and_after_four_weeks(
    edge, looking, people, officer, keep_schedule
):
    incident = edge.act(record_incident, **looking, counted=4)
    keep_schedule()

    exposed = {each.person_id for each in edge.rows(Exposure)}
    assert exposed == {each.id for each in people} | {officer.person_id}
    for person in people:
        found = {
            each.code: (each.opens_on - incident.day, each.due_by - incident.day)
            for each in edge.rows(Window, Window.person_id == person.id)
        }
        assert found == {
            "incident-early": (0 * DAY, 3 * DAY),
            "incident-month": (28 * DAY, 42 * DAY),
        }
    windows = edge.rows(Window, Window.person_id == people[0].id)
    assert {(each.phase, each.incident_id) for each in windows} == {(Phase.INCIDENT, incident.id)}


def test_everybody_named_has_an_event_and_is_worked_out_anew(edge, looking, people, make):
    with make.kept() as session:
        session.get_one(Person, people[0].id).scheduled_on = TODAY

    incident = edge.act(record_incident, **looking, counted=4)

    events = edge.rows(AuditEvent, AuditEvent.act == Act.INCIDENT_RECORDED)
    assert {each.person_id for each in events} >= {each.id for each in people}
    assert [each.resource_id for each in events if each.person_id is None] == [incident.id]
    assert edge.rows(Person, Person.id == people[0].id)[0].scheduled_on is None


def test_two_incidents_on_one_day_ask_once(edge, looking, people, keep_schedule):
    edge.act(record_incident, **looking, counted=4)
    edge.act(record_incident, **looking, counted=4)

    keep_schedule()

    codes = [each.code for each in edge.rows(Window, Window.person_id == people[0].id)]
    assert sorted(codes) == ["incident-early", "incident-month"]


def test_who_was_in_the_unit_that_day_counts_not_who_is_in_it_today(
    edge, looking, people, make, company
):
    with make.kept() as session:
        (stay,) = session.query(Membership).filter_by(person_id=people[0].id)
        stay.until_day = TODAY - 2 * DAY
        (late,) = session.query(Membership).filter_by(person_id=people[1].id)
        late.from_day = TODAY

    assert edge.look(look_over, **looking).people == 2


def test_nobody_who_was_erased_is_named(edge, looking, people, make):
    with make.kept() as session:
        given = {"person_id": people[0].id, "erased_at": make.now, "erased_by": None}
        erasure.erase(session, by=Machine(), at=make.now, **given)

    assert edge.look(look_over, **looking).people == 3


def test_service_numbers_are_taken_line_by_line_each_person_once(edge, looking, people, number_of):
    lines = "\n".join(f" {number_of(each).lower()} " for each in (*people, people[0]))

    found = edge.look(look_over, **looking | {"who": Who(numbers=lines + "\n\n")})

    assert found.people == 3


def test_an_unknown_number_and_one_of_another_unit_are_refused_alike(
    edge, looking, people, number_of, make
):
    other = number_of(make.person(make.unit("C Company", make.root)))
    lines = f"{number_of(people[0])}\n{other}\n\nSN-unknown"

    for service, more in ((look_over, {}), (record_incident, {"counted": 1})):
        with pytest.raises(InputRefused) as refused:
            edge.act(service, **looking | {"who": Who(numbers=lines)}, **more)
        assert refused.value.problems == {"numbers": "unknown_lines:2, 4"}
    assert edge.count(Incident) == edge.count(Exposure) == 0


@pytest.mark.parametrize(
    ("who", "problems"),
    [
        (Who(), {"numbers": "nobody"}),
        (Who(numbers=" \n\n"), {"numbers": "nobody"}),
        (Who(numbers="SN-1\n" * 501), {"numbers": "too_many"}),
        (Who(numbers="1" * 10_001), {"numbers": "too_many"}),
        (Who({new_key()}), {"units": "choose"}),
    ],
)
def test_people_that_cannot_be_named_are_refused(edge, looking, who, problems):
    with pytest.raises(InputRefused) as refused:
        edge.look(look_over, **looking | {"who": who})

    assert refused.value.problems == problems


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"title": " "}, {"title": "needed"}),
        ({"title": "t" * 121}, {"title": "too_long"}),
        ({"kind": "rumour"}, {"kind": "choose"}),
        ({"mission_id": new_key()}, {"mission": "choose"}),
        ({"day": TODAY + DAY}, {"day": "in_future"}),
        ({"day": TODAY - 366 * DAY}, {"day": "too_long_ago"}),
    ],
)
def test_a_report_that_cannot_be_kept_names_its_field(edge, looking, company, wrong, problems):
    usual = {"unit_id": company.id, "day": TODAY, "kind": "attack", "title": "Shots"}

    with pytest.raises(InputRefused) as refused:
        edge.look(look_over, **looking | {"report": Report(**usual | wrong)})

    assert refused.value.problems == problems


def test_nothing_is_recorded_for_other_people_than_were_shown(edge, looking, people):
    with pytest.raises(ChangedMeanwhile):
        edge.act(record_incident, **looking, counted=3)

    assert edge.count(Incident) == 0


def test_more_people_are_added_later_and_those_there_stay_once(
    edge, looking, people, number_of, officer, make
):
    one, two = (Who(numbers=number_of(each)) for each in people[:2])
    incident = edge.act(record_incident, **looking | {"who": one}, counted=1)
    both = Who(numbers=f"{one.numbers}\n{two.numbers}")
    given = {"actor": officer, "incident_id": incident.id, "at": make.now}

    assert edge.look(look_over_more, **given, who=both).people == 1
    with pytest.raises(ChangedMeanwhile):
        edge.act(add_exposed, **given, who=both, counted=2)
    edge.act(add_exposed, **given, who=both, counted=1)

    assert edge.look(read_incident, **given).people == edge.count(Exposure) == 2
    with edge.database.reading() as session:
        with pytest.raises(InputRefused) as refused:
            look_over_more(session, **given, who=both)
        learned = {event["person_id"] for event in trail.take_reads(session)}
    assert refused.value.problems == {"numbers": "there_already"}
    assert learned == {each.id for each in people[:2]}


def test_incidents_are_listed_for_the_own_units_alone(edge, looking, people, officer, make):
    incident = edge.act(record_incident, **looking, counted=4)
    lead = make.actor(Role.CLINIC_LEAD)
    elsewhere = make.actor(Role.WELFARE_OFFICER, make.unit("D Company", make.root))

    for actor in (officer, lead):
        (listed,) = edge.look(list_incidents, actor=actor, at=make.now)
        assert (listed.incident.id, listed.people, listed.is_asked) == (incident.id, 4, True)
    assert edge.look(list_incidents, actor=elsewhere, at=make.now) == []
    assert incident.unit_id not in {each.id for each in edge.look(unit_choices, actor=elsewhere)}
    for service in (read_incident, look_over_more):
        more = {"who": Who()} if service is look_over_more else {}
        given = {"actor": elsewhere, "at": make.now, **more}
        with pytest.raises(AccessDenied):
            edge.look(service, incident_id=incident.id, **given)
        with pytest.raises(RecordNotFound):
            edge.look(service, incident_id=new_key(), **given)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ADMINISTRATOR, Role.COMMANDER])
def test_other_roles_record_no_incidents(edge, looking, make, role):
    with pytest.raises(AccessDenied):
        edge.act(record_incident, **looking | {"actor": make.actor(role)}, counted=1)


def test_a_unit_above_the_own_is_not_to_be_chosen(edge, looking, make):
    above = Report(make.root.id, TODAY, "attack", "Shots")
    with pytest.raises(AccessDenied):
        edge.look(look_over, **looking | {"report": above})
    with pytest.raises(InputRefused) as refused:
        edge.look(look_over, **looking | {"who": Who({make.root.id})})
    assert refused.value.problems == {"units": "choose"}


def test_a_programme_without_incident_windows_says_that_nobody_is_asked(edge, looking):
    assert not edge.look(look_over, **looking | {"programme": "us-2013"}).is_asked


def test_listing_takes_as_many_queries_for_many_as_for_one(edge, looking, people, officer, make):
    asked = {"actor": officer, "at": make.now}
    edge.act(record_incident, **looking, counted=4)
    one = edge.queries(list_incidents, **asked)
    for _ in range(4):
        edge.act(record_incident, **looking, counted=4)

    assert edge.queries(list_incidents, **asked) == one


def test_the_record_shows_what_the_person_was_near(edge, make, person):
    clinician = make.actor(Role.CLINICIAN)
    make.case(person, clinician)
    make.incident(person)

    view = edge.look(read_record, actor=clinician, person_id=person.id, at=make.now)

    (near,) = view.happenings.incidents
    assert (near.title, near.day) == ("Blast at the north gate", TODAY - DAY)
