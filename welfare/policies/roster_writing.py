"""Doing what a plan says, in the one transaction of its act: newcomers, changes, deployments.

Table by table, so that the database gets few, large statements. What is replaced is kept sealed
with the person, so that it can be put back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rescheduling, rulebook, trail, vault
from models.base import new_key
from models.enrolment import FACTS_SIZE, IDENTITY_SIZE, SERVICE_NUMBER, Newcomer, enrol_many
from models.missions import mission_named
from models.tables.people import Deployment, Identity, Membership, Person, PersonKey
from models.tables.places import Mission, Unit
from models.tables.rosters import RosterChange, RosterImport
from models.vocabulary import Act, RosterKind
from welfare.policies.actor import Actor
from welfare.policies.roster_before import Before, Ended, Left, keep_before
from welfare.policies.roster_plan import Arrival, Change, Plan
from welfare.policies.roster_rows import CONTACTS, NAMES, Stay
from welfare.policies.roster_standing import chunked

FACTS = ("sex", "birth_year", "rank_band", "language")
BATCH = 1000


def write_plan(
    session: Session,
    *,
    actor: Actor,
    plan: Plan,
    roster: RosterImport,
    programme: str,
    at: datetime,
) -> None:
    """Every row of it, and the events: one for each person, and those of the deployments."""
    writing = _Writing(session, roster, programme, at, _missions(session, plan))
    for batch in _batches(plan.arrivals):
        writing.enrol(batch)
    for chunk in _batches(plan.changes):
        writing.change(chunk)
    session.flush()
    rescheduling.mark_changed(session, writing.deployed)
    added = [each.person_id for each in writing.done if each.kind is RosterKind.NEW]
    changed = [each.person_id for each in writing.done if each.kind is RosterKind.CHANGED]
    signed: dict[str, Any] = {"by": actor, "at": at}
    trail.record_each(session, act=Act.PERSON_ADDED, person_ids=added, **signed)
    trail.record_each(session, act=Act.PERSON_CHANGED, person_ids=changed, **signed)
    trail.record_each(session, act=Act.DEPLOYMENT_RECORDED, person_ids=writing.deployed, **signed)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _missions(session: Session, plan: Plan) -> dict[str, Mission]:
    """By the name as it is written; a new one gets the place of the first line that names it."""
    named: dict[str, str] = {}
    stays = (each.stays for each in plan.arrivals), (each.stays for each in plan.changes)
    for stay in chain.from_iterable(chain(*stays)):
        named[stay.mission] = named.get(stay.mission) or stay.site
    return {name: mission_named(session, name=name, site=site) for name, site in named.items()}


@dataclass(slots=True)
class _Writing:
    session: Session
    roster: RosterImport
    programme: str
    at: datetime
    missions: Mapping[str, Mission]
    done: list[RosterChange] = field(default_factory=list)
    deployed: list[UUID] = field(default_factory=list)
    left: dict[UUID, tuple[Left, ...]] = field(default_factory=dict)
    joined: dict[UUID, UUID] = field(default_factory=dict)
    versions: dict[UUID, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.at.date()

    def enrol(self, arrivals: Sequence[Arrival]) -> None:
        ids = {each.unit_id for each in arrivals}
        units = {
            unit.id: unit for unit in self.session.scalars(select(Unit).where(Unit.id.in_(ids)))
        }
        newcomers = [
            Newcomer(units[each.unit_id], self.today, _facts(each), _identity(each))
            for each in arrivals
        ]
        made = enrol_many(self.session, newcomers=newcomers, at=self.at)
        stays = [(each.person, arrival.stays) for each, arrival in zip(made, arrivals, strict=True)]
        deployments = self._deploy(stays)
        for each, arrival in zip(made, arrivals, strict=True):
            before = Before({}, {}, deployments=deployments.get(each.person.id, ()))
            self._note(RosterKind.NEW, each.person.id, arrival.entry.line, each.data_key, before)
        self.session.flush()

    def change(self, changes: Sequence[Change]) -> None:
        rows = self._rows(changes)
        self._move([(rows[each.person_id][0], each) for each in changes if each.unit])
        stays = [(rows[each.person_id][0], each.stays) for each in changes if each.stays]
        deployments = self._deploy(stays)
        for each in changes:
            person, identity, key = rows[each.person_id]
            self._say(person, identity, key, each)
            before = Before(
                identity=each.identity,
                facts=each.facts,
                unit=each.unit,
                left=self.left.get(person.id, ()),
                joined=self.joined.get(person.id),
                deployments=deployments.get(person.id, ()),
                ended=tuple(self._end(*ended) for ended in each.ended),
            )
            self.deployed += [person.id] if each.ended else []
            self._note(RosterKind.CHANGED, person.id, each.line, key, before)
        self.session.flush()

    def _rows(self, changes: Sequence[Change]) -> dict[UUID, tuple[Person, Identity, bytes]]:
        ids = [each.person_id for each in changes]
        found = self.session.execute(
            select(Person, Identity, PersonKey)
            .join(Identity, Identity.person_id == Person.id)
            .join(PersonKey, PersonKey.person_id == Person.id)
            .where(Person.id.in_(ids))
        )
        return {
            person.id: (person, identity, vault.unwrapped(self.session, key))
            for person, identity, key in found
        }

    def _say(self, person: Person, identity: Identity, key: bytes, change: Change) -> None:
        if change.facts:
            facts = dict(vault.opened(key, person, "facts"))
            facts |= {name: pair[1] for name, pair in change.facts.items()}
            person.facts = vault.sealed(key, person, "facts", facts, size=FACTS_SIZE)
        if change.identity:
            content = dict(vault.opened(key, identity, "content"))
            content |= {name: pair[1] for name, pair in change.identity.items()}
            identity.content = vault.sealed(key, identity, "content", content, size=IDENTITY_SIZE)

    def _move(self, moving: Sequence[tuple[Person, Change]]) -> None:
        """The time in the former unit ends yesterday. What began today, or is still to come,
        goes on in the new one: nobody is in two units on one day."""
        open_now: dict[UUID, list[Membership]] = {}
        for chunk in chunked(person.id for person, _change in moving):
            for stay in self.session.scalars(
                select(Membership)
                .where(Membership.person_id.in_(chunk))
                .where(Membership.until_day.is_(None) | (Membership.until_day >= self.today))
                .order_by(Membership.from_day, Membership.id)
            ):
                open_now.setdefault(stay.person_id, []).append(stay)
        for person, change in moving:
            if change.unit is not None:
                self._move_one(person, change.unit[1], open_now.get(person.id, []))

    def _move_one(self, person: Person, unit_id: UUID, stays: Sequence[Membership]) -> None:
        self.left[person.id] = tuple(Left(each.id, each.unit_id, each.until_day) for each in stays)
        person.unit_id = unit_id
        goes_on = False
        for stay in stays:
            if stay.from_day >= self.today:
                stay.unit_id, goes_on = unit_id, True
            else:
                stay.until_day = self.today - timedelta(days=1)
        if not goes_on:
            joined = Membership(
                id=new_key(),
                person_id=person.id,
                unit_id=unit_id,
                from_day=self.today,
                recorded_at=self.at,
            )
            self.joined[person.id] = joined.id
            self.session.add(joined)

    def _deploy(
        self,
        stays: Sequence[tuple[Person, Sequence[Stay]]],
    ) -> dict[UUID, tuple[tuple[UUID, date | None], ...]]:
        """The next round of the schedule opens their windows: here it would hold up everybody."""
        made = [
            Deployment(
                id=new_key(),
                person_id=person.id,
                mission_id=self.missions[stay.mission].id,
                unit_id=person.unit_id,
                programme=self._programme(person.unit),
                from_day=stay.from_day,
                until_day=stay.until_day,
            )
            for person, each in stays
            for stay in each
        ]
        self.session.add_all(made)
        self.session.flush()
        found: dict[UUID, tuple[tuple[UUID, date | None], ...]] = {}
        for each in made:
            found[each.person_id] = (*found.get(each.person_id, ()), (each.id, each.until_day))
        self.deployed += found
        return found

    def _end(self, deployment_id: UUID, until_day: date) -> Ended:
        """The person is back."""
        self.session.get_one(Deployment, deployment_id).until_day = until_day
        return Ended(deployment_id, until_day)

    def _programme(self, unit: Unit) -> str:
        """The version that counts for a unit today."""
        if unit.id not in self.versions:
            found = rulebook.for_unit(self.session, unit, default=self.programme)
            self.versions[unit.id] = found.name
        return self.versions[unit.id]

    def _note(
        self, kind: RosterKind, person_id: UUID, line: int, key: bytes, before: Before
    ) -> None:
        change = RosterChange(
            id=new_key(), import_id=self.roster.id, person_id=person_id, line=line, kind=kind
        )
        keep_before(key, change, before)
        self.done.append(change)
        self.session.add(change)


def _facts(arrival: Arrival) -> dict[str, Any]:
    return {name: arrival.entry.facts.get(name) for name in FACTS}


def _identity(arrival: Arrival) -> dict[str, str]:
    said = arrival.entry.identity
    return {
        **{name: said.get(name, "") for name in (*NAMES, *CONTACTS)},
        SERVICE_NUMBER: arrival.entry.number,
    }
