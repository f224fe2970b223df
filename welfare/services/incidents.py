"""Incidents: what happened in a unit, and who was there. Those who were are asked soon after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, contains_eager

from models import rescheduling, rulebook, trail
from models.base import new_key
from models.programmes import Anchor, Programme
from models.tables.cycle import Exposure, Incident
from models.tables.places import Mission, Unit
from models.vocabulary import Act, IncidentKind
from welfare.errors import ChangedMeanwhile, InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.exposed import Who, exposed_people
from welfare.policies.permissions import Permission

TITLE_MOST = 120  # as the column holds
LONGEST_AGO = timedelta(days=365)
AT_ONCE = 500  # people in one statement
LISTED = 200  # the newest


@dataclass(frozen=True, slots=True)
class Report:
    """What happened, as a form gives it. `title` is told to everybody who was there."""

    unit_id: UUID
    day: date
    kind: str
    title: str
    mission_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What recording it would do: so many people, asked under this version, or by it not asked."""

    people: int
    programme: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class IncidentView:
    """`people`: how many were there. Their names are not shown again."""

    incident: Incident
    mission: str
    people: int
    is_asked: bool


def list_incidents(session: Session, *, actor: Actor, at: datetime) -> Sequence[IncidentView]:
    """Of the own units, the newest first."""
    found = session.execute(
        select(Incident, Mission.name, func.count(Exposure.id))
        .join(Unit, Unit.id == Incident.unit_id)
        .outerjoin(Mission, Mission.id == Incident.mission_id)
        .outerjoin(Exposure, Exposure.incident_id == Incident.id)
        .where(access.visible(actor, Permission.INCIDENT_RECORD))
        .options(contains_eager(Incident.unit))
        .group_by(Incident.id, Mission.name, Unit.id)
        .order_by(Incident.day.desc(), Incident.id)
        .limit(LISTED)
    ).all()
    is_asked = {name: _is_asked(session, name) for name in {each.programme for each, *_ in found}}
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None])
    return [
        IncidentView(incident, mission or "", people, is_asked[incident.programme])
        for incident, mission, people in found
    ]


def read_incident(
    session: Session, *, actor: Actor, incident_id: UUID, at: datetime
) -> IncidentView:
    incident = _find(session, actor, incident_id)
    mission = session.get(Mission, incident.mission_id) if incident.mission_id else None
    people = session.scalar(
        select(func.count(Exposure.id)).where(Exposure.incident_id == incident.id)
    )
    trail.record_read(
        session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None], subject=incident
    )
    is_asked = _is_asked(session, incident.programme)
    return IncidentView(incident, mission.name if mission else "", people or 0, is_asked)


def unit_choices(session: Session, *, actor: Actor) -> Sequence[Unit]:
    """The own units, to choose from."""
    return session.scalars(
        select(Unit).where(access.visible(actor, Permission.INCIDENT_RECORD)).order_by(Unit.path)
    ).all()


def look_over(
    session: Session, *, actor: Actor, report: Report, who: Who, programme: str, at: datetime
) -> LookedOver:
    """What recording it would do. Changes nothing. Raises InputRefused."""
    unit = _reported(session, actor, report, at.date())
    people = exposed_people(session, actor=actor, who=who, day=report.day)
    asked = rulebook.for_unit(session, unit, default=programme)
    return LookedOver(len(people), asked.name, _asks_after_incidents(asked))


def record_incident(
    session: Session,
    *,
    actor: Actor,
    report: Report,
    who: Who,
    counted: int,
    programme: str,
    at: datetime,
) -> Incident:
    """`counted`: how many people were shown; ChangedMeanwhile if they are not so many now.

    `programme`: the site's own, where the unit's contingent has chosen none.
    """
    unit = _reported(session, actor, report, at.date())
    people = exposed_people(session, actor=actor, who=who, day=report.day)
    if len(people) != counted:
        raise ChangedMeanwhile("other people than were shown")
    incident = Incident(
        id=new_key(),
        unit_id=unit.id,
        mission_id=report.mission_id,
        day=report.day,
        kind=IncidentKind(report.kind),
        title=report.title.strip(),
        programme=rulebook.for_unit(session, unit, default=programme).name,
        recorded_at=at,
        recorded_by=actor.account_id,
    )
    session.add(incident)
    session.flush()
    _expose(session, actor, incident, people, at)
    return incident


