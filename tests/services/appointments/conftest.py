"""A clinician with somebody in care, and ways to make, move and record appointments."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from models import vault
from models.base import new_key
from models.session import snapshot
from models.tables.people import Person
from models.tables.plans import Appointment
from tests.services.cases.conftest import meanwhile as meanwhile
from welfare.policies import booked
from welfare.policies.booked import Wanted
from welfare.services import appointments


@pytest.fixture
def care(make, edge, database):
    """`member` is the person in care, with an account; `clinician` is in charge."""
    clinician, member = make.reachable(), make.actor()
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    case = make.case(person, clinician)

    def given(hours=24, **changes):
        own = {name: changes.pop(name) for name in ("minutes", "number") if name in changes}
        wanted = Wanted(make.now + timedelta(hours=hours), **own)
        usual = {"actor": clinician, "case_id": case.id, "appointment_id": new_key()}
        return usual | {"wanted": wanted, "at": make.now} | changes

    def act(service, row, actor=clinician, at=make.now, **more):
        return edge.act(service, actor=actor, appointment_id=row.id, at=at, **more)

    def opened(row):
        with snapshot(database) as session:
            return booked.opened(vault.key_for(session, person_id=row.person_id), row)

    return SimpleNamespace(
        clinician=clinician,
        member=member,
        person=person,
        case=case,
        given=given,
        make=lambda **changes: edge.act(appointments.make_appointment, **given(**changes)),
        act=act,
        opened=opened,
        rows=lambda: edge.rows(Appointment),
        now=lambda row: edge.rows(Appointment, Appointment.id == row.id)[0],
    )
