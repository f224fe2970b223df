"""A clinician with a session: by the password alone, or with both factors."""

import pytest

from models.vocabulary import Role
from welfare.policies.browser import Browser


@pytest.fixture
def actor(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def given(make, actor):
    """A session of somebody who came in with the password alone."""
    token = make.web_session(actor, proved_at=None)
    return {"actor": actor, "browser": Browser(token=token), "at": make.now}


@pytest.fixture
def proved(make, actor):
    return {"actor": actor, "browser": Browser(token=make.web_session(actor)), "at": make.now}
