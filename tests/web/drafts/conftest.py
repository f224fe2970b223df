"""A member with a window, at a browser without script."""

import pytest


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def me(visit, member):
    return visit(member)


@pytest.fixture
def start(window):
    return f"/en/me/screenings/{window.id}"
