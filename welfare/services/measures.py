"""Measured in care: a clinician has somebody answer the same questions again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import assigned, bookings, rulebook, trail, vault
from models.assigned import instrument_of
from models.instruments import ASSIGNABLE
from models.instruments.summary import Point, read_results
from models.standing import status_of
from models.tables.care import Case
from models.tables.measures import AssignedMeasure
from models.tables.people import Identity, Person
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, Rhythm, WindowStatus
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.at_hand import record_of
from welfare.policies.permissions import Permission

Asked = Sequence[tuple[Window, WindowStatus]]


class Standing(StrEnum):
    """How an assignment stands today; the order of this list is the order of the page."""

    OVERDUE = "overdue"
    DUE = "due"
    COMING = "coming"
    WAITING = "waiting"  # for a session
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Measure:
    """One assignment. `window`: what is open, or opens next. `last`: the last result of this
    questionnaire, from whatever check. `is_silent`: it is overdue, or the last one was missed.
    `may_end`: by the reader.
    """

    row: AssignedMeasure
    instrument: str
    by: str
    standing: Standing
    window: Window | None
    last: Point | None
    is_silent: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class Measures:
    """`case`: the one in the reader's charge, in which they can assign; None: in none."""

    person_id: UUID
    name: str
    measures: tuple[Measure, ...]
    case: Case | None


def read_measures(
    session: Session, *, actor: Actor, person_id: UUID, today: date, at: datetime
) -> Measures:
    """What is and was assigned to one person, overdue first. Six queries; reading is recorded."""
    found = vault.person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    record = record_of(session, person)
    access.require(actor, Permission.RECORD_READ, record)
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    identity = session.get(Identity, person.id)
    content = vault.opened(key, identity, "content") if identity is not None else None
    mine = [each for each in record.cases if access.allows(actor, Permission.MEASURE_ASSIGN, each)]
    return Measures(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        measures=tuple(_measures(session, person, key, {each.id for each in mine}, today)),
        case=mine[0] if mine else None,
    )


def assign_measure(
    session: Session,
    *,
    actor: Actor,
    case_id: UUID,
    measure_id: UUID,
    instrument: str,
    rhythm: str,
    programme: str,
    at: datetime,
) -> AssignedMeasure:
    """The same questions, before each session or every so often, until it is ended.

    `measure_id` came with the form: sent twice, it assigns once. `programme`: the site's own.
    Raises InputRefused for a questionnaire that is not on offer, or is assigned already.
    """
    case, key = _locked_case(session, actor, case_id)
    earlier = session.get(AssignedMeasure, measure_id)
    if earlier is not None:
        return _again(earlier, actor, case, instrument_of(key, earlier), (instrument, rhythm))
    _insist_on_offer(instrument, rhythm)
    if instrument in _live_instruments(session, case.person_id, key):
        raise InputRefused({"instrument": "assigned_already"})
    what = assigned.Assignment(
        id=measure_id,
        person_id=case.person_id,
        case_id=case.id,
        instrument=instrument,
        rhythm=Rhythm(rhythm),
        programme=_programme_for(session, case.person_id, programme),
    )
    measure = assigned.assign(session, what=what, key=key, by=_account(actor), at=at)
    bookings.ask_before(session, case_id=case.id, at=at)
    return _recorded(session, actor, Act.MEASURE_ASSIGNED, measure, at)


def end_measure(
    session: Session, *, actor: Actor, measure_id: UUID, at: datetime
) -> AssignedMeasure:
    """It is not asked any more; ending it twice is ending it once."""
    measure = session.get(AssignedMeasure, measure_id)
    if measure is None:
        raise RecordNotFound("nothing is assigned under this id")
    case, _key = _locked_case(session, actor, measure.case_id)
    session.refresh(measure)
    if measure.case_id != case.id:
        raise RecordNotFound("it goes on in another case by now")
    if measure.ended_at is None:
        only = AssignedMeasure.id == measure.id
        assigned.end(session, which=only, by=actor.account_id, at=at)
        session.refresh(measure)
        _recorded(session, actor, Act.MEASURE_ENDED, measure, at)
    return measure


