"""Interviews to come where everybody has one: who waits for it, and taking somebody on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.care import Case
from models.tables.interviews import Certification
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, CaseStatus, Phase
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.interviewing import with_one_for_all
from welfare.policies.permissions import Permission
from welfare.policies.rules import Placed

PAGE = 50
LAST_PAGE = 100_000  # more than any site has; no database counts as far as an address can


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has answered, whose programme asks for an interview, and whom nobody has."""

    screening_id: UUID
    name: str
    unit: str
    day: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class WaitingPage:
    rows: tuple[Waiting, ...]
    number: int
    has_more: bool


def list_waiting(session: Session, *, actor: Actor, at: datetime, number: int = 1) -> WaitingPage:
    """Whom somebody should invite: only under programmes where everybody has an interview.

    Elsewhere a positive result has already brought a clinician. Showing each name is recorded.
    """
    if not access.may_ever(actor, Permission.INTERVIEW_TAKE):
        raise AccessDenied("interviews are for clinicians")
    number = min(max(number, 1), LAST_PAGE)
    found = session.execute(
        select(Screening, Person, Identity, PersonKey)
        .join(Window, Window.id == Screening.window_id)
        .join(Person, Person.id == Screening.person_id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(
            access.visible(actor, Permission.INTERVIEW_TAKE),
            Window.programme.in_(with_one_for_all(session)),
            ~exists().where(Certification.screening_id == Screening.id),
            ~exists().where(Case.person_id == Person.id, Case.status == CaseStatus.OPEN),
        )
        .order_by(Screening.day, Screening.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    rows = [_waiting(session, *row) for row in found[:PAGE]]
    people = list(dict.fromkeys(person.id for _, person, *_ in found[:PAGE]))
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=people)
    return WaitingPage(tuple(rows), number, len(found) > PAGE)


def take_interview(session: Session, *, actor: Actor, screening_id: UUID, at: datetime) -> Case:
    """A clinician invites this person: from now on they are in their care.

    Raises MoveNotAllowed if a colleague was faster. Taking twice is taking once.
    """
    screening, person = _find(session, screening_id)
    access.require(actor, Permission.INTERVIEW_TAKE, Placed(screening, person.unit))
    programme = session.scalar(select(Window.programme).where(Window.id == screening.window_id))
    if programme not in with_one_for_all(session):
        raise RecordNotFound("nobody is invited because of this screening")
    there = session.scalars(
        select(Case).where(Case.person_id == person.id, Case.status == CaseStatus.OPEN)
    ).all()
    if there:
        return _own(actor, there)
    if session.scalar(select(exists().where(Certification.screening_id == screening.id))):
        raise MoveNotAllowed("the interview has taken place")
    case = Case(
        id=new_key(),
        person_id=person.id,
        unit_id=person.unit_id,
        clinician_id=actor.account_id,
        status=CaseStatus.OPEN,
        opened_at=at,
    )
    session.add(case)
    trail.record(session, by=actor, act=Act.CASE_OPENED, at=at, person_id=person.id, subject=case)
    return case


def _own(actor: Actor, cases: Sequence[Case]) -> Case:
    for case in cases:
        if case.clinician_id == actor.account_id:
            return case
    raise MoveNotAllowed("a colleague has this person in care")


def _find(session: Session, screening_id: UUID) -> tuple[Screening, Person]:
    """With the person's row locked, so that of two who take somebody on one comes second."""
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise RecordNotFound("no such screening")
    found = vault.locked_person_with_key(session, person_id=screening.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    return screening, found[0]


def _waiting(
    session: Session, screening: Screening, person: Person, identity: Any, key: PersonKey
) -> Waiting:
    content = None
    if identity is not None:
        content = vault.opened(vault.unwrapped(session, key), identity, "content")
    name = vault.name_in(content, person_id=person.id)
    return Waiting(screening.id, name, person.unit.name, screening.day, screening.phase)
