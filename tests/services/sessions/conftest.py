"""A clinician who signs in."""

import pytest

from models.vocabulary import Role


@pytest.fixture
def actor(make):
    return make.actor(Role.CLINICIAN)
