"""Typing in a form that came back: twice, and compared; a critical answer is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models import rulebook, trail, vault
from models.base import new_key
from models.tables.paper import PaperEntry, PaperForm
from models.tables.screenings import Screening, Window
from models.vocabulary import Act
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access, paper_keeping
from welfare.policies.actor import Actor
from welfare.policies.contingents import zone_of
from welfare.policies.local_time import Zone
from welfare.policies.paper_answers import (
    SIZE,
    Keyed,
    Part,
    differences,
    insist_on_day,
    pack,
    parts_of,
    read_keyed,
    settled,
    unpack,
)
from welfare.policies.paper_keeping import Outcome, Paper
from welfare.policies.paper_numbers import read_number
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record


class Step(StrEnum):
    """What a form waits for."""

    FIRST = "first"
    SECOND = "second"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class Keying:
    """A form that came back. `keyings` are shown only once there are two that differ. `zone`: by
    which clock its hours are meant."""

    form: PaperForm
    window: Window
    parts: tuple[Part, ...]
    step: Step
    keyings: tuple[Keyed, ...]
    differing: tuple[str, ...]
    is_own_first: bool
    is_answered: bool
    zone: Zone


@dataclass(frozen=True, slots=True)
class Came:
    """What a keying came to. `is_told`: an answer on it needed somebody, who has been told."""

    outcome: Outcome
    form_id: UUID
    is_told: bool = False


def find_form(session: Session, *, actor: Actor, number: str) -> UUID:
    """The form with this number. A slip is refused before anything is looked up; a number that is
    unknown, finished, or of another unit's or an erased person looks the same. InputRefused."""
    read = read_number(number)
    if read is None:
        raise InputRefused({"number": "slip"})
    form = session.scalar(
        select(PaperForm).where(PaperForm.number == read, PaperForm.closed_at.is_(None))
    )
    found = vault.person_with_key(session, person_id=form.person_id) if form else None
    if form is None or found is None:
        raise InputRefused({"number": "no_form"})
    if not access.allows(actor, Permission.PAPER_KEY, Record(found[0])):
        raise InputRefused({"number": "no_form"})
    return form.id


def show_form(session: Session, *, actor: Actor, form_id: UUID, at: datetime) -> Keying:
    """What to type in, or what to settle; then answers are shown, which is reading the record."""
    form = session.get(PaperForm, form_id)
    found = vault.person_with_key(session, person_id=form.person_id) if form else None
    if form is None or found is None or form.closed_at is not None:
        raise RecordNotFound("no such form, or finished")
    person, key = found
    access.require(actor, Permission.PAPER_KEY, Record(person))
    window = session.get_one(Window, form.window_id)
    entries = _entries(session, form)
    step = (Step.FIRST, Step.SECOND, Step.SETTLE)[len(entries)]
    trail.record_read(
        session,
        by=actor,
        act=Act.RECORD_READ if step is Step.SETTLE else Act.LIST_READ,
        at=at,
        person_ids=[person.id],
        subject=form,
    )
    parts = parts_of(rulebook.named(session, form.programme).for_window(window.code))
    keyings = _keyings(key, entries) if step is Step.SETTLE else ()
    return Keying(
        form=form,
        window=window,
        parts=parts,
        step=step,
        keyings=keyings,
        differing=differences(parts, *keyings) if keyings else (),
        is_own_first=bool(entries) and entries[0].entered_by == actor.account_id,
        is_answered=bool(session.scalar(select(exists().where(_of(window))))),
        zone=zone_of(session, person.unit),
    )


def key_in(
    session: Session,
    *,
    actor: Actor,
    form_id: UUID,
    turn: int | None,
    day: date,
    hour: time | None,
    answers: Mapping[str, Mapping[str, int | None]],
    at: datetime,
) -> Came:
    """One keying, as typed from the page of this `turn`. Sending it twice keeps it once.

    Raises AnswersRefused or InputRefused, and RecordNotFound.
    """
    paper = _paper(session, actor, form_id, at)
    if paper.form.closed_at is not None:
        return Came(Outcome.OVER, form_id)
    keyed = _checked(paper, day, hour, answers)
    entries = _entries(session, paper.form)
    keyings = _keyings(paper.key, entries)
    if _is_again(entries, keyings, keyed, actor, turn) or len(entries) > 1:
        return Came(Outcome.ONCE_MORE if len(entries) == 1 else Outcome.DIFFERENT, form_id)
    _enter(paper, keyed, turn=len(entries) + 1)
    if keyings and not differences(parts_of(paper.programme), keyings[0], keyed):
        return Came(paper_keeping.keep(paper, keyed), form_id)
    is_told = paper_keeping.tell(paper, keyed)
    return Came(Outcome.DIFFERENT if entries else Outcome.ONCE_MORE, form_id, is_told)


