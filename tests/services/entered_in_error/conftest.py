"""A clinician who cares for somebody, and something that the person is said to have sent."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from models.tables.people import Person
from models.tables.screenings import Screening
from tests.factories import CALM, TODAY
from welfare.services import entered_in_error
from welfare.services.screenings import send_screening


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    """In the care of the clinician."""
    member = make.actor()
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    make.case(person, clinician)
    return member


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def send(edge, make, member, window) -> Callable[..., Screening]:
    """The member answers on the web."""

    def sent(
        answers: Mapping[str, Any] = CALM, window_id=window.id, days_ago=0, checked=None
    ) -> Screening:
        return edge.act(
            send_screening,
            actor=member,
            window_id=window_id,
            submission_id=uuid4(),
            answers=answers,
            language="en",
            at=make.now - timedelta(days=days_ago),
            checked=checked,
        ).screening

    return sent


@pytest.fixture
def earlier_window(make, member):
    return make.window(
        member.person_id,
        opens_on=TODAY - timedelta(days=60),
        due_by=TODAY - timedelta(days=20),
    )


@pytest.fixture
def mark(edge, make, clinician) -> Callable[..., Any]:
    def marked(screening_id, **changes: Any) -> Any:
        usual = {
            "actor": clinician,
            "screening_id": screening_id,
            "reason": "other_person",
            "words": "",
            "at": make.now,
        }
        return edge.act(entered_in_error.mark, **usual | changes)

    return marked
