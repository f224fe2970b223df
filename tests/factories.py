"""Makes records with sensible values; a test names only what matters to it."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import vault
from models.base import new_key
from models.enrolment import Newcomer, enrol
from models.instruments.payload import SIZE, Payload, pack, respond
from models.sealing import blind_index
from models.session import Database
from models.tables.accounts import Account, Post, WebSession
from models.tables.care import Alert, Case
from models.tables.people import Deployment, Person
from models.tables.places import SEGMENT, CrisisContact, DutyRoster, Mission, Unit
from models.tables.screenings import Screening, Window
from models.vocabulary import AlertStatus, CaseStatus, Origin, Phase, Role
from welfare.policies.actor import Actor

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
PASSWORD = "correct horse battery"
# Answers that open nothing and alarm nobody.
CALM: Mapping[str, Mapping[str, int | None]] = {
    "pc-ptsd-5": {"0": 0},
    "phq-9": {str(number): 0 for number in range(1, 10)},
    "gad-2": {"1": 0, "2": 0},
    "audit-c": {"1": 0},
}
# The same with the suicide item above zero.
CRITICAL: Mapping[str, Mapping[str, int | None]] = {**CALM, "phq-9": {**CALM["phq-9"], "9": 1}}


class Factory:
    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        self._root: Unit | None = None

    @contextmanager
    def kept(self) -> Iterator[Session]:
        with self.database.writing() as session:
            yield session
            session.commit()

    def unit(self, name: str = "A Company", parent: Unit | None = None) -> Unit:
        with self.kept() as session:
            start = parent.path if parent else ""
            siblings = session.scalar(
                select(func.count())
                .select_from(Unit)
                .where(Unit.parent_id == (parent.id if parent else None))
            )
            path = start + str((siblings or 0) + 1).zfill(SEGMENT)
            unit = Unit(id=new_key(), name=name, parent_id=parent and parent.id, path=path)
            session.add(unit)
        return unit

    @property
    def root(self) -> Unit:
        if self._root is None:
            self._root = self.unit("Contingent")
        return self._root

    def person(self, unit: Unit | None = None, **facts: Any) -> Person:
        unit = unit or self.root  # before the session: SQLite lets one write at a time
        with self.kept() as session:
            newcomer = Newcomer(
                unit=session.get_one(Unit, unit.id),
                since=TODAY - timedelta(days=400),
                facts={"sex": "male", "birth_year": 1990, "rank_band": "nco", "language": "en"}
                | facts,
                identity={
                    "given": "Adan",
                    "family": f"Marrow{secrets.token_hex(3)}",
                    "service_number": f"SN-{secrets.token_hex(4)}",
                    "email": f"{secrets.token_hex(4)}@example.org",
                    "phone": "+00 555 0100",
                },
            )
            return enrol(session, newcomer=newcomer, at=self.now).person

    def actor(self, role: Role = Role.MEMBER, unit: Unit | None = None, **given: Any) -> Actor:
        """A person with an account and a Post of this role in the unit."""
        unit = unit or self.root
        person = given.pop("person", None) or self.person(unit)
        with self.kept() as session:
            account = Account(
                id=new_key(),
                person_id=person.id,
                login_digest=blind_index(
                    vault.keys_of(session), "login", given.get("login", uuid4().hex)
                ),
                password_hash=given.get("password_hash", "none"),
                must_change_password=given.get("must_change_password", False),
                created_at=self.now,
                disabled_at=given.get("disabled_at"),
            )
            session.add(account)
            session.flush()
            session.add(
                Post(
                    id=new_key(),
                    account_id=account.id,
                    unit_id=unit.id,
                    role=role,
                    from_day=TODAY - timedelta(days=30),
                )
            )
        return Actor(account.id, person.id, role, unit.path)

    def post(self, actor: Actor, role: Role, unit: Unit, **given: Any) -> Post:
        with self.kept() as session:
            usual = {"from_day": TODAY - timedelta(days=30)}
            post = Post(
                id=new_key(),
                account_id=actor.account_id,
                unit_id=unit.id,
                role=role,
                **usual | given,
            )
            session.add(post)
        return post

    def web_session(self, actor: Actor, **given: Any) -> str:
        """The token of an open session of this actor."""
        token = secrets.token_urlsafe(32)
        with self.kept() as session:
            post = session.scalars(
                select(Post).where(Post.account_id == actor.account_id, Post.role == actor.role)
            ).first()
            usual = {"created_at": self.now, "seen_at": datetime.now(UTC)}
            session.add(
                WebSession(
                    token_digest=sha256(token.encode()).digest(),
                    account_id=actor.account_id,
                    post_id=post.id,
                    **usual | given,
                )
            )
        return token

    def reachable(self, unit: Unit | None = None) -> Actor:
        """A clinician on duty and a crisis contact: now people of this unit can be asked."""
        unit = unit or self.root
        clinician = self.actor(Role.CLINICIAN, unit)
        self.duty(clinician, unit)
        with self.kept() as session:
            session.add(
                CrisisContact(
                    id=new_key(),
                    unit_id=unit.id,
                    language="en",
                    name="Field clinic",
                    phone="+00 555 0101",
                    hours="Day and night",
                )
            )
        return clinician

    def duty(self, actor: Actor, unit: Unit, **given: Any) -> DutyRoster:
        with self.kept() as session:
            usual = {"from_at": self.now - timedelta(days=1), "until_at": None}
            duty = DutyRoster(
                id=new_key(), unit_id=unit.id, account_id=actor.account_id, **usual | given
            )
            session.add(duty)
        return duty

    def deployment(self, person: Person, **given: Any) -> Deployment:
        with self.kept() as session:
            mission = Mission(
                id=new_key(), code=secrets.token_hex(4), name="River Mission", site="Port Ansel"
            )
            session.add(mission)
            session.flush()
            usual = {
                "from_day": TODAY - timedelta(days=300),
                "until_day": TODAY - timedelta(days=120),
            }
            deployment = Deployment(
                id=new_key(),
                person_id=person.id,
                mission_id=mission.id,
                unit_id=person.unit_id,
                **usual | given,
            )
            session.add(deployment)
        return deployment

    def window(self, person_id: UUID, **given: Any) -> Window:
        with self.kept() as session:
            usual = {
                "programme": "un-contingent/1",
                "code": "after",
                "phase": Phase.POST,
                "opens_on": TODAY - timedelta(days=10),
                "due_by": TODAY + timedelta(days=80),
                "deployment_id": None,
            }
            window = Window(id=new_key(), person_id=person_id, **usual | given)
            session.add(window)
        return window

    def screening(
        self,
        person: Person,
        answers: Mapping[str, Mapping[str, int | None]] = CALM,
        day: date | None = None,
    ) -> Screening:
        with self.kept() as session:
            day = day or TODAY
            key = vault.key_for(session, person_id=person.id)
            screening = Screening(
                id=new_key(),
                submission_id=new_key(),
                person_id=person.id,
                unit_id=person.unit_id,
                day=day,
                phase=Phase.POST,
                origin=Origin.WEB,
            )
            responses = tuple(
                respond(code, given, language="en", sex="male") for code, given in answers.items()
            )
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            payload = Payload(at, "un-contingent/1", responses)
            screening.payload = vault.sealed(key, screening, "payload", pack(payload), size=SIZE)
            session.add(screening)
        return screening

    def alert(self, person: Person, owner: Actor | None = None, **given: Any) -> Alert:
        """A raised alert on a fresh critical screening of this person."""
        screening = self.screening(person, CRITICAL)
        with self.kept() as session:
            key = vault.key_for(session, person_id=person.id)
            usual = {
                "status": AlertStatus.RAISED,
                "raised_at": self.now,
                "due_at": self.now + timedelta(hours=8),
                "owner_id": owner and owner.account_id,
                "next_nudge_at": self.now + timedelta(minutes=30),
                "nudges": 1,
            }
            alert = Alert(
                id=new_key(),
                person_id=person.id,
                screening_id=screening.id,
                unit_id=person.unit_id,
                **usual | given,
            )
            alert.detail = vault.sealed(key, alert, "detail", {"items": ["phq-9.9"]}, size=256)
            if alert.status is AlertStatus.CLOSED:
                alert.outcome = vault.sealed(key, alert, "outcome", ["supported", ""], size=4096)
            session.add(alert)
            session.flush()
            _ = alert.unit  # loaded now, for rules asked after the session has ended
        return alert

    def case(self, person: Person, clinician: Actor, **given: Any) -> Case:
        with self.kept() as session:
            usual = {"status": CaseStatus.OPEN, "opened_at": self.now, "closed_at": None}
            case = Case(
                id=new_key(),
                person_id=person.id,
                unit_id=person.unit_id,
                clinician_id=clinician.account_id,
                **usual | given,
            )
            session.add(case)
        return case
