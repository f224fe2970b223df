"""A clinician with an open case, and a note that they have signed."""

import pytest

from models.base import new_key
from models.vocabulary import Role
from welfare.services.notes import sign_note


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def case(make, person, clinician):
    return make.case(person, clinician)


@pytest.fixture
def signed(make, case, clinician):
    """What signing a first note is told, with the id that came with the form."""
    return {
        "actor": clinician,
        "case_id": case.id,
        "words": "Slept badly.",
        "note_id": new_key(),
        "at": make.now,
    }


@pytest.fixture
def first(edge, signed):
    return edge.act(sign_note, **signed)
