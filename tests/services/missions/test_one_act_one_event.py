"""Where the trail cannot be written, nothing of this has happened, and nothing is handed over."""

import pytest
from sqlalchemy.exc import SQLAlchemyError

from models.tables.people import Person
from models.vocabulary import Role
from tests.factories import TODAY
from welfare.policies.exposed import Who
from welfare.services import (
    contingents,
    deployment_changes,
    deployment_events,
    incidents,
    missions,
)

HILL = missions.Facts("Hill Mission", "Port Ansel")
WESTMARK = {
    "nation": "Westmark",
    "programme": "canada",
    "language": "en",
    "zone": "UTC",
    "quiet_from": None,
    "quiet_until": None,
    "languages": ["en"],
    "default": "un-contingent",
}
STAY = {"until_day": TODAY, "leave_end_day": None, "capacity": "reservist"}
LOSS = deployment_events.Event("bereavement", TODAY)


@pytest.fixture
def scene(make, edge, admin, person, stay):
    """Everything that the acts below need, and a trail that cannot be written any more."""
    clinician, lead = make.actor(Role.CLINICIAN), make.actor(Role.CLINIC_LEAD)
    make.case(person, clinician)
    found = {
        "admin": {"actor": admin, "at": make.now},
        "clinician": {"actor": clinician, "at": make.now},
        "lead": {"actor": lead, "at": make.now},
        "person": person.id,
        "stay": stay,
        "incident": make.incident(person).id,
        "unit": make.root.id,
        "people": edge.count(Person),
    }
    edge.break_table("audit_event")
    return found


ACTS = {
    "add a mission": (missions.add_mission, lambda it: {**it["admin"], "facts": HILL}),
    "change a mission": (
        missions.change_mission,
        lambda it: {**it["admin"], "mission_id": it["stay"].mission_id, "facts": HILL},
    ),
    "set a contingent": (
        contingents.set_contingent,
        lambda it: {**it["lead"], "unit_id": it["unit"], **WESTMARK},
    ),
    "change a deployment": (
        deployment_changes.change_deployment,
        lambda it: {**it["admin"], "deployment_id": it["stay"].id, **STAY},
    ),
    "record an event": (
        deployment_events.record_event,
        lambda it: {
            **it["clinician"],
            "person_id": it["person"],
            "deployment_id": it["stay"].id,
            "event": LOSS,
        },
    ),
    "record an incident": (
        incidents.record_incident,
        lambda it: {
            **it["lead"],
            "report": incidents.Report(it["unit"], TODAY, "attack", "Shots at the gate"),
            "who": Who([it["unit"]]),
            "counted": it["people"],
            "programme": "un-contingent",
        },
    ),
}
READS = {
    "the missions": (missions.list_missions, lambda it: it["admin"]),
    "an incident": (
        incidents.read_incident,
        lambda it: {**it["lead"], "incident_id": it["incident"]},
    ),
    "the incidents": (incidents.list_incidents, lambda it: it["lead"]),
    "somebody's deployments": (
        deployment_changes.read_deployments,
        lambda it: {**it["admin"], "person_id": it["person"]},
    ),
    "the form of an event": (
        deployment_events.read_form,
        lambda it: {**it["clinician"], "person_id": it["person"]},
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_event_cannot_be_written_did_not_happen(edge, scene, name):
    service, given = ACTS[name]
    before = edge.contents()

    with pytest.raises(SQLAlchemyError):
        edge.act(service, **given(scene))

    assert edge.contents() == before


@pytest.mark.parametrize("name", READS)
def test_a_reading_whose_event_cannot_be_written_is_not_handed_over(edge, scene, name):
    service, given = READS[name]

    with pytest.raises(SQLAlchemyError):
        edge.look(service, **given(scene))
