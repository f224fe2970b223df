"""Events of a deployment: who may record them, who may read them, and what they change."""

from datetime import timedelta

import pytest

from models.base import new_key
from models.tables.cycle import DeploymentEvent
from models.tables.people import Deployment, Person
from models.vocabulary import Act, DeploymentEventKind, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.services.deployment_events import (
    Event,
    read_form,
    record_event,
    record_movement,
)
from welfare.services.own_record import read_history
from welfare.services.records import read_record

DAY = timedelta(days=1)


@pytest.fixture
def clinician(make, person):
    clinician = make.actor(Role.CLINICIAN)
    make.case(person, clinician)
    return clinician


@pytest.fixture
def asked(clinician, person, stay, make):
    return {
        "actor": clinician,
        "person_id": person.id,
        "deployment_id": stay.id,
        "at": make.now,
    }


@pytest.fixture
def moving(admin, stay, make):
    return {"actor": admin, "deployment_id": stay.id, "at": make.now}


@pytest.mark.parametrize("kind", list(DeploymentEventKind))
def test_a_clinician_records_it_and_reads_it_with_the_record(edge, asked, person, kind):
    event = Event(kind, TODAY - 10 * DAY, TODAY - 8 * DAY, " Went with a friend. ")

    edge.act(record_event, **asked, event=event)

    read = {name: asked[name] for name in ("actor", "person_id", "at")}
    (found,) = edge.look(read_record, **read).happenings.events
    assert (found.kind, found.words, found.mission) == (
        kind,
        "Went with a friend.",
        "River Mission",
    )
    assert (found.from_day, found.until_day) == (TODAY - 10 * DAY, TODAY - 8 * DAY)
    assert edge.acts()[Act.DEPLOYMENT_CHANGED] == 1


def test_the_person_reads_it_in_the_own_history(edge, make, admin):
    member = make.actor()
    with make.database.reading() as session:
        stay = make.deployment(session.get_one(Person, member.person_id))

    edge.act(
        record_movement,
        actor=admin,
        deployment_id=stay.id,
        event=Event("rest_leave", stay.from_day),
        at=make.now,
    )

    (found,) = edge.look(read_history, actor=member, at=make.now).happenings.events
    assert found.kind is DeploymentEventKind.REST_LEAVE


@pytest.mark.parametrize("service", [record_event, record_movement])
def test_home_before_the_planned_time_ends_the_deployment_there(
    edge, asked, moving, person, make, service
):
    with make.kept() as session:
        session.get_one(Person, person.id).scheduled_on = TODAY
    given = asked if service is record_event else moving

    edge.act(service, **given, event=Event("repatriation", TODAY - 2 * DAY))

    (kept,) = edge.rows(Deployment)
    assert kept.until_day == TODAY - 2 * DAY
    assert edge.rows(Person, Person.id == person.id)[0].scheduled_on is None


@pytest.mark.parametrize("kind", ["evacuation", "bereavement", "holiday", ""])
def test_an_administrator_records_movements_alone(edge, moving, kind):
    with pytest.raises(InputRefused) as refused:
        edge.act(record_movement, **moving, event=Event(kind, TODAY))

    assert refused.value.problems == {"kind": "choose"}
    assert edge.count(DeploymentEvent) == 0


@pytest.mark.parametrize(
    ("event", "problems"),
    [
        (Event("holiday", TODAY), {"kind": "choose"}),
        (Event("rest_leave", TODAY, TODAY - DAY), {"until": "before_start"}),
        (Event("rest_leave", TODAY, words="w" * 501), {"words": "too_long"}),
        (Event("bereavement", TODAY + DAY), {"from": "in_future"}),
        (Event("rest_leave", TODAY + 366 * DAY), {"from": "in_future"}),
        (Event("rest_leave", TODAY - 61 * DAY), {"from": "outside_deployment"}),
        (Event("decompression", TODAY + 181 * DAY), {"from": "outside_deployment"}),
    ],
)
def test_an_event_that_cannot_be_names_its_field(edge, asked, event, problems):
    with pytest.raises(InputRefused) as refused:
        edge.act(record_event, **asked, event=event)

    assert refused.value.problems == problems
    assert edge.count(DeploymentEvent) == 0


def test_nobody_is_sent_home_after_the_return(edge, asked, make, stay):
    with make.kept() as session:
        session.get_one(Deployment, stay.id).until_day = TODAY - 5 * DAY

    with pytest.raises(InputRefused) as refused:
        edge.act(record_event, **asked, event=Event("repatriation", TODAY))

    assert refused.value.problems == {"from": "outside_deployment"}


def test_a_deployment_of_somebody_else_is_not_to_be_chosen(edge, asked, make):
    other = make.deployment(make.person())

    with pytest.raises(InputRefused) as refused:
        edge.act(
            record_event,
            **asked | {"deployment_id": other.id},
            event=Event("rest_leave", other.from_day),
        )

    assert refused.value.problems == {"deployment": "choose"}


def test_only_who_cares_for_the_person_or_moves_them_may(edge, asked, moving, make):
    event = Event("rest_leave", TODAY)
    others = [make.actor(role) for role in (Role.CLINICIAN, Role.CLINIC_LEAD, Role.COMMANDER)]
    officer = make.actor(Role.WELFARE_OFFICER)
    elsewhere = make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))

    for actor in (*others, officer, moving["actor"]):
        with pytest.raises(AccessDenied):
            edge.act(record_event, **asked | {"actor": actor}, event=event)
        with pytest.raises(AccessDenied):
            edge.look(read_form, actor=actor, person_id=asked["person_id"], at=make.now)
    for actor in (asked["actor"], officer, elsewhere):
        with pytest.raises(AccessDenied):
            edge.act(record_movement, **moving | {"actor": actor}, event=event)
    with pytest.raises(RecordNotFound):
        edge.act(record_movement, **moving | {"deployment_id": new_key()}, event=event)
    with pytest.raises(RecordNotFound):
        edge.act(record_event, **asked | {"person_id": new_key()}, event=event)
    assert edge.count(DeploymentEvent) == 0


def test_a_loss_and_a_leave_look_alike_in_a_stolen_table(edge, asked):
    edge.act(record_event, **asked, event=Event("bereavement", TODAY, words="w" * 500))
    edge.act(record_event, **asked, event=Event("rest_leave", TODAY))

    sealed = [each.content for each in edge.rows(DeploymentEvent)]
    assert len(sealed[0]) == len(sealed[1])
    assert not any(b"bereavement" in each for each in sealed)


def test_the_form_names_the_deployments_and_reading_it_is_recorded(edge, asked, stay, make):
    form = edge.look(read_form, actor=asked["actor"], person_id=asked["person_id"], at=make.now)

    assert [each.deployment_id for each in form.stays] == [stay.id]
    assert edge.acts() == {Act.RECORD_READ: 1}