def _locked_case(session: Session, actor: Actor, case_id: UUID) -> tuple[Case, bytes]:
    """The case as nobody can change it until this act ends; the person first."""
    case = session.get(Case, case_id)
    found = None
    if case is not None:
        found = vault.locked_person_with_key(session, person_id=case.person_id)
    if case is None or found is None:
        raise RecordNotFound("no such case")
    session.refresh(case, with_for_update={"of": Case, "key_share": True})
    access.require(actor, Permission.MEASURE_ASSIGN, case)
    if case.person_id != found[0].id:
        raise RecordNotFound("the case belongs to another record by now")
    return case, found[1]


def _account(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise AccessDenied("a clinician has an account")
    return actor.account_id


def _again(
    earlier: AssignedMeasure, actor: Actor, case: Case, was: str, asked: tuple[str, str]
) -> AssignedMeasure:
    """A form that was sent twice assigns once."""
    if (earlier.assigned_by, earlier.case_id) != (actor.account_id, case.id):
        raise AccessDenied("this id belongs to somebody else")
    if (was, earlier.rhythm) != asked:
        raise MoveNotAllowed("this form has assigned something else")
    return earlier


def _insist_on_offer(instrument: str, rhythm: str) -> None:
    problems = {} if instrument in ASSIGNABLE else {"instrument": "choose"}
    if rhythm not in set(Rhythm):
        problems["rhythm"] = "choose"
    if problems:
        raise InputRefused(problems)


def _live_instruments(session: Session, person_id: UUID, key: bytes) -> set[str]:
    """Asked of them already, in whosever care: nobody answers the same twice."""
    live = select(AssignedMeasure).where(AssignedMeasure.person_id == person_id, assigned.IS_LIVE)
    return {instrument_of(key, each) for each in session.scalars(live)}


def _programme_for(session: Session, person_id: UUID, default: str) -> str:
    unit = session.get_one(Person, person_id).unit
    return rulebook.for_unit(session, unit, default=default).name


def _recorded(
    session: Session, actor: Actor, act: Act, measure: AssignedMeasure, at: datetime
) -> AssignedMeasure:
    trail.record(session, by=actor, act=act, at=at, person_id=measure.person_id, subject=measure)
    return measure


def _measures(
    session: Session, person: Person, key: bytes, mine: set[UUID], today: date
) -> list[Measure]:
    rows = session.scalars(
        select(AssignedMeasure)
        .where(AssignedMeasure.person_id == person.id)
        .order_by(AssignedMeasure.assigned_at, AssignedMeasure.id)
    ).all()
    names = vault.names_of(session, account_ids={each.assigned_by for each in rows})
    windows = _windows(session, rows, today)
    results = read_results(vault.opened(key, person, "summary"))
    found = []
    for row in rows:
        code, asked = instrument_of(key, row), windows.get(row.id, ())
        standing, window = _stands(row, asked, today)
        points = results.get(code, [])
        found.append(
            Measure(
                row=row,
                instrument=code,
                by=names.get(row.assigned_by, ""),
                standing=standing,
                window=window,
                last=points[-1] if points else None,
                is_silent=standing is Standing.OVERDUE or _was_missed(asked),
                may_end=row.ended_at is None and row.case_id in mine,
            )
        )
    return sorted(found, key=lambda each: list(Standing).index(each.standing))


def _windows(
    session: Session, rows: Sequence[AssignedMeasure], today: date
) -> Mapping[UUID, Asked]:
    """By assignment, its windows as they stand, the earliest first."""
    found = session.execute(
        select(Window, Screening.day)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .where(Window.measure_id.in_([each.id for each in rows]))
        .order_by(Window.opens_on, Window.id)
    )
    by_measure: dict[UUID, list[tuple[Window, WindowStatus]]] = {}
    for window, day in found:
        if window.measure_id is not None:
            status = status_of(window, answered_on=day, today=today)
            by_measure.setdefault(window.measure_id, []).append((window, status))
    return by_measure


def _stands(row: AssignedMeasure, asked: Asked, today: date) -> tuple[Standing, Window | None]:
    if row.ended_at is not None:
        return Standing.ENDED, None
    for window, status in asked:
        if status is WindowStatus.OPEN:
            return (Standing.OVERDUE if window.due_by < today else Standing.DUE), window
    for window, status in asked:
        if status is WindowStatus.NOT_DUE:
            return Standing.COMING, window
    return Standing.WAITING, None


def _was_missed(asked: Asked) -> bool:
    """The last one that is over: not answered, though nobody had said that it need not be."""
    over = (WindowStatus.OPEN, WindowStatus.NOT_DUE)
    last = [status for _window, status in asked if status not in over]
    return bool(last) and last[-1] is WindowStatus.MISSED
