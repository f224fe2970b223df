"""A clinician with a password, and how signing in is asked for."""

import pytest

from models.vocabulary import Role
from tests.factories import PASSWORD
from tests.services.sign_in.attempts import HOME
from welfare.policies.passwords import hashed


@pytest.fixture
def kept_password(quick_hashing):
    return hashed(PASSWORD)


@pytest.fixture
def actor(make, kept_password):
    return make.actor(Role.CLINICIAN, login="noor", password_hash=kept_password)


@pytest.fixture
def asked(make, actor):
    return {"login": "noor", "password": PASSWORD, "network": HOME, "at": make.now}
