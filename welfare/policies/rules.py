"""Who: named rules, each with two faces: one record, and many. (When is in `flows`.)

`one` answers for a record in hand; `many` is the same sentence in SQL, for lists. A test walks
both faces over the same people and records and fails if they ever disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union

from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.glass import BreakGlass
from models.tables.people import Person
from models.tables.places import Mission, Unit
from models.tables.releases import Release, ReleaseCell
from models.tables.screenings import Screening, Window
from models.vocabulary import AlertStatus, CaseStatus, Phase
from welfare.policies.actor import NOBODY, Actor

LIVE = (AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)
Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A sentence about an actor and a kind of record, named as people read it."""

    name: str
    subject: type[Any]
    one: Callable[[Actor, Subject], bool]
    many: Callable[[Actor], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Record:
    """A person's record, with what decides who may open it: cases, alerts, emergencies."""

    person: Person
    cases: tuple[Case, ...] = ()
    alerts: tuple[Alert, ...] = ()
    glasses: tuple[BreakGlass, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A window or screening, with the unit in which its person is today: it says who is near."""

    row: Window | Screening
    unit: Unit

    @property
    def id(self) -> UUID:
        return self.row.id

    @property
    def person_id(self) -> UUID:
        return self.row.person_id


@dataclass(frozen=True, slots=True)
class Answered:
    """The window that a screening answers, in whole or in part; it has no id where it is none."""

    id: UUID | None
    person_id: UUID


own_record: Rule[Person] = Rule(
    "own record",
    Person,
    one=lambda actor, person: person.id == actor.person_id,
    many=lambda actor: Person.id == actor.person_id,
)

own_window: Rule[Window] = Rule(
    "own window",
    Window,
    one=lambda actor, window: window.person_id == actor.person_id,
    many=lambda actor: Window.person_id == actor.person_id,
)

# For whoever came by a link: it opens one window, and never another one of theirs.
linked_window: Rule[Window] = Rule(
    "the window of the link",
    Window,
    one=lambda actor, window: (
        actor.window_id is not None
        and window.id == actor.window_id
        and window.person_id == actor.person_id
    ),
    many=lambda actor: and_(Window.id == actor.window_id, Window.person_id == actor.person_id),
)

# What a clinician asks of somebody in their care is not for officers: it would say who is in care.
window_of_own_units: Rule[Placed] = Rule(
    "window of a programme, of somebody in own units",
    Window,
    one=lambda actor, placed: (
        actor.leads_to(placed.unit.path) and placed.row.phase is not Phase.CARE
    ),
    many=lambda actor: and_(Window.person_id.in_(_people_of(actor)), Window.phase != Phase.CARE),
)

screening_of_own_units: Rule[Placed] = Rule(
    "screening of somebody else in own units",
    Screening,
    one=lambda actor, placed: (
        actor.leads_to(placed.unit.path) and placed.person_id != actor.person_id
    ),
    many=lambda actor: and_(
        Screening.person_id.in_(_people_of(actor)), Screening.person_id != actor.person_id
    ),
)


def _case_rule(name: str, status: CaseStatus, *, or_shared: bool = False) -> Rule[Case]:
    """A case of one's own in this state; never the care of oneself."""

    def one(actor: Actor, case: Case) -> bool:
        theirs = (case.clinician_id, case.second_id if or_shared else None)
        is_own = actor.account_id is not None and actor.account_id in theirs
        return is_own and case.status is status and case.person_id != actor.person_id

    def many(actor: Actor) -> ColumnElement[bool]:
        is_own = Case.clinician_id == actor.account_id
        if or_shared:
            is_own = or_(is_own, Case.second_id == actor.account_id)
        return and_(is_own, Case.status == status, Case.person_id != actor.person_id)

    return Rule(name, Case, one, many)


own_case = _case_rule("own or shared open case", CaseStatus.OPEN, or_shared=True)
charged_case = _case_rule("open case in own charge", CaseStatus.OPEN)
closed_case = _case_rule("closed case once in own charge", CaseStatus.CLOSED)

# Whoever works elsewhere by now neither reads how it ended nor opens it again.
ended_case: Rule[Case] = Rule(
    "closed case once in own charge, in own units",
    Case,
    one=lambda actor, case: closed_case.one(actor, case) and actor.leads_to(case.unit.path),
    many=lambda actor: and_(closed_case.many(actor), Case.unit_id.in_(unit_ids_of(actor))),
)

led_case: Rule[Case] = Rule(
    "open case in own charge or of own units",
    Case,
    one=lambda actor, case: (
        case.status is CaseStatus.OPEN
        and (case.clinician_id == actor.account_id or actor.leads_to(case.unit.path))
        and case.person_id != actor.person_id
    ),
    many=lambda actor: and_(
        Case.status == CaseStatus.OPEN,
        or_(Case.clinician_id == actor.account_id, Case.unit_id.in_(unit_ids_of(actor))),
        Case.person_id != actor.person_id,
    ),
)


def _answers_for(actor: Actor, alert: Alert) -> bool:
    """Never the own alert: nobody acknowledges or closes what they said about themselves."""
    is_theirs = actor.account_id in (alert.owner_id, alert.cover_id)
    return alert.is_live and is_theirs and alert.person_id != actor.person_id


def _answers_for_many(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Alert.status.in_(LIVE),
        or_(Alert.owner_id == actor.account_id, Alert.cover_id == actor.account_id),
        Alert.person_id != actor.person_id,
    )


answered_alert: Rule[Alert] = Rule(
    "open alert owned or covered",
    Alert,
    one=_answers_for,
    many=_answers_for_many,
)

led_alert: Rule[Alert] = Rule(
    "open alert of own units",
    Alert,
    one=lambda actor, alert: (
        alert.is_live and actor.leads_to(alert.unit.path) and alert.person_id != actor.person_id
    ),
    many=lambda actor: and_(
        Alert.status.in_(LIVE),
        Alert.unit_id.in_(unit_ids_of(actor)),
        Alert.person_id != actor.person_id,
    ),
)

cared_for: Rule[Record] = Rule(
    "own or shared open case, or open alert owned or covered",
    Person,
    one=lambda actor, record: (
        any(own_case.one(actor, case) for case in record.cases)
        or any(_answers_for(actor, alert) for alert in record.alerts)
    ),
    many=lambda actor: Person.id.in_(union(*people_cared_for(actor))),
)


def people_cared_for(actor: Actor) -> tuple[Select[UUID], ...]:
    """To be united into one set: two, joined by OR, are looked up for everybody."""
    return (
        select(Case.person_id).where(own_case.many(actor)),
        select(Alert.person_id).where(_answers_for_many(actor)),
    )


in_charge: Rule[Record] = Rule(
    "open case in own charge, or open alert owned or covered",
    Person,
    one=lambda actor, record: (
        any(charged_case.one(actor, case) for case in record.cases)
        or any(_answers_for(actor, alert) for alert in record.alerts)
    ),
    many=lambda actor: Person.id.in_(
        select(Case.person_id)
        .where(charged_case.many(actor))
        .union(select(Alert.person_id).where(_answers_for_many(actor)))
    ),
)

near_record: Rule[Record] = Rule(
    "record of somebody else in own units",
    Person,
    one=lambda actor, record: (
        actor.leads_to(record.person.unit.path) and record.person.id != actor.person_id
    ),
    many=lambda actor: and_(Person.unit_id.in_(unit_ids_of(actor)), Person.id != actor.person_id),
)

own_units: Rule[Unit] = Rule(
    "own units",
    Unit,
    one=lambda actor, unit: actor.leads_to(unit.path),
    many=lambda actor: _in_range(Unit.path, actor),
)

# What opens or ends a whole record is done by who has the server and its key file anyway; an
# administrator's page never shows a clinical word.
at_console: Rule[Unit] = Rule(
    "own units, at the server's console",
    Unit,
    one=lambda actor, unit: actor.account_id == NOBODY and actor.leads_to(unit.path),
    many=lambda actor: _in_range(Unit.path, actor) if actor.account_id == NOBODY else false(),
)

release_of_own_units: Rule[Release] = Rule(
    "release of own units",
    Release,
    one=lambda actor, release: actor.leads_to(release.unit.path),
    many=lambda actor: Release.unit_id.in_(unit_ids_of(actor)),
)

figure_of_own_units: Rule[ReleaseCell] = Rule(
    "published figure of own units",
    ReleaseCell,
    one=lambda actor, cell: actor.leads_to(cell.unit_path),
    many=lambda actor: _in_range(ReleaseCell.unit_path, actor),
)

# Public facts, the same for every contingent.
every_mission: Rule[Mission] = Rule(
    "every mission",
    Mission,
    one=lambda actor, mission: True,
    many=lambda actor: true(),
)

whole_trail: Rule[AuditEvent] = Rule(
    "the trail, never its contents",
    AuditEvent,
    one=lambda actor, event: True,
    many=lambda actor: true(),
)


def _in_range(path: Any, actor: Actor) -> ColumnElement[bool]:
    first, behind = actor.path_range
    return and_(path >= first, path < behind)


def unit_ids_of(actor: Actor) -> Any:
    """For a query: the own unit and all below it."""
    return select(Unit.id).where(_in_range(Unit.path, actor))


def _people_of(actor: Actor) -> Any:
    return select(Person.id).where(Person.unit_id.in_(unit_ids_of(actor)))
