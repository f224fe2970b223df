"""Two administrators, a member without an own password, and the job that sends letters."""

import pytest

from models.vocabulary import Role
from tests.jobs.conftest import post_office as post_office
from tests.jobs.conftest import worker as worker


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def second(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def newcomer(make):
    """A member who has never chosen a password."""
    return make.actor(must_change_password=True)
