"""A small force in which every relation between a person who asks and a record occurs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.glass import BreakGlass
from models.tables.messages import Message
from models.tables.notices import DelayedNotice, EntryQuestion
from models.tables.people import Person
from models.tables.places import Mission, Unit
from models.tables.referrals import Referral
from models.tables.releases import Release, ReleaseCell
from models.tables.screenings import Screening, Window
from models.vocabulary import (
    Act,
    AlertStatus,
    CaseStatus,
    Decision,
    Measure,
    MessageEnding,
    Phase,
    ReferralStatus,
    Role,
)
from tests.factories import TODAY, Factory
from welfare.policies.actor import Actor, console
from welfare.policies.message_rules import Told
from welfare.policies.rules import Placed, Record

Subjects = dict[type, list[tuple[Any, Any]]]


def settle(make: Factory) -> tuple[list[Actor], Subjects]:
    """Actors of every role in every unit, a stranger, and records in every relation to them."""
    units = _units(make)
    actors = [make.actor(role, unit) for role in Role for unit in units]
    carers = [actor for actor in actors if actor.role in (Role.CLINICIAN, Role.CLINIC_LEAD)]
    for number, unit in enumerate(units):
        _care(make, unit, carers[number], carers[-1 - number])
        _write(make, unit, carers[number], carers[-1 - number])
    for actor in actors[:6]:
        make.window(actor.person_id)
        make.window(actor.person_id, code="second")
        make.window(actor.person_id, code="assigned", phase=Phase.CARE)
    for unit in units:
        release_of(make, unit, units)
    make.deployment(make.person())
    _oversight(make, units, actors)
    stranger = Actor(actors[0].account_id, actors[0].person_id)
    subjects = _subjects(make)
    linked = [_by_link(actor, subjects) for actor in actors[:2]]
    return [*actors, *linked, stranger, console(make.root.path)], subjects


def _by_link(actor: Actor, subjects: Subjects) -> Actor:
    """The same member, come by a link to one of their windows."""
    of_theirs = (key for key, each in subjects[Window] if each.person_id == actor.person_id)
    return replace(actor, window_id=next(of_theirs))


def _units(make: Factory) -> list[Unit]:
    company = make.unit("A", make.root)
    return [make.root, company, make.unit("A1", company), make.unit("B", make.root)]


def _care(make: Factory, unit: Unit, first: Actor, second: Actor) -> None:
    """Own caseload, another's, a former one, shared ones; alerts of every kind."""
    make.case(make.person(unit), first)
    make.case(make.person(unit), second)
    both = make.person(unit)
    make.case(both, first, status=CaseStatus.CLOSED, closed_at=make.now)
    make.case(both, second)
    make.case(make.person(unit), first, second_id=second.account_id)
    make.case(make.person(unit), second, second_id=first.account_id)
    ended = {"status": CaseStatus.CLOSED, "closed_at": make.now}
    make.case(make.person(unit), second, second_id=first.account_id, **ended)
    own = Person(id=first.person_id, unit_id=unit.id)  # nobody cares for themselves
    make.case(own, first)
    make.case(own, second, second_id=first.account_id)
    make.case(own, first, **ended)
    make.alert(own, first, cover_id=second.account_id)
    _referrals(make, own, unit, first, second)
    make.alert(make.person(unit), first)
    make.alert(make.person(unit), first, cover_id=second.account_id)
    make.alert(make.person(unit))
    taken = {"acknowledged_at": make.now, "acknowledged_by": first.account_id}
    make.alert(make.person(unit), first, status=AlertStatus.ACKNOWLEDGED, **taken)
    make.alert(make.person(unit), first, status=AlertStatus.CLOSED, closed_at=make.now, **taken)
    make.alert(make.person(unit), first, status=AlertStatus.HISTORIC, due_at=None)


def _referrals(make: Factory, own: Person, unit: Unit, first: Actor, second: Actor) -> None:
    """Sent by and to each other, accepted, ended, outside, and about themselves."""
    taken = {"status": ReferralStatus.ACCEPTED, "responsible_id": second.account_id}
    make.referral(make.person(unit), first, second)
    make.referral(make.person(unit), second, first)
    make.referral(make.person(unit), first, second, **taken)
    make.referral(make.person(unit), first, status=ReferralStatus.FINISHED)
    make.referral(own, second, first)
    make.referral(make.person(unit), first, is_outside=False)


