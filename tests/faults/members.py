"""Members in front of the send button, for tests in which something breaks while they send."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from models.base import new_key
from models.tables.screenings import Window
from models.vocabulary import Phase
from tests.factories import CALM, CRITICAL, TODAY, Factory
from welfare.policies.actor import Actor
from welfare.services.screenings import Receipt, send_screening

TIMES = int(os.environ.get("FAULTS", "1"))  # `make faults` repeats every fault so much more often


@dataclass(frozen=True, slots=True)
class Task:
    """One screening to be sent: by whom, for which window, under which id, with what."""

    actor: Actor
    window_id: UUID
    submission_id: UUID
    number: int


def plan_work(make: Factory, count: int, *, members: int = 3) -> list[Task]:
    """Open windows in turn for a few members, with a clinician on duty for the alerts."""
    make.reachable()
    actors = [make.actor() for _ in range(members)]
    with make.kept() as session:
        windows = [_window(actors[number % members], number) for number in range(count)]
        session.add_all(windows)
    return [
        Task(actors[number % members], window.id, new_key(), number)
        for number, window in enumerate(windows)
    ]


def is_critical(task: Task) -> bool:
    return task.number % 3 == 0


def send(session: Session, task: Task) -> Receipt:
    return send_screening(
        session,
        actor=task.actor,
        window_id=task.window_id,
        submission_id=task.submission_id,
        answers=CRITICAL if is_critical(task) else CALM,
        language="en",
        at=datetime.now(UTC),
    )


def _window(actor: Actor, number: int) -> Window:
    return Window(
        id=new_key(),
        person_id=actor.person_id,
        programme="un-contingent/1",
        code=f"w{number}",
        phase=Phase.POST,
        opens_on=TODAY - timedelta(days=1),
        due_by=TODAY + timedelta(days=1),
        closes_on=TODAY + timedelta(days=61),
    )
