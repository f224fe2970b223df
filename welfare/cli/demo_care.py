"""What the demo's clinician has agreed on with some of the people in care: plans, appointments."""

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from models.base import new_key
from models.vocabulary import PlanKind, Protocol
from welfare.policies.actor import Actor
from welfare.policies.booked import Wanted
from welfare.policies.plans import Goal, Keeping, Written
from welfare.services import appointment_list, appointments, plans, work_list

PEOPLE = 3
DAYS_AHEAD, FIRST_HOUR = timedelta(days=2), 8  # one after the other, in the morning
SAFETY = {
    "signs": "I sit in the car and do not go in. I stop answering the phone.",
    "coping": "Walk down to the river. Breathe out slowly, ten times.",
    "places": "The football pitch on Thursdays. The café at the station.",
    "helpers": "My sister. Lenn from the old platoon.",
    "professionals": "Duty clinician, field clinic: +00 555 0101 (day and night)",
    "safer": "My own rifle is locked away at the club.",
}
KEEPING = {"weapon": Keeping("The club's armourer", "until we look at this again")}
CARE = {
    "problem": "Wakes at three and does not fall asleep again. Avoids crowds.",
    "done": "A session every week, and a talk with the family in a month.",
}


def agree(session: Session, *, actor: Actor, at: datetime) -> None:
    """With the first people of the clinician's list who are in their charge."""
    rows = work_list.read_work_list(session, actor=actor, today=at.date(), at=at)
    views = (
        appointment_list.read_of_person(session, actor=actor, person_id=row.person_id, at=at)
        for row in rows
    )
    cases = (view.own_case_id for view in views if view.own_case_id is not None)
    for number, case_id in enumerate(islice(cases, PEOPLE)):
        _sign_plans(session, actor, case_id, at)
        session.flush()
        wanted = Wanted(
            starts_at=(at + DAYS_AHEAD).replace(hour=FIRST_HOUR + number, minute=0, second=0),
            protocol=Protocol.PROLONGED_EXPOSURE,
            number=number + 1,
            place="Room 4",
        )
        appointments.make_appointment(
            session,
            actor=actor,
            case_id=case_id,
            appointment_id=new_key(),
            wanted=wanted,
            at=at,
        )


def _sign_plans(session: Session, actor: Actor, case_id: UUID, at: datetime) -> None:
    review_on = at.date() + timedelta(days=14)
    goals = (Goal("Sleep five hours, four nights a week", review_on), Goal("Take the bus again"))
    for written in (
        Written(PlanKind.SAFETY, SAFETY, review_on, agreed=True, keeping=KEEPING),
        Written(PlanKind.CARE, CARE, review_on, agreed=True, goals=goals),
    ):
        plans.sign_plan(
            session,
            actor=actor,
            case_id=case_id,
            plan_id=new_key(),
            written=written,
            made_from=None,
            at=at,
        )
