"""A clinician with somebody in care, and what is said of an interview."""

import pytest

from models.vocabulary import Role
from tests.factories import TODAY

WORDS = "Agreed to talk again in May."


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def talk(clinician, make):
    """What a form says; a test names what matters to it."""
    said = {"spoken_on": TODAY, "channel": "in_person", "words": WORDS}
    return {"actor": clinician, "at": make.now, **said}
