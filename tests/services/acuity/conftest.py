"""A member who has just sent a critical answer, and the clinician who was told."""

import pytest

from models import vault
from models.tables.care import Alert
from tests.hazards.scenes import send
from welfare.policies.acuity import told_of


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def receipt(edge, make, member):
    return send(edge, make, member)


@pytest.fixture
def asked(member, receipt, make):
    return {"actor": member, "screening_id": receipt.screening.id, "at": make.now}


@pytest.fixture
def told(edge):
    """What is sealed into this alert."""

    def found(alert):
        (stored,) = edge.rows(Alert, Alert.id == alert.id)
        with edge.database.reading() as session:
            return told_of(vault.key_for(session, person_id=stored.person_id), stored)

    return found