def look_over_more(
    session: Session, *, actor: Actor, incident_id: UUID, who: Who, at: datetime
) -> LookedOver:
    """How many would be added who are not there yet. Changes nothing. Raises InputRefused."""
    incident = _find(session, actor, incident_id)
    named = exposed_people(session, actor=actor, who=who, day=incident.day)
    # Whoever asks about somebody by number can learn from the answer that they were there.
    trail.record_read(
        session, by=actor, act=Act.LIST_READ, at=at, person_ids=list(named), subject=incident
    )
    people = _not_yet(session, incident, named)
    return LookedOver(len(people), incident.programme, _is_asked(session, incident.programme))


def add_exposed(
    session: Session, *, actor: Actor, incident_id: UUID, who: Who, counted: int, at: datetime
) -> Incident:
    """More people who were there. Raises InputRefused, or ChangedMeanwhile."""
    incident = _find(session, actor, incident_id)
    named = exposed_people(session, actor=actor, who=who, day=incident.day)
    people = _not_yet(session, incident, named)
    if len(people) != counted:
        raise ChangedMeanwhile("other people than were shown")
    _expose(session, actor, incident, people, at)
    return incident


def _find(session: Session, actor: Actor, incident_id: UUID) -> Incident:
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise RecordNotFound("no such incident")
    access.require(actor, Permission.INCIDENT_RECORD, incident.unit)
    return incident


def _reported(session: Session, actor: Actor, report: Report, today: date) -> Unit:
    """The unit it happened in. Raises InputRefused for what cannot be used."""
    unit = session.get(Unit, report.unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.INCIDENT_RECORD, unit)
    problems = _of_the_title(report.title.strip()) | _of_the_day(report.day, today)
    if report.kind not in set(IncidentKind):
        problems["kind"] = "choose"
    if report.mission_id is not None and session.get(Mission, report.mission_id) is None:
        problems["mission"] = "choose"
    if problems:
        raise InputRefused(problems)
    return unit


def _of_the_title(title: str) -> dict[str, str]:
    if not title:
        return {"title": "needed"}
    return {"title": "too_long"} if len(title) > TITLE_MOST else {}


def _of_the_day(day: date, today: date) -> dict[str, str]:
    if day > today:
        return {"day": "in_future"}
    return {"day": "too_long_ago"} if day < today - LONGEST_AGO else {}


def _not_yet(session: Session, incident: Incident, named: Iterable[UUID]) -> Sequence[UUID]:
    there = set(
        session.scalars(select(Exposure.person_id).where(Exposure.incident_id == incident.id))
    )
    people = [person for person in named if person not in there]
    if not people:
        raise InputRefused({"numbers": "there_already"})
    return people


def _expose(
    session: Session, actor: Actor, incident: Incident, people: Sequence[UUID], at: datetime
) -> None:
    """The next round of the schedule opens their windows."""
    for start in range(0, len(people), AT_ONCE):
        chunk = people[start : start + AT_ONCE]
        session.execute(
            insert(Exposure),
            [
                {
                    "id": new_key(),
                    "incident_id": incident.id,
                    "person_id": person,
                    "recorded_at": at,
                }
                for person in chunk
            ],
        )
        rescheduling.mark_changed(session, chunk)
    trail.record(session, by=actor, act=Act.INCIDENT_RECORDED, at=at, subject=incident)
    trail.record_each(session, by=actor, act=Act.INCIDENT_RECORDED, at=at, person_ids=people)


def _is_asked(session: Session, programme: str) -> bool:
    return _asks_after_incidents(rulebook.named(session, programme))


def _asks_after_incidents(programme: Programme) -> bool:
    return any(rule.anchor is Anchor.INCIDENT for rule in programme.windows)
