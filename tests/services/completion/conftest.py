"""A welfare officer of one company, and somebody below it."""

import pytest

from models.vocabulary import Role
from tests.factories import TODAY


@pytest.fixture
def company(make):
    return make.unit("A Company", make.root)


@pytest.fixture
def officer(make, company):
    return make.actor(Role.WELFARE_OFFICER, company)


@pytest.fixture
def asked(officer, make):
    return {"actor": officer, "today": TODAY, "at": make.now}


@pytest.fixture
def person(make, company):
    return make.person(make.unit("A1", company))
