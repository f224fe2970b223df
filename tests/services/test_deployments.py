"""Recording a deployment plans when the person will be asked."""

from datetime import timedelta

import pytest

from models import vault
from models.tables.people import Deployment, Identity, Person
from models.tables.places import Mission
from models.tables.screenings import Window
from models.vocabulary import Act, Role
from tests.factories import TODAY
from welfare.errors import InputRefused
from welfare.services.deployments import record_deployment

START, END = TODAY - timedelta(days=200), TODAY - timedelta(days=20)


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def asked(make, admin, edge):
    person = make.person()
    with edge.database.reading() as session:
        identity = session.get_one(Identity, person.id)
        key = vault.key_for(session, person_id=person.id)
        number = vault.opened(key, identity, "content")["service_number"]
    return {
        "actor": admin,
        "service_number": number,
        "mission": "River Mission",
        "site": "Port Ansel",
        "from_day": START,
        "until_day": END,
        "programme": "un-contingent",
        "at": make.now,
    }


def test_a_deployment_brings_its_windows_and_its_event(edge, asked):
    stay = edge.act(record_deployment, **asked)

    windows = edge.rows(Window)
    assert {window.deployment_id for window in windows} == {stay.id}
    assert {window.person_id for window in windows} == {stay.person_id}
    assert {"before", "return", "after", "yearly"} <= {window.code for window in windows}
    assert edge.acts() == {Act.DEPLOYMENT_RECORDED: 1}


def test_case_and_spaces_of_the_number_do_not_matter(edge, asked):
    number = f"  {asked['service_number'].lower()} "

    edge.act(record_deployment, **asked | {"service_number": number})

    assert edge.count(Deployment) == 1


def test_without_a_return_only_what_can_be_known_is_planned(edge, asked):
    edge.act(record_deployment, **asked | {"until_day": None})

    assert {window.code for window in edge.rows(Window)} == {"before", "in-mission"}


def test_a_mission_of_the_same_name_is_made_once(edge, asked):
    edge.act(record_deployment, **asked)
    later = {"from_day": TODAY, "until_day": None, "mission": "RIVER mission"}

    edge.act(record_deployment, **asked | later)

    assert edge.count(Mission) == 1


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"service_number": "SN-unknown"}, {"service_number": "unknown"}),
        ({"service_number": ""}, {"service_number": "unknown"}),
        ({"mission": " "}, {"mission": "needed"}),
        ({"mission": "m" * 121}, {"mission": "too_long"}),
        ({"site": "s" * 121}, {"place": "too_long"}),
        ({"until_day": START - timedelta(days=1)}, {"until": "before_start"}),
    ],
)
def test_a_deployment_that_cannot_be_recorded_names_its_fields(edge, asked, wrong, problems):
    with pytest.raises(InputRefused) as refused:
        edge.act(record_deployment, **asked | wrong)

    assert refused.value.problems == problems
    assert edge.count(Deployment) == edge.count(Mission) == 0


@pytest.mark.parametrize(
    ("from_day", "until_day", "overlaps"),
    [
        (START, END, True),
        (START - timedelta(days=9), START, True),
        (END, None, True),
        (START - timedelta(days=9), None, True),
        (END + timedelta(days=1), None, False),
        (START - timedelta(days=9), START - timedelta(days=1), False),
    ],
)
def test_nobody_is_in_two_places_at_once(edge, asked, from_day, until_day, overlaps):
    edge.act(record_deployment, **asked)
    second = asked | {"from_day": from_day, "until_day": until_day, "mission": "Hill Mission"}

    if not overlaps:
        edge.act(record_deployment, **second)
        return
    with pytest.raises(InputRefused) as refused:
        edge.act(record_deployment, **second)
    assert refused.value.problems == {"from": "overlaps"}


def test_somebody_of_another_contingent_looks_unknown(edge, asked, make):
    stranger = make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))

    with pytest.raises(InputRefused) as refused:
        edge.act(record_deployment, **asked | {"actor": stranger})

    assert refused.value.problems == {"service_number": "unknown"}
    assert edge.rows(Person, Person.unit_id == make.root.id)
