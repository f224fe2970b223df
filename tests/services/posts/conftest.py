"""Two administrators, a member, and a Post that waits for its second word."""

import pytest

from models.vocabulary import Role
from tests.services.posts.asking import request
from welfare.services.posts import give_post


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def second(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def noor(make):
    return make.actor(Role.MEMBER)


@pytest.fixture
def asked(edge, make, admin, noor):
    """A Post that waits."""
    return edge.act(give_post, **request(admin, noor, make.root, Role.CLINICIAN, make))
