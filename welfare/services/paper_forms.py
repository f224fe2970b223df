"""Printing the questions of one window for one person, under a number and without a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import rulebook, trail, vault
from models.base import new_key
from models.duty import watch_for
from models.enrolment import person_numbered
from models.standing import is_missed, is_open, status_of
from models.tables.paper import PaperEntry, PaperForm
from models.tables.people import Identity, Person
from models.tables.places import Unit
from models.tables.screenings import Window
from models.vocabulary import Act, Language, Phase, WindowStatus
from welfare.errors import InputRefused, MoveNotAllowed, NotOffered, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.paper_answers import Part, parts_of
from welfare.policies.paper_numbers import new_number
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record

PRINTABLE = (WindowStatus.OPEN, WindowStatus.MISSED)
WINDOWS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Printed:
    """A form that is still out, or of which the first keying is here."""

    number: str
    printed_at: datetime
    form_id: UUID
    keyed: int


@dataclass(frozen=True, slots=True)
class Askable:
    """A window that can be asked on paper, with the forms that are out for it."""

    window: Window
    status: WindowStatus
    forms: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The person that a number named, so that nobody prints for somebody else."""

    person_id: UUID
    name: str
    service_number: str
    unit: str
    language: str
    windows: tuple[Askable, ...]
    is_offered: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the paper: nothing that tells whose it is but the number."""

    form: PaperForm
    window: Window
    unit: Unit
    parts: tuple[Part, ...]


def find_person(session: Session, *, actor: Actor, service_number: str) -> UUID:
    """The id of somebody in the actor's units. Raises InputRefused, alike for all others."""
    person = person_numbered(session, service_number) if service_number else None
    if person is None or not access.allows(actor, Permission.PAPER_PRINT, Record(person)):
        raise InputRefused({"service_number": "unknown"})
    return person.id


def list_windows(
    session: Session, *, actor: Actor, person_id: UUID, today: date, at: datetime
) -> Found:
    """What this person could answer on paper, the newest first. Four queries; it is recorded."""
    person, key = _person(session, actor, person_id)
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=[person.id])
    identity = session.get(Identity, person.id)
    content = vault.opened(key, identity, "content") if identity is not None else None
    return Found(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        service_number=(content or {}).get("service_number", ""),
        unit=person.unit.name,
        language=vault.opened(key, person, "facts").get("language") or "",
        windows=tuple(_askable(session, person, today)),
        is_offered=_is_offered(session, person, at),
    )


def print_form(
    session: Session, *, actor: Actor, window_id: UUID, language: str, today: date, at: datetime
) -> PaperForm:
    """A form with a new number. Raises RecordNotFound, MoveNotAllowed if nobody is asked in this
    window now, or NotOffered where no human could react."""
    window = session.get(Window, window_id)
    if window is None:
        raise RecordNotFound("no such window")
    person, _key = _person(session, actor, window.person_id)
    if window.id not in {each.window.id for each in _askable(session, person, today)}:
        raise MoveNotAllowed("this window is not asked now")
    if not _is_offered(session, person, at):
        raise NotOffered("nobody could answer a critical answer, or nobody could be called")
    if language not in set(Language):
        raise InputRefused({"language": "choose"})
    form = PaperForm(
        id=new_key(),
        window_id=window.id,
        person_id=person.id,
        number=_fresh_number(session),
        programme=window.programme,
        language=language,
        printed_at=at,
        printed_by=actor.account_id,
    )
    session.add(form)
    trail.record(session, by=actor, act=Act.PAPER_PRINTED, at=at, person_id=person.id, subject=form)
    return form


def read_sheet(session: Session, *, actor: Actor, form_id: UUID, at: datetime) -> Sheet:
    """What to print under this form's number. A finished form is not printed again."""
    form = session.get(PaperForm, form_id)
    if form is None or form.closed_at is not None:
        raise RecordNotFound("no such form, or finished")
    person, _key = _person(session, actor, form.person_id)
    window = session.get_one(Window, form.window_id)
    trail.record_read(
        session, by=actor, act=Act.LIST_READ, at=at, person_ids=[person.id], subject=form
    )
    programme = rulebook.named(session, form.programme).for_window(window.code)
    return Sheet(form, window, person.unit, parts_of(programme))


def _person(session: Session, actor: Actor, person_id: UUID) -> tuple[Person, bytes]:
    found = vault.person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.PAPER_PRINT, Record(found[0]))
    return found


def _is_offered(session: Session, person: Person, at: datetime) -> bool:
    """The same rule as on the web: only where a human could react, and a contact is set."""
    watch = watch_for(session, unit=person.unit, at=at)
    return watch.is_reachable(person.unit, not_person=person.id)


def _askable(session: Session, person: Person, today: date) -> list[Askable]:
    windows = session.scalars(
        select(Window)
        .where(
            Window.person_id == person.id,
            Window.phase != Phase.CARE,  # whoever prints is not always the one who cares for them
            or_(is_open(today), is_missed(today)),
        )
        .order_by(Window.opens_on.desc(), Window.id)
        .limit(WINDOWS_SHOWN)
    ).all()
    printed = _printed(session, [window.id for window in windows])
    return [
        Askable(
            window,
            status_of(window, answered_on=None, today=today),
            tuple(each for owner, each in printed if owner == window.id),
        )
        for window in windows
    ]


def _printed(session: Session, window_ids: Sequence[UUID]) -> list[tuple[UUID, Printed]]:
    found = session.execute(
        select(PaperForm, PaperEntry.turn)
        .outerjoin(PaperEntry, PaperEntry.form_id == PaperForm.id)
        .where(PaperForm.window_id.in_(window_ids), PaperForm.closed_at.is_(None))
        .order_by(PaperForm.printed_at, PaperForm.id, PaperEntry.turn)
    )
    turns = {form: turn or 0 for form, turn in found}  # the last turn of each form stays
    return [
        (form.window_id, Printed(form.number, form.printed_at, form.id, turn))
        for form, turn in turns.items()
    ]


def _fresh_number(session: Session) -> str:
    """One that no form has had. Two drawn alike at the same moment: the database refuses one."""
    number = new_number()
    while session.scalar(select(PaperForm.id).where(PaperForm.number == number)) is not None:
        number = new_number()
    return number
