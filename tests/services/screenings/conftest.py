"""A member who sends calm answers for the first time."""

from uuid import uuid4

import pytest

from tests.factories import CALM


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor()


@pytest.fixture
def sent(make, member):
    """The arguments of a first, calm submission."""
    return {
        "actor": member,
        "window_id": make.window(member.person_id).id,
        "submission_id": uuid4(),
        "answers": CALM,
        "language": "en",
        "at": make.now,
    }
