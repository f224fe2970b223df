"""A small force in the database: units, people, memberships and screenings with known results."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vault
from models.base import new_key
from models.enrolment import Newcomer, enrol_many
from models.instruments.payload import SIZE, Payload, pack, respond
from models.tables.people import Membership
from models.tables.places import Unit
from models.tables.screenings import Screening
from models.vocabulary import Origin, Phase

NEVER = {"1": 0}
JOINED = date(2020, 1, 1)
RECORDED = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Force:
    """Builds what a test needs, straight into the tables."""

    session: Session
    keys: dict[UUID, bytes] = field(default_factory=dict)

    def unit(self, path: str, parent: Unit | None = None, name: str | None = None) -> Unit:
        parent_id = parent.id if parent else None
        unit = Unit(id=new_key(), parent_id=parent_id, name=name or f"Unit {path}", path=path)
        self.session.add(unit)
        self.session.flush()
        return unit

    def person(self, unit: Unit, *, since: date = JOINED, until: date | None = None) -> UUID:
        [person] = self.people(unit, 1, since=since)
        if until:
            first = select(Membership).where(Membership.person_id == person)
            self.session.scalars(first).one().until_day = until
            self.session.flush()
        return person

    def people(self, unit: Unit, count: int, *, since: date = JOINED) -> list[UUID]:
        newcomers = [Newcomer(unit, since, {}) for _ in range(count)]
        enrolled = enrol_many(self.session, newcomers=newcomers, at=RECORDED)
        self.keys |= {each.person.id: each.data_key for each in enrolled}
        return [each.person.id for each in enrolled]

    def member(self, person: UUID, unit: Unit, *, since: date, until: date | None = None) -> None:
        self.session.add(
            Membership(
                person_id=person,
                unit_id=unit.id,
                from_day=since,
                until_day=until,
                recorded_at=RECORDED,
            )
        )
        self.session.flush()

    def screening(self, person: UUID, unit: Unit, *, day: date, phq_9: int | None) -> Screening:
        """One screening; every PHQ-9 item gets this value, None leaves the form open."""
        answers = {str(item): phq_9 for item in range(1, 10)}
        responses = (
            respond("phq-9", answers, language="en", sex=None),
            respond("audit-c", NEVER, language="en", sex=None),
        )
        at = datetime.combine(day, time(9), UTC)
        screening = Screening(
            id=new_key(),
            submission_id=new_key(),
            person_id=person,
            unit_id=unit.id,
            day=day,
            phase=Phase.POST,
            origin=Origin.SYNTHETIC,
        )
        content = pack(Payload(at, "test/1", responses))
        screening.payload = vault.sealed(
            self.keys[person], screening, "payload", content, size=SIZE
        )
        self.session.add(screening)
        self.session.flush()
        return screening