def _oversight(make: Factory, units: Sequence[Unit], actors: Sequence[Actor]) -> None:
    """Openings that last, ended and over; notices that wait; questions, also late ones. By those
    who may review others', about others and about themselves."""
    by = [actor for actor in actors if actor.role in (Role.CLINICIAN, Role.CLINIC_LEAD)]
    officer = next(actor for actor in actors if actor.role is Role.PRIVACY_OFFICER)
    for unit, opener in zip([*units, *units], by, strict=False):
        person = make.person(unit)
        glass = make.glass(person, opener)
        make.glass(make.person(unit), opener, ended_at=make.now)
        make.glass(make.person(unit), opener, until_at=make.now, opened_at=make.before(hours=1))
        make.delay(glass)
        make.question(person, opener)
        make.question(make.person(unit), opener, late_at=make.now)
    own = Person(id=officer.person_id, unit_id=make.root.id)
    make.delay(make.glass(own, by[0]))
    make.question(own, by[0])


def _write(make: Factory, unit: Unit, first: Actor, second: Actor) -> None:
    """Messages to one or the other, overdue, settled, replied to, and of somebody in care."""
    writer, cared = make.actor(Role.MEMBER, unit), make.actor(Role.MEMBER, unit)
    make.case(Person(id=cared.person_id, unit_id=unit.id), second)
    make.message(writer.person_id, first)
    make.message(writer.person_id, first, overdue_at=make.now)
    settled = {"settled_at": make.now, "ending": MessageEnding.NO_REPLY}
    make.message(writer.person_id, first, overdue_at=make.now, **settled)
    make.message(writer.person_id, author=first)
    make.message(cared.person_id, first)
    make.message(first.person_id, first, overdue_at=make.now)


def release_of(
    make: Factory,
    unit: Unit,
    cells: Sequence[Unit],
    *,
    code: Measure = Measure.ANY_POSITIVE_SCREEN,
    **figure: Any,
) -> UUID:
    """A computed release of this unit with the same figure for each of the cells: none, or this."""
    with make.kept() as session:
        release = Release(
            id=new_key(),
            code=code,
            unit_id=unit.id,
            period_from=TODAY - timedelta(days=200),
            period_until=TODAY - timedelta(days=100),
            computed_at=make.now,
            mechanism="made up",
            epsilon="1/2",
            smallest_roster=30,
            input_mac=bytes(32),
            report="{}",
        )
        session.add(release)
        session.flush()
        session.add_all(
            ReleaseCell(
                id=new_key(),
                release_id=release.id,
                unit_id=each.id,
                unit_name=each.name,
                unit_path=each.path,
                **{"roster": 40} | figure,
            )
            for each in cells
        )
        session.add(
            AuditEvent(
                at=make.now,
                act=Act.RELEASE_COMPUTED,
                decision=Decision.ALLOWED,
                request_id=new_key(),
            )
        )
    return release.id


def _subjects(make: Factory) -> Subjects:
    """Every stored record of each kind, by its id, as rules are asked about it."""
    with make.database.writing() as session:
        oversight = (BreakGlass, DelayedNotice, EntryQuestion)
        kinds = (Alert, AuditEvent, Case, Mission, Referral, Release, ReleaseCell, Unit, *oversight)
        found: Subjects = {
            kind: [(each.id, each) for each in session.scalars(select(kind))] for kind in kinds
        }
        written = session.scalars(select(Message)).all()
        people = session.scalars(select(Person)).all()
        units = {person.id: person.unit for person in people}
        for kind in (Screening, Window):
            found[kind] = [
                (each.id, Placed(each, units[each.person_id]))
                for each in session.scalars(select(kind))
            ]
    parts = [[each for _, each in found[kind]] for kind in (Case, Alert, BreakGlass)]
    found[Person] = [(person.id, _record(person, *parts)) for person in people]
    cases, alerts = [[each for _, each in found[kind]] for kind in (Case, Alert)]
    found[Message] = [
        (each.id, Told(each, tuple(case for case in cases if case.person_id == each.person_id)))
        for each in written
    ]
    return found


def _record(
    person: Person,
    cases: Sequence[Case],
    alerts: Sequence[Alert],
    glasses: Sequence[BreakGlass],
) -> Any:
    """What `record.read` is asked about; it answers for the own record as well."""
    return PersonRecord(
        person,
        tuple(case for case in cases if case.person_id == person.id),
        tuple(alert for alert in alerts if alert.person_id == person.id),
        tuple(glass for glass in glasses if glass.person_id == person.id),
    )


class PersonRecord(Record):
    """A record that can also be asked as the person it belongs to."""

    __slots__ = ()

    @property
    def id(self) -> Any:
        return self.person.id
