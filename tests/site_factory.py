"""Makes the site that records stand in: units, people, their accounts and ways to sign in."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import vault
from models.base import new_key
from models.enrolment import Newcomer, enrol
from models.sealing import Ciphertext, blind_index
from models.session import Database
from models.tables.accounts import Account, Post, WebSession
from models.tables.doors import Invitation, Passkey, TotpSecret
from models.tables.people import Person
from models.tables.places import SEGMENT, CrisisContact, DutyRoster, Unit
from models.tables.programmes import Contingent
from models.tables.rosters import RosterImport, RosterUpload
from models.vocabulary import InvitationPurpose, Role
from welfare.policies.actor import Actor

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
ZONE = "Asia/Kathmandu"  # no whole hour from UTC, and its clocks never change
DAWN = NOW.replace(second=0) + timedelta(hours=2)  # when the quiet hours of `contingent` end
APP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # in the authenticator app of made-up people


class SiteFactory:
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

    def contingent(self, unit: Unit | None = None, **given: Any) -> Contingent:
        """At the place of the site, with quiet hours around this very moment: see `DAWN`."""
        unit = unit or self.root
        local = self.now.astimezone(ZoneInfo(ZONE))
        minute = local.hour * 60 + local.minute
        night = {"quiet_from": (minute - 60) % 1440, "quiet_until": (minute + 120) % 1440}
        with self.kept() as session:
            usual = {"nation": "Westmark", "programme": "un-contingent", "language": "en"}
            contingent = Contingent(unit_id=unit.id, **usual | {"zone": ZONE, **night} | given)
            session.add(contingent)
        return contingent

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
                used_at=None if given.get("must_change_password") else self.now,
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
                    confirmed_at=self.now,
                )
            )
        return Actor(account.id, person.id, role, unit.path, at=self.now)

    def post(self, actor: Actor, role: Role, unit: Unit, **given: Any) -> Post:
        with self.kept() as session:
            usual = {"from_day": TODAY - timedelta(days=30), "confirmed_at": self.now}
            post = Post(
                id=new_key(),
                account_id=actor.account_id,
                unit_id=unit.id,
                role=role,
                **usual | given,
            )
            session.add(post)
        return post

    def invitation(self, actor: Actor, **given: Any) -> Invitation:
        """A link that waits for a second administrator."""
        with self.kept() as session:
            usual = {
                "purpose": InvitationPurpose.RESET,
                "made_at": self.now,
                "expires_at": self.now + timedelta(hours=72),
                "failures": 0,
            }
            link = Invitation(id=new_key(), account_id=actor.account_id, **usual | given)
            session.add(link)
        return link

    def web_session(self, actor: Actor, **given: Any) -> str:
        """The token of an open session of this actor."""
        token = secrets.token_urlsafe(32)
        with self.kept() as session:
            post = session.scalars(
                select(Post).where(Post.account_id == actor.account_id, Post.role == actor.role)
            ).first()
            usual = {"created_at": self.now, "seen_at": datetime.now(UTC)}
            usual["fresh_at"] = datetime.now(UTC)
            usual["proved_at"] = self.now  # as if the second factor had been given
            session.add(
                WebSession(
                    token_digest=sha256(token.encode()).digest(),
                    account_id=actor.account_id,
                    post_id=post.id,
                    **usual | given,
                )
            )
        return token

    def roster_import(self, unit: Unit | None = None, **given: Any) -> RosterImport:
        unit = unit or self.root
        with self.kept() as session:
            usual = {"made_at": self.now, "file_digest": bytes(32), "people_new": 1}
            usual |= {"people_changed": 0, "people_unchanged": 0, "people_absent": 0}
            roster = RosterImport(id=new_key(), unit_id=unit.id, **usual | given)
            session.add(roster)
        return roster

    def roster_upload(self, actor: Actor, **given: Any) -> RosterUpload:
        """A file of this actor that waits; what is in it does not open."""
        with self.kept() as session:
            unit = session.scalars(select(Unit).where(Unit.path == actor.unit_path)).one()
            usual = {"made_at": self.now, "new_missions": False, "seen": bytes(32)}
            usual |= {"account_id": actor.account_id, "unit_id": unit.id}
            upload = RosterUpload(id=new_key(), **usual | given)
            upload.content = Ciphertext(b"sealed")
            session.add(upload)
        return upload

    def app(self, actor: Actor, **given: Any) -> TotpSecret:
        """An authenticator app of this actor, with the key of all made-up people."""
        with self.kept() as session:
            usual = {"made_at": self.now, "confirmed_at": self.now}
            app = TotpSecret(
                id=new_key(),
                account_id=actor.account_id,
                person_id=actor.person_id,
                **usual | given,
            )
            key = vault.key_for(session, person_id=actor.person_id)
            app.secret = vault.sealed(key, app, "secret", APP_KEY, size=128)
            session.add(app)
        return app

    def passkey(self, actor: Actor) -> Passkey:
        """One that can only be counted and removed: `tests.authenticator` makes real ones."""
        with self.kept() as session:
            passkey = Passkey(
                id=new_key(),
                account_id=actor.account_id,
                credential_id=secrets.token_bytes(16),
                public_key=b"none",
                sign_count=0,
                made_at=self.now,
            )
            session.add(passkey)
        return passkey

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
