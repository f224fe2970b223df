"""A clinician with somebody in care, and a way to sign plans with them."""

from types import SimpleNamespace

import pytest

from models.base import new_key
from models.tables.people import Person
from models.tables.plans import Plan
from models.vocabulary import Role
from tests.models.rows import a_plan
from tests.services.cases.conftest import meanwhile as meanwhile
from welfare.services.plans import read_plans, sign_plan


@pytest.fixture
def care(make, edge):
    """`member` is the person in care, with an account; `clinician` is in charge."""
    clinician, member = make.actor(Role.CLINICIAN), make.actor()
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    case = make.case(person, clinician)

    def given(**changes):
        usual = {"actor": clinician, "case_id": case.id, "plan_id": new_key(), "at": make.now}
        return usual | {"written": a_plan(), "made_from": None} | changes

    return SimpleNamespace(
        clinician=clinician,
        member=member,
        person=person,
        case=case,
        given=given,
        sign=lambda **changes: edge.act(sign_plan, **given(**changes)),
        read=lambda actor=clinician: edge.look(
            read_plans, actor=actor, person_id=person.id, at=make.now
        ),
        rows=lambda: edge.rows(Plan),
    )
