"""A site with many people, of whom one clinician cares for the same few whatever its size."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.members import CALM, CRITICAL, MONTH, STRAINED, Answers, make_unit, open_session
from models import vault
from models.base import new_key
from models.enrolment import IDENTITY_SIZE, Newcomer
from models.programmes import load
from models.session import Database, transaction
from models.tables.accounts import Post
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.people import Deployment, Identity
from models.tables.places import Mission, Unit
from models.tables.screenings import Window
from models.vocabulary import Act, Decision, Origin, Phase, Role
from welfare.policies.actor import Actor, console
from welfare.services import imports

CASELOAD = 140
PAST_SCREENINGS = 6
NOTES = 3
FACTS = {"sex": "male", "birth_year": 1990, "rank_band": "nco", "language": "en"}
SOURCE = imports.Source("benchmark", Origin.IMPORT, load("un-contingent"))


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who signs in with what, and whose pages are opened."""

    token: str
    caseload: tuple[UUID, ...]


def make_crowd(database: Database, count: int) -> Crowd:
    """`count` people with answers, a deployment and an open window; 140 of them, spread
    evenly, are in one clinician's care with a longer history."""
    unit, clinician = make_unit(database)
    with transaction(database) as session:
        mission = Mission(id=new_key(), code="bench", name="River Mission", site="Port Ansel")
        session.add(mission)
    people: list[UUID] = []
    for start in range(0, count, imports.BATCH):
        batch = range(start, min(count, start + imports.BATCH))
        people += load_batch(database, unit, [str(number) for number in batch])
        _surround(database, unit, mission, people[-len(batch) :])
    caseload = people[:: count // CASELOAD][:CASELOAD]
    _take_into_care(database, unit, clinician, caseload)
    with transaction(database) as session:
        post_id = session.scalars(select(Post.id).where(Post.role == Role.CLINICIAN)).one()
    return Crowd(open_session(database, clinician, post_id), tuple(caseload))


def load_batch(database: Database, unit: Unit, names: list[str]) -> list[UUID]:
    """People without identity, each with one past PHQ-9, as an import of a file brings them."""
    at = datetime.now(UTC)
    actor = console(unit.path)
    with transaction(database) as session:
        unit = session.get_one(Unit, unit.id)
        newcomers = {name: Newcomer(unit, at.date() - 12 * MONTH, FACTS) for name in names}
        people = imports.load_people(session, actor=actor, people=newcomers, at=at)
        imports.load_screenings(
            session,
            actor=actor,
            incoming=[
                imports.Incoming(name, at.date() - 7 * MONTH, {"phq-9": CALM["phq-9"]})
                for name in names
            ],
            people=people,
            source=SOURCE,
            at=at,
        )
    return list(people.values())


def _surround(database: Database, unit: Unit, mission: Mission, people: list[UUID]) -> None:
    """What else a site holds of everybody: a deployment, an open window, traces of reading."""
    at = datetime.now(UTC)
    today = at.date()
    with transaction(database) as session:
        stays = [new_key() for _ in people]
        session.execute(
            insert(Deployment),
            [
                {
                    "id": stay,
                    "person_id": person,
                    "mission_id": mission.id,
                    "unit_id": unit.id,
                    "from_day": today - 9 * MONTH,
                    "until_day": today - 4 * MONTH,
                }
                for person, stay in zip(people, stays, strict=True)
            ],
        )
        session.execute(
            insert(Window),
            [
                {
                    "id": new_key(),
                    "person_id": person,
                    "deployment_id": stay,
                    "programme": "un-contingent/1",
                    "code": "after",
                    "phase": Phase.POST,
                    "opens_on": today - MONTH,
                    "due_by": today + MONTH,
                    "closes_on": today + 3 * MONTH,
                }
                for person, stay in zip(people, stays, strict=True)
            ],
        )
        session.execute(insert(AuditEvent), [_trace(person, at) for person in people])


def _trace(person: UUID, at: datetime) -> dict[str, object]:
    return {
        "id": new_key(),
        "at": at,
        "act": Act.RECORD_READ,
        "decision": Decision.ALLOWED,
        "person_id": person,
        "request_id": new_key(),
    }


def _take_into_care(database: Database, unit: Unit, clinician: Actor, caseload: list[UUID]) -> None:
    """Answers above a cut-point open the cases and raise the alerts, as they would in use."""
    at = datetime.now(UTC)
    people = {str(person): person for person in caseload}
    with transaction(database) as session:
        _give_names(session, caseload)
        imports.load_screenings(
            session,
            actor=console(unit.path),
            incoming=[
                imports.Incoming(name, (at - timedelta(days=days)).date(), answers)
                for number, name in enumerate(people)
                for days, answers in _history(number)
            ],
            people=people,
            source=SOURCE,
            at=at,
        )
        _write_up(session, clinician, at)


def _history(number: int) -> list[tuple[int, Answers]]:
    """Days ago and answers: calm years, then a strained month; for one in ten an alert."""
    last = {**STRAINED, "phq-9": CRITICAL["phq-9"]} if number % 10 == 0 else STRAINED
    return [(5, last), *((60 * turn, CALM) for turn in range(1, PAST_SCREENINGS + 1))]


def _give_names(session: Session, caseload: list[UUID]) -> None:
    keys = vault.keys_for(session, person_ids=caseload)
    for number, person in enumerate(caseload):
        identity = Identity(person_id=person)
        names = {"given": "Adan", "family": f"Marrow{number}", "service_number": f"SN-{number}"}
        identity.content = vault.sealed(
            keys[person], identity, "content", names, size=IDENTITY_SIZE
        )
        session.add(identity)


def _write_up(session: Session, clinician: Actor, at: datetime) -> None:
    """Three notes on every case, one attempt on every alert."""
    cases = session.scalars(select(Case)).all()
    keys = vault.keys_for(session, person_ids={case.person_id for case in cases})
    for case in cases:
        for _ in range(NOTES):
            note = Note(
                id=new_key(),
                case_id=case.id,
                person_id=case.person_id,
                author_id=clinician.account_id,
                signed_at=at,
            )
            words = {"words": "Slept better this week. " * 10}
            note.content = vault.sealed(keys[case.person_id], note, "content", words, size=4096)
            session.add(note)
    for alert in session.scalars(select(Alert).where(Alert.owner_id.is_not(None))):
        attempt = ContactAttempt(
            id=new_key(),
            alert_id=alert.id,
            person_id=alert.person_id,
            by_id=clinician.account_id,
            at=at,
        )
        told = ["tried", "phone", "No answer yet."]
        attempt.content = vault.sealed(keys[alert.person_id], attempt, "content", told, size=4096)
        session.add(attempt)
