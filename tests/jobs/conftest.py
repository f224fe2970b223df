"""A worker that nudges, and the post office it uses."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from models.programmes import load
from models.session import Database
from models.vocabulary import Role
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY, PostOffice
from welfare.jobs import nudges

PROGRAMME = load("un-contingent")


@pytest.fixture
def post_office():
    return PostOffice()


@pytest.fixture
def worker(watched: Database, post_office: PostOffice) -> Callable[..., int]:
    """One round of the nudge job, by one and the same worker unless another is named."""
    me = uuid4()

    def work(at: datetime = NOW, holder: UUID = me, programme=PROGRAMME) -> int:
        return nudges.run(
            watched,
            mailer=post_office,
            stationery=STATIONERY,
            programme=programme,
            holder=holder,
            at=at,
        )

    return work


@pytest.fixture
def clinician(make):
    on_duty = make.actor(Role.CLINICIAN)
    make.duty(on_duty, make.root)
    return on_duty
