"""The unfinished screening: one sealed draft per window, saved part by part, until it is sent.

What a thief learns from a stolen database: when a draft was begun and last saved, and, from the
trail, how often it was saved and opened. The version says nothing, the payload is always as long.
The events stay, one for each change: a trail that leaves some out would be worth less than this
leak. A part can be saved any number of times, so their count is a hint, not a fact.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models import assigned, early_parts, trail, vault
from models.base import new_key
from models.duty import watch_for
from models.early_parts import EarlyParts
from models.instruments import AnswerRefused, find, score
from models.programmes.unfinished import (
    SIZE,
    Given,
    Kept,
    Unfinished,
    Version,
    chosen,
    pack,
    saved,
    unfinished,
    unpack,
    without_carried,
)
from models.standing import can_be_answered
from models.tables.people import Person, PersonKey
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Act
from welfare.errors import (
    AnswersRefused,
    ChangedMeanwhile,
    MoveNotAllowed,
    NotOffered,
    RecordNotFound,
)
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

Asked = Select[Window, Person, PersonKey]
MARK_BITS = 53  # a number that scripts and forms carry without loss
ASKED = (
    select(Window, Person, PersonKey)
    .join(Person, Person.id == Window.person_id)
    .join(PersonKey, PersonKey.person_id == Person.id)
    .where(Window.id == bindparam("window_id"))
)
# Saving, sending a part and sending the whole lock the person's row: one comes after the other.
LOCKED = ASKED.with_for_update(**vault.WITH_KEY_LOCK)
# Read again although it was read before the lock: somebody else may have saved in between.
OF_WINDOW = (
    select(Draft)
    .where(Draft.window_id == bindparam("window_id"))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class Open:
    """A window that can be answered, its person's key, and the sex that gates may depend on."""

    window: Window
    key: bytes
    sex: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A screening being answered: its parts in order, the answers so far, and who knows of them.

    `version` is None while nothing is kept.
    """

    window: Window
    submission_id: UUID
    draft: Unfinished
    early: EarlyParts
    version: int | None
    saved_at: datetime | None

    @property
    def parts(self) -> tuple[str, ...]:
        return self.draft.parts

    @property
    def answers(self) -> Mapping[str, Given]:
        return self.draft.answers

    @property
    def next_part(self) -> str | None:
        return self.draft.next_part

    @property
    def critical_items(self) -> tuple[str, ...]:
        return self.draft.critical_items

    @property
    def untold(self) -> tuple[str, ...]:
        """Critical items of which no human knows yet."""
        return self.early.untold(self.draft)


@dataclass(frozen=True, slots=True)
class Page:
    """What the page that is saved knew: the version it showed, its own mark, and which of its
    answers came from an earlier part and were left as they were."""

    made_from: int | None = None
    mark: int | None = None
    untouched: Collection[str] = ()


UNKNOWN_PAGE = Page()


def read_progress(
    session: Session,
    *,
    actor: Actor,
    window_id: UUID,
    today: date,
    at: datetime,
) -> Progress:
    """The draft of an open window, or an empty one. Raises NotOffered, MoveNotAllowed if sent."""
    progress = read_kept(session, actor=actor, window_id=window_id, today=today, at=at)
    if not is_offered(session, actor=actor, window_id=window_id, at=at):
        raise NotOffered("no human could react in time")
    return progress


def is_offered(session: Session, *, actor: Actor, window_id: UUID, at: datetime) -> bool:
    """Could a human react to a critical answer in time?"""
    window = session.get(Window, window_id)
    if window is None:
        raise RecordNotFound("no such window")
    access.require(actor, Permission.SCREENING_ANSWER, window)
    person = session.get_one(Person, window.person_id)
    watch = watch_for(session, unit=person.unit, at=at)
    return watch.is_reachable(person.unit, not_person=person.id)


def read_kept(
    session: Session, *, actor: Actor, window_id: UUID, today: date, at: datetime
) -> Progress:
    """The same for answers that are here already: they are kept, whoever is on duty."""
    asked = _open_window(session, ASKED, actor, window_id, today)
    window = asked.window
    draft = session.scalar(OF_WINDOW, {"window_id": window.id})
    if draft is not None:
        trail.record_read(
            session,
            by=actor,
            act=Act.OWN_RECORD_READ,
            at=at,
            person_ids=[window.person_id],
            subject=draft,
        )
    return _progress(session, asked, draft)


def save_part(
    session: Session,
    *,
    actor: Actor,
    window_id: UUID,
    part: str,
    answers: Given,
    today: date,
    at: datetime,
    page: Page = UNKNOWN_PAGE,
) -> Progress:
    """Keep one questionnaire's answers in the draft, finished or not.

    If the page did not know the newest version of the part, both are kept and the part is in
    `to_choose`. Raises AnswersRefused, naming items, for answers that are not on offer.
    """
    asked = _open_window(session, LOCKED, actor, window_id, today)
    window = asked.window
    draft = session.scalar(OF_WINDOW, {"window_id": window.id}) or Draft(
        id=new_key(), window_id=window.id, person_id=window.person_id, submission_id=new_key()
    )
    before = _progress(session, asked, draft).draft
    if part not in before.parts:
        raise RecordNotFound("this screening has no such part")
    _check(part, answers)
    own = without_carried(answers, before.carried_into(part), page.untouched)
    mark = secrets.randbits(MARK_BITS) if page.mark is None else page.mark
    kept = saved(before.kept, part, Version(own, mark, at), made_from=page.made_from)
    return _keep(session, actor, asked, draft, kept, at)


def choose_version(
    session: Session,
    *,
    actor: Actor,
    window_id: UUID,
    part: str,
    mark: int,
    today: date,
    at: datetime,
) -> Progress:
    """Of the versions of a part that met, this one counts. The others are kept until the
    screening is sent. Raises ChangedMeanwhile if there is no such version any more."""
    asked = _open_window(session, LOCKED, actor, window_id, today)
    draft = session.scalar(OF_WINDOW, {"window_id": asked.window.id})
    before = _progress(session, asked, draft).draft
    if draft is None or part not in before.parts or part not in before.kept:
        raise RecordNotFound("this screening has no such part")
    try:
        kept = chosen(before.kept, part, mark=mark)
    except KeyError:
        raise ChangedMeanwhile("there is no such version") from None
    return _keep(session, actor, asked, draft, kept, at)


def _open_window(
    session: Session, statement: Asked, actor: Actor, window_id: UUID, today: date
) -> Open:
    found = session.execute(statement, {"window_id": window_id}).one_or_none()
    if found is None:
        raise RecordNotFound("no such window")
    window, person, stored_key = found
    access.require(actor, Permission.SCREENING_ANSWER, window)
    sent = session.scalar(select(Screening.id).where(Screening.window_id == window.id))
    if sent is not None or not can_be_answered(window, today=today):
        raise MoveNotAllowed("this window is not open")
    key = vault.unwrapped(session, stored_key)
    return Open(window, key, vault.sex_of(key, person))


def _progress(session: Session, asked: Open, draft: Draft | None) -> Progress:
    window, key = asked.window, asked.key
    kept: dict[str, Kept] = {}
    if draft is not None and draft.payload is not None:
        kept = unpack(vault.opened(key, draft, "payload"), saved_at=draft.saved_at)
    answered = unfinished(assigned.asked(session, window, key=key), kept, sex=asked.sex)
    early = early_parts.NONE
    if answered.critical_items:
        sent = early_parts.early_parts(session, person_id=window.person_id, data_key=key)
        early = sent.get(window.id, early_parts.NONE)
    return Progress(
        window=window,
        submission_id=draft.submission_id if draft is not None else new_key(),
        draft=answered,
        early=early,
        version=draft.version if draft is not None else None,
        saved_at=draft.saved_at if draft is not None else None,
    )


def _keep(
    session: Session,
    actor: Actor,
    asked: Open,
    draft: Draft,
    kept: Mapping[str, Kept],
    at: datetime,
) -> Progress:
    draft.payload = vault.sealed(asked.key, draft, "payload", pack(kept), size=SIZE)
    draft.saved_at = at
    session.add(draft)
    session.flush()
    trail.record(
        session,
        by=actor,
        act=Act.DRAFT_SAVED,
        at=at,
        person_id=asked.window.person_id,
        subject=draft,
    )
    return _progress(session, asked, draft)


def _check(part: str, answers: Given) -> None:
    try:
        score(find(part), answers)
    except AnswerRefused as refused:
        raise AnswersRefused({f"{part}.{refused.item}": "not_offered"}) from None
