"""What of the questions assigned in care is overdue, for lists of tasks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, literal, select

from models.standing import is_open
from models.tables.care import Case
from models.tables.measures import AssignedMeasure
from models.tables.screenings import Window
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

KIND = "measure"


def tasks_of(actor: Actor, at: datetime) -> Select[UUID, str, date]:
    """Person, kind and the day by which it was due: a row for each overdue window that was
    assigned in an own or shared open case. Of what has closed, the next one is asked soon."""
    today = at.date()
    return (
        select(Window.person_id, literal(KIND).label("kind"), Window.due_by)
        .join(AssignedMeasure, AssignedMeasure.id == Window.measure_id)
        .join(Case, Case.id == AssignedMeasure.case_id)
        .where(
            access.visible(actor, Permission.CASELOAD_READ),
            AssignedMeasure.ended_at.is_(None),
            Window.due_by < today,
            is_open(today),
        )
    )
