"""One person's stored windows, worked out for a day, and how they stand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.rescheduling import reschedule
from models.session import Database
from models.standing import status_of
from models.tables.people import Deployment
from models.tables.screenings import Screening, Window


@pytest.fixture
def settle(database: Database) -> Callable[..., int]:
    def settled(*people: Any, today: date) -> int:
        with database.writing() as session:
            ids = [person.id for person in people]
            changed = reschedule(session, person_ids=ids, today=today, default="un-contingent")
            session.commit()
        return changed

    return settled


@pytest.fixture
def stored(database: Database) -> Callable[..., list[tuple[Any, ...]]]:
    """Code, first day of the deployment, opening, due day and status, in order."""

    def windows(person: Any, *, today: date) -> list[tuple[Any, ...]]:
        query = (
            select(Window, Deployment.from_day, Screening.day)
            .outerjoin(Deployment, Deployment.id == Window.deployment_id)
            .outerjoin(Screening, Screening.window_id == Window.id)
            .where(Window.person_id == person.id)
        )
        with database.reading() as session:
            return sorted(
                (
                    window.code,
                    cause or date.min,
                    window.opens_on,
                    window.due_by,
                    status_of(window, answered_on=day, today=today).value,
                )
                for window, cause, day in session.execute(query)
            )

    return windows
