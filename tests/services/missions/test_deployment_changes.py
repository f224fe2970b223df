"""One person's deployments: found, ended, extended, shortened; and what cannot be."""

from datetime import timedelta

import pytest

from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.people import Deployment, Person
from models.tables.programmes import Contingent
from models.tables.screenings import Window
from models.vocabulary import Act, Capacity, Role
from tests.factories import NOW, TODAY
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.services.deployment_changes import (
    change_deployment,
    find_person,
    owner_of,
    read_deployments,
)

DAY = timedelta(days=1)


@pytest.fixture
def asked(admin, stay, make):
    return {
        "actor": admin,
        "deployment_id": stay.id,
        "until_day": stay.until_day,
        "leave_end_day": None,
        "capacity": "contingent",
        "at": make.now,
    }


@pytest.fixture
def stranger(make):
    return make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))


def test_somebody_is_found_by_number_and_read_with_a_trail(edge, admin, person, stay, number_of):
    found = edge.look(find_person, actor=admin, service_number=f" {number_of(person).lower()} ")
    deployed = edge.look(read_deployments, actor=admin, person_id=found, at=NOW)

    (only,) = deployed.stays
    assert (deployed.service_number, deployed.unit) == (number_of(person), "A Company")
    assert (only.deployment.id, only.mission, only.unit) == (stay.id, "River Mission", "A Company")
    (event,) = edge.rows(AuditEvent)
    assert (event.act, event.person_id) == (Act.SITE_READ, person.id)


@pytest.mark.parametrize("number", ["", "SN-unknown"])
def test_an_unknown_number_is_refused(edge, admin, number):
    with pytest.raises(InputRefused) as refused:
        edge.look(find_person, actor=admin, service_number=number)

    assert refused.value.problems == {"service_number": "unknown"}


def test_somebody_of_another_contingent_looks_unknown(edge, asked, stranger, person, number_of):
    with pytest.raises(InputRefused) as refused:
        edge.look(find_person, actor=stranger, service_number=number_of(person))
    assert refused.value.problems == {"service_number": "unknown"}

    with pytest.raises(AccessDenied):
        edge.look(read_deployments, actor=stranger, person_id=person.id, at=asked["at"])
    with pytest.raises(AccessDenied):
        edge.act(change_deployment, **asked | {"actor": stranger})
    with pytest.raises(AccessDenied):
        edge.look(owner_of, actor=stranger, deployment_id=asked["deployment_id"])
    with pytest.raises(RecordNotFound):
        edge.act(change_deployment, **asked | {"deployment_id": new_key()})


def test_an_erased_person_has_no_deployments_to_read(edge, admin, make):
    with pytest.raises(RecordNotFound):
        edge.look(read_deployments, actor=admin, person_id=new_key(), at=make.now)


@pytest.mark.parametrize(
    ("until", "leave_end", "capacity"),
    [
        (TODAY + 150 * DAY, None, "contingent"),
        (TODAY - 5 * DAY, TODAY + 20 * DAY, "contingent"),
        (None, None, "reservist"),
        (TODAY, TODAY, "augmentee"),
    ],
)
def test_a_change_is_kept_told_and_brings_the_windows_up_to_date(
    edge, asked, person, make, until, leave_end, capacity
):
    with make.kept() as session:
        session.get_one(Person, person.id).scheduled_on = TODAY
    new = {"until_day": until, "leave_end_day": leave_end, "capacity": capacity}

    edge.act(change_deployment, **asked | new)

    (kept,) = edge.rows(Deployment)
    assert (kept.until_day, kept.leave_end_day, kept.capacity) == (until, leave_end, capacity)
    assert edge.acts() == {Act.DEPLOYMENT_CHANGED: 1}
    assert edge.rows(Person, Person.id == person.id)[0].scheduled_on is None


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"until_day": TODAY - 61 * DAY}, {"until": "before_start"}),
        ({"until_day": None, "leave_end_day": TODAY}, {"leave_end": "no_return"}),
        ({"until_day": TODAY, "leave_end_day": TODAY - DAY}, {"leave_end": "before_return"}),
        ({"until_day": TODAY + 200 * DAY}, {"until": "overlaps"}),
        ({"until_day": None}, {"until": "overlaps"}),
        ({"capacity": "tourist"}, {"capacity": "choose"}),
        ({"unit_id": new_key()}, {"unit": "choose"}),
    ],
)
def test_a_change_that_cannot_be_names_its_field(edge, asked, make, person, wrong, problems):
    make.deployment(person, from_day=TODAY + 200 * DAY, until_day=None)

    with pytest.raises(InputRefused) as refused:
        edge.act(change_deployment, **asked | wrong)

    assert refused.value.problems == problems
    assert edge.acts() == {}


def test_nobody_belongs_to_two_contingents_at_once(edge, asked, make, company):
    east = make.unit("Eastmark", make.root)
    with make.kept() as session:
        for unit in (company, east):
            chosen = {"nation": unit.name, "programme": "canada", "language": "en"}
            session.add(Contingent(unit_id=unit.id, **chosen))

    with pytest.raises(InputRefused) as refused:
        edge.act(change_deployment, **asked, unit_id=east.id)
    assert refused.value.problems == {"capacity": "two_contingents"}

    edge.act(change_deployment, **asked | {"capacity": "augmentee"}, unit_id=east.id)
    (kept,) = edge.rows(Deployment)
    assert (kept.unit_id, kept.capacity) == (east.id, Capacity.AUGMENTEE)


def test_a_unit_that_is_not_the_own_cannot_be_chosen(edge, asked, make):
    elsewhere = make.unit("Eastmark")

    with pytest.raises(InputRefused) as refused:
        edge.act(change_deployment, **asked | {"capacity": "augmentee"}, unit_id=elsewhere.id)

    assert refused.value.problems == {"unit": "choose"}


@pytest.mark.parametrize(("programme", "asked_in"), [("us-current", "after"), ("canada", "after")])
def test_a_recorded_finding_opens_the_alternative_window_where_there_is_one(
    edge, asked, make, stay, programme, asked_in
):
    with make.kept() as session:
        session.get_one(Deployment, stay.id).programme = f"{programme}/1"

    edge.act(change_deployment, **asked, finding=True)
    edge.schedule()

    (kept,) = edge.rows(Deployment)
    home = {each.code for each in edge.rows(Window)} & {"return", "after"}
    assert (kept.finding, home) == (programme == "us-current", {asked_in})

    edge.act(change_deployment, **asked, finding=False)
    edge.act(change_deployment, **asked)
    assert not edge.rows(Deployment)[0].finding
