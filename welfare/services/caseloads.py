"""Whole caseloads: how large they are, who is on hold or shared, and handing one over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from models import trail, vault
from models.hand_over import give_case
from models.tables.care import Alert, Case
from models.tables.people import Identity, PersonKey
from models.tables.places import Unit
from models.vocabulary import Act, AlertStatus
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.colleagues import carers_over, locked_carer
from welfare.policies.permissions import Permission

ENDED_SHOWN = timedelta(days=30)  # long enough to take back a mistake
Found = tuple[Case, Identity | None, PersonKey]


@dataclass(frozen=True, slots=True)
class InCare:
    """One person of a caseload. `other`: with whom the reader shares, whoever is in charge."""

    person_id: UUID
    name: str
    unit: str
    held_until: date | None
    other: str
    is_in_charge: bool
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Caseload:
    """The own one. `people`: in the own charge; the lists name only those about whom something
    is to be said here, the rest is on the work-list."""

    people: int
    held: tuple[InCare, ...]
    shared: tuple[InCare, ...]
    ended: tuple[InCare, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How many people are in somebody's charge, and how many of them are on hold."""

    account_id: UUID
    name: str
    people: int
    held: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks before a caseload is handed over. `alerts`: on how many of the people
    its clinician has an open alert, which stays with them."""

    account_id: UUID
    name: str
    people: int
    alerts: int
    colleagues: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many cases went over, and how many the colleague could not take."""

    given: int
    kept: int


def read_caseload(session: Session, *, actor: Actor, today: date, at: datetime) -> Caseload:
    """Everybody on hold, shared, or whose care ended lately; four queries. Showing a name is
    recorded."""
    open_cases = _found(session, access.visible(actor, Permission.CASELOAD_READ))
    ended = _found(
        session,
        access.visible(actor, Permission.CASE_REOPEN),
        Case.closed_at > at - ENDED_SHOWN,
    )
    names = _names(session, (case for case, *_ in open_cases))
    held = [each for each in open_cases if _is_held(each[0], today)]
    shared = [each for each in open_cases if each[0].second_id is not None]
    shown = {case.person_id for case, *_ in (*held, *shared, *ended)}
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=sorted(shown))
    in_charge = {case.person_id for case, *_ in open_cases if case.clinician_id == actor.account_id}
    return Caseload(
        people=len(in_charge),
        held=tuple(_in_care(session, actor, each, names) for each in held),
        shared=tuple(_in_care(session, actor, each, names) for each in shared),
        ended=tuple(_in_care(session, actor, each, names) for each in ended),
    )


def list_caseloads(session: Session, *, actor: Actor, today: date) -> Sequence[Size]:
    """Of every clinician with people of the actor's units in their charge, the largest first."""
    people = func.count(Case.person_id.distinct())
    is_held = when((Case.held_until > today, Case.person_id))
    found = session.execute(
        select(Case.clinician_id, people, func.count(is_held.distinct()))
        .join(Unit, Unit.id == Case.unit_id)
        .where(
            access.visible(actor, Permission.SERVICE_READ),
            access.visible(actor, Permission.CASE_HAND_OVER),
        )
        .group_by(Case.clinician_id)
        .order_by(people.desc(), Case.clinician_id)
    ).all()
    names = vault.names_of(session, account_ids={account for account, *_ in found})
    return [Size(account, names.get(account, ""), *counts) for account, *counts in found]


def ask_hand_over(session: Session, *, actor: Actor, account_id: UUID, today: date) -> Asked:
    """Before a caseload is handed over: the own one, or for a lead what of it is in own units."""
    cases = session.scalars(_cases_of(actor, account_id)).all()
    if not cases:
        raise RecordNotFound("no such caseload")
    carers = carers_over(session, cases=cases, today=today)
    known = {account_id, actor.account_id}  # a lead takes nobody's caseload: it would open it
    chosen = [each.account_id for each in carers if each.account_id not in known]
    names = vault.names_of(session, account_ids={account_id, *chosen})
    return Asked(
        account_id=account_id,
        name=names.get(account_id, ""),
        people=len({case.person_id for case in cases}),
        alerts=len(_with_alerts(session, account_id, cases)),
        colleagues=tuple(sorted(((each, names[each]) for each in chosen), key=lambda one: one[1])),
    )


def hand_over_caseload(
    session: Session,
    *,
    actor: Actor,
    account_id: UUID,
    colleague_id: UUID,
    at: datetime,
    even_so: bool = False,
) -> HandedOver:
    """All of it goes to one colleague but what they cannot take: about themselves, or outside
    their units. Open alerts stay with their owner: unless that is wanted (`even_so`), and for
    somebody who is no colleague, raises InputRefused."""
    carer = locked_carer(session, account_id=colleague_id, today=at.date())
    cases = session.scalars(_cases_of(actor, account_id).with_for_update(of=Case)).all()
    if not cases:
        raise RecordNotFound("no such caseload")
    if carer is None or colleague_id in (account_id, actor.account_id):
        raise InputRefused({"colleague": "choose"})
    if not even_so and _with_alerts(session, account_id, cases):
        raise InputRefused({"even_so": "alert_stays"})
    given = [case for case in cases if carer.may_take(case)]
    for case in given:
        give_case(session, case=case, successor=colleague_id, at=at)
        trail.record(
            session,
            by=actor,
            act=Act.CASE_HANDED_OVER,
            at=at,
            person_id=case.person_id,
            subject=case,
        )
    return HandedOver(given=len(given), kept=len(cases) - len(given))


def _found(session: Session, *which: ColumnElement[bool]) -> Sequence[Found]:
    found = session.execute(
        select(Case, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Case.person_id)
        .join(PersonKey, PersonKey.person_id == Case.person_id)
        .where(*which)
        .order_by(Case.id)
    )
    return found.all()


def _is_held(case: Case, today: date) -> bool:
    return case.held_until is not None and case.held_until > today


def _names(session: Session, cases: Iterable[Case]) -> Mapping[UUID, str]:
    """Of everybody who shares one of these cases."""
    shared = [case for case in cases if case.second_id is not None]
    acting = {each for case in shared for each in (case.clinician_id, case.second_id) if each}
    return vault.names_of(session, account_ids=acting)


def _in_care(session: Session, actor: Actor, found: Found, names: Mapping[UUID, str]) -> InCare:
    case, identity, stored_key = found
    content = None
    if identity is not None:
        content = vault.opened(vault.unwrapped(session, stored_key), identity, "content")
    is_in_charge = case.clinician_id == actor.account_id
    other = case.second_id if is_in_charge else case.clinician_id
    return InCare(
        person_id=case.person_id,
        name=vault.name_in(content, person_id=case.person_id),
        unit=case.unit.name,
        held_until=case.held_until,
        other=names.get(other, "") if other else "",
        is_in_charge=is_in_charge,
        closed_on=case.closed_at.date() if case.closed_at else None,
    )


def _cases_of(actor: Actor, account_id: UUID) -> Select[Case]:
    return (
        select(Case)
        .where(access.visible(actor, Permission.CASE_HAND_OVER), Case.clinician_id == account_id)
        .order_by(Case.id)
    )


def _with_alerts(session: Session, account_id: UUID, cases: Sequence[Case]) -> Sequence[UUID]:
    """The people among them on whom this clinician owns or covers an open alert."""
    return session.scalars(
        select(Alert.person_id)
        .distinct()
        .where(
            Alert.person_id.in_({case.person_id for case in cases}),
            Alert.status.in_((AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)),
            or_(Alert.owner_id == account_id, Alert.cover_id == account_id),
        )
    ).all()
