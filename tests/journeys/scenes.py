"""What stands on the stage before a journey begins: units, staff on duty, somebody with a past."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from models.base import new_key
from models.tables.doors import TotpSecret
from models.tables.people import Person
from models.tables.places import CrisisContact, Unit
from models.tables.releases import Release, ReleaseCell
from models.tables.screenings import Screening, Window
from models.vocabulary import Measure, Role
from tests.factories import NOW, PASSWORD, TODAY, Factory
from tests.journeys.served import Served
from welfare.policies.actor import Actor
from welfare.policies.passwords import hashed


@dataclass(frozen=True, slots=True)
class Someone:
    """Somebody who can sign in, by this name and the password of all made-up people."""

    login: str
    actor: Actor


class Stage:
    """A contingent of its own, so that journeys on one site do not meet."""

    def __init__(self, site: Served) -> None:
        self.make = Factory(site.database, NOW)
        self.unit = self.make.unit(f"Contingent {secrets.token_hex(2)}")

    def person(self, role: Role, unit: Unit | None = None) -> Someone:
        login = f"{role.value}-{secrets.token_hex(3)}"
        actor = self.make.actor(role, unit or self.unit, login=login, password_hash=_hash())
        if role is not Role.MEMBER:
            self.make.app(actor)  # its codes are asked for at the second step
        return Someone(login, actor)

    def without_app(self, someone: Someone) -> None:
        """As on the first day: there is a password, and nothing beside it."""
        with self.make.kept() as session:
            session.query(TotpSecret).filter_by(account_id=someone.actor.account_id).delete()

    def clinician_on_duty(self) -> Someone:
        clinician = self.person(Role.CLINICIAN)
        self.make.duty(clinician.actor, self.unit)
        return clinician

    def crisis_contact(self) -> None:
        with self.make.kept() as session:
            session.add(
                CrisisContact(
                    id=new_key(),
                    unit_id=self.unit.id,
                    language="en",
                    name="Field clinic",
                    phone="+00 555 0101",
                    hours="Day and night",
                )
            )

    def member_back_from_a_mission(self) -> tuple[Someone, Window]:
        """Questions are due, and people can be reached."""
        self.clinician_on_duty()
        self.crisis_contact()
        member = self.person(Role.MEMBER)
        with self.make.database.reading() as session:
            record = session.get_one(Person, member.actor.person_id)
        stay = self.make.deployment(record)
        return member, self.make.window(record.id, deployment_id=stay.id)

    def patient(self, owner: Someone) -> None:
        """Somebody in care, with a past and a fresh critical answer."""
        record = self.make.person(self.unit)
        self.make.deployment(record)
        self.make.screening(record, day=TODAY - timedelta(days=200))
        self.make.alert(record, owner.actor)
        self.make.case(record, owner.actor)

    def sent(self, window: Window) -> None:
        """The answers to this window have arrived, by another way."""
        with self.make.database.reading() as session:
            record = session.get_one(Person, window.person_id)
        screening = self.make.screening(record)
        with self.make.kept() as session:
            session.get_one(Screening, screening.id).window_id = window.id

    def candidate(self) -> None:
        """A release that waits for two people: one figure, one withheld, below the own unit."""
        below = [self.make.unit(name, self.unit) for name in ("A Company", "B Company")]
        with self.make.kept() as session:
            release = Release(
                id=new_key(),
                code=Measure.ANY_POSITIVE_SCREEN,
                unit_id=self.unit.id,
                period_from=date(2026, 1, 1),
                period_until=date(2026, 6, 30),
                computed_at=NOW,
                mechanism="discrete-laplace/1",
                epsilon="1/2",
                smallest_roster=30,
                input_mac=b"0" * 32,
                report='{"rows": 3, "sums_that_differ": []}',
            )
            session.add(release)
            session.flush()
            figures = (44, 26.0, 34.0, "about_1_in_3"), (20, 5.0, 41.0, "no_clear_signal"), None
            for unit, figure in zip((self.unit, *below), figures, strict=True):
                count, low, high, band = figure or (None, None, None, None)
                session.add(
                    ReleaseCell(
                        id=new_key(),
                        release_id=release.id,
                        unit_id=unit.id,
                        unit_name=unit.name,
                        unit_path=unit.path,
                        roster=155,
                        count=count,
                        low=low,
                        high=high,
                        band=band,
                    )
                )


@cache
def _hash() -> str:
    return hashed(PASSWORD)
