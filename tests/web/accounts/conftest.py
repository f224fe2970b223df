"""Two administrators of one contingent, each at a browser."""

import pytest

from models.vocabulary import Role


@pytest.fixture
def first(make, visit):
    return visit(make.actor(Role.ADMINISTRATOR))


@pytest.fixture
def second(make, visit):
    return visit(make.actor(Role.ADMINISTRATOR))
