"""An act and its event are one transaction: where the trail cannot be written, nothing happened."""

import pyotp
import pytest
from sqlalchemy.exc import SQLAlchemyError

from models.tables.people import Person
from models.vocabulary import AlertStatus, Role
from tests.answered import ALWAYS, answered
from tests.factories import APP_KEY, TODAY
from tests.policies.population import release_of
from tests.services.acts_and_reads import ACTS, READS


@pytest.fixture
def scene(make, edge):
    """Everything that the acts below need, and a trail that cannot be written any more."""
    clinician = make.reachable()
    member, admin = make.actor(), make.actor(Role.ADMINISTRATOR)
    person = make.person()
    new = make.alert(person, clinician)
    with make.database.reading() as session:
        critical = make.alert(session.get_one(Person, member.person_id), clinician)
    taken = make.alert(
        person,
        clinician,
        status=AlertStatus.ACKNOWLEDGED,
        acknowledged_at=make.now,
        acknowledged_by=clinician.account_id,
    )
    found = {
        "answered": answered(make, person, programme=ALWAYS).id,
        "waiting": answered(make, make.person(), programme=ALWAYS).id,
        "cared": make.window(person.id, opens_on=TODAY).id,
        "officer": {"actor": make.actor(Role.WELFARE_OFFICER), "at": make.now},
        "clinician": {"actor": clinician, "at": make.now},
        "member": {"actor": member, "at": make.now},
        "admin": {"actor": admin, "at": make.now},
        "privacy": {"actor": make.actor(Role.PRIVACY_OFFICER), "at": make.now},
        "window": make.window(member.person_id).id,
        "person": person.id,
        "new": new.id,
        "critical": critical.screening_id,
        "taken": taken.id,
        "case": make.case(person, clinician).id,
        "release": release_of(make, make.root, [make.root]),
        "unit": make.root.id,
        "token": make.web_session(clinician),
        "post": make.post(clinician, Role.MEMBER, make.root).id,
        "login": make.actor(login="noor"),
        "app": make.app(clinician).id,
        "passkey": make.passkey(clinician).id,  # so that the app is not the last
        "code": pyotp.TOTP(APP_KEY).at(make.now),
        "asked": make.post(clinician, Role.AUDITOR, make.root, confirmed_at=None).id,
        "held": make.post(make.actor(), Role.AUDITOR, make.root).id,
        "gone": make.actor(disabled_at=make.now).account_id,
        "link": make.invitation(clinician).id,
        "message": make.message(member.person_id, clinician).id,
        "entry": make.notebook_entry(member).id,
    }
    edge.break_table("audit_event")
    return found


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