def settle(
    session: Session,
    *,
    actor: Actor,
    form_id: UUID,
    day: date | None,
    hour: time | None,
    answers: Mapping[str, Mapping[str, int | None]],
    at: datetime,
) -> Came:
    """Two keyings differ: what the paper says counts, field by field. Raises as `key_in` does."""
    paper = _paper(session, actor, form_id, at)
    entries = _entries(session, paper.form)
    if paper.form.closed_at is not None or len(entries) < 2:
        return Came(Outcome.OVER, form_id)
    first, second = _keyings(paper.key, entries)
    fields = differences(parts_of(paper.programme), first, second)
    _insist_on_choice(fields, day, answers)
    chosen = _checked(paper, day or first.day, hour, answers)
    trail.record(
        session,
        by=actor,
        act=Act.PAPER_KEYED,
        at=at,
        person_id=paper.person.id,
        subject=paper.form,
    )
    return Came(paper_keeping.keep(paper, settled(first, chosen, fields)), form_id)


def _insist_on_choice(
    fields: tuple[str, ...],
    day: date | None,
    answers: Mapping[str, Mapping[str, int | None]],
) -> None:
    """Every difference is decided; that the paper is empty there is a decision too."""
    decided = {f"{code}.{item}" for code, given in answers.items() for item in given}
    decided |= {"hour"} | ({"day"} if day is not None else set())
    problems = {field: "choose" for field in fields if field not in decided}
    if problems:
        raise InputRefused(problems)


def _paper(session: Session, actor: Actor, form_id: UUID, at: datetime) -> Paper:
    """The form with its person locked: two who key at once are one after the other."""
    form = session.get(PaperForm, form_id)
    found = vault.locked_person_with_key(session, person_id=form.person_id) if form else None
    if form is None or found is None:
        raise RecordNotFound("no such form")
    person, key = found
    access.require(actor, Permission.PAPER_KEY, Record(person))
    session.refresh(form)  # what was done while this waited for the lock
    window = session.get_one(Window, form.window_id)
    programme = rulebook.named(session, form.programme).for_window(window.code)
    zone = zone_of(session, person.unit)
    return Paper(session, actor, form, window, person, key, programme, zone, at)


def _checked(
    paper: Paper,
    day: date,
    hour: time | None,
    answers: Mapping[str, Mapping[str, int | None]],
) -> Keyed:
    """A form that was printed again after a mistake takes the answers of the first paper."""
    keyed = read_keyed(parts_of(paper.programme), day=day, hour=hour, answers=answers)
    first_printed = paper.session.scalar(
        select(func.min(PaperForm.printed_at)).where(PaperForm.window_id == paper.window.id)
    )
    insist_on_day(
        keyed,
        printed_at=first_printed or paper.form.printed_at,
        zone=paper.zone,
        at=paper.at,
    )
    return keyed


def _is_again(
    entries: list[PaperEntry],
    keyings: tuple[Keyed, ...],
    keyed: Keyed,
    actor: Actor,
    turn: int | None,
) -> bool:
    """The same page sent twice, and not a second look at the paper."""
    return any(
        entry.turn == turn and entry.entered_by == actor.account_id and each == keyed
        for entry, each in zip(entries, keyings, strict=True)
    )


def _enter(paper: Paper, keyed: Keyed, *, turn: int) -> None:
    entry = PaperEntry(
        id=new_key(),
        form_id=paper.form.id,
        person_id=paper.person.id,
        turn=turn,
        entered_by=paper.actor.account_id,
        entered_at=paper.at,
    )
    entry.content = vault.sealed(paper.key, entry, "content", pack(keyed), size=SIZE)
    paper.session.add(entry)
    trail.record(
        paper.session,
        by=paper.actor,
        act=Act.PAPER_KEYED,
        at=paper.at,
        person_id=paper.person.id,
        subject=entry,
    )


def _entries(session: Session, form: PaperForm) -> list[PaperEntry]:
    return list(
        session.scalars(
            select(PaperEntry).where(PaperEntry.form_id == form.id).order_by(PaperEntry.turn)
        )
    )


def _keyings(key: bytes, entries: list[PaperEntry]) -> tuple[Keyed, ...]:
    return tuple(unpack(vault.opened(key, entry, "content")) for entry in entries)


def _of(window: Window) -> Any:
    return Screening.window_id == window.id
