"""A nation's contingent with two companies, one deployed, and whoever works on that."""

from datetime import timedelta

import pytest

from models import vault
from models.tables.people import Identity
from models.vocabulary import Role
from tests.factories import TODAY
from welfare.policies.actor import Machine
from welfare.services.schedules import bring_up_to_date

DAY = timedelta(days=1)


@pytest.fixture
def company(make):
    return make.unit("A Company", make.root)


@pytest.fixture
def person(make, company):
    return make.person(company)


@pytest.fixture
def stay(make, person):
    """In mission for 60 days, planned for 120 more."""
    return make.deployment(person, from_day=TODAY - 60 * DAY, until_day=TODAY + 120 * DAY)


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def officer(make, company):
    return make.actor(Role.WELFARE_OFFICER, company)


@pytest.fixture
def keep_schedule(edge, make):
    """The job's round, for everybody whose turn it is."""
    given = {"by": Machine(), "programme": "un-contingent", "today": TODAY, "at": make.now}
    return lambda: edge.act(bring_up_to_date, **given)


@pytest.fixture
def number_of(make):
    """The service number of somebody."""

    def number(person):
        with make.database.reading() as session:
            key = vault.key_for(session, person_id=person.id)
            identity = session.get_one(Identity, person.id)
            return vault.opened(key, identity, "content")["service_number"]

    return number
