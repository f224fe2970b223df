"""A clinician with a session, a key to add, and the door it opens."""

import pytest

from models.vocabulary import Role
from tests.authenticator import Authenticator
from tests.services.passkeys.ceremonies import BINDING, PLACE
from welfare.policies.browser import Browser


@pytest.fixture
def actor(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def given(make, actor):
    browser = Browser(token=make.web_session(actor), kind="Firefox, Android")
    return {"actor": actor, "browser": browser, "place": PLACE, "at": make.now}


@pytest.fixture
def key():
    return Authenticator(PLACE.origin)


@pytest.fixture
def door(make):
    return {"place": PLACE, "binding": BINDING, "at": make.now}
