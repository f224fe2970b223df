"""The unfinished screening: one sealed draft per window, saved after every questionnaire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.duty import watch_for
from models.instruments import AnswerRefused, find, score
from models.instruments.asking import undecided
from models.instruments.payload import SIZE
from models.programmes import load, opened_by
from models.tables.people import Person
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Act
from welfare.errors import AnswersRefused, MoveNotAllowed, NotOffered, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

Given = Mapping[str, int | None]  # item id → value; None: preferred not to answer


@dataclass(frozen=True, slots=True)
class Progress:
    """A screening being answered: its parts in order, and the answers so far."""

    window: Window
    submission_id: UUID
    parts: tuple[str, ...]
    answers: Mapping[str, Given]
    saved_at: datetime | None

    @property
    def next_part(self) -> str | None:
        """The first questionnaire that is not wholly decided; None when all are."""
        return next((part for part in self.parts if self.undecided_in(part)), None)

    def undecided_in(self, part: str) -> tuple[str, ...]:
        """Items of a part that still need an answer or a "prefer not to answer"."""
        return undecided(find(part), self.answers.get(part, {}))

    @property
    def critical_items(self) -> tuple[str, ...]:
        """Ids such as "phq-9.9" whose answers a human should see."""
        return tuple(
            item
            for code in self.parts
            for item in score(find(code), self.answers.get(code, {})).alerts
        )


def read_progress(
    session: Session,
    *,
    actor: Actor,
    window_id: UUID,
    today: date,
    language: str,
    at: datetime,
) -> Progress:
    """The draft of an open window, or an empty one. Raises NotOffered, MoveNotAllowed if sent."""
    window = _open_window(session, actor, window_id, today)
    person = session.get_one(Person, window.person_id)
    watch = watch_for(session, unit=person.unit, language=language, at=at)
    if not watch.is_reachable(person.unit, not_person=person.id):
        raise NotOffered("no human could react in time")
    draft = session.scalar(select(Draft).where(Draft.window_id == window.id))
    if draft is not None:
        trail.record_read(
            session,
            by=actor,
            act=Act.OWN_RECORD_READ,
            at=at,
            person_ids=[person.id],
            subject=draft,
        )
    return _progress(session, window, draft)


def save_part(
    session: Session,
    *,
    actor: Actor,
    window_id: UUID,
    part: str,
    answers: Given,
    today: date,
    at: datetime,
) -> Progress:
    """Keep one questionnaire's answers in the draft, finished or not.

    Raises AnswersRefused, naming items, for answers that are not on offer.
    """
    window = _open_window(session, actor, window_id, today)
    draft = session.scalar(select(Draft).where(Draft.window_id == window.id)) or Draft(
        id=new_key(),
        window_id=window.id,
        person_id=window.person_id,
        submission_id=new_key(),
        version=None,
    )
    progress = _progress(session, window, draft)
    if part not in progress.parts:
        raise RecordNotFound("this screening has no such part")
    _check(part, answers)
    kept = {**progress.answers, part: dict(answers)}
    key = vault.key_for(session, person_id=window.person_id)
    draft.payload = vault.sealed(key, draft, "payload", kept, size=SIZE)
    draft.saved_at = at
    session.add(draft)
    session.flush()
    trail.record(
        session,
        by=actor,
        act=Act.DRAFT_SAVED,
        at=at,
        person_id=window.person_id,
        subject=draft,
    )
    return _progress(session, window, draft)


def _open_window(session: Session, actor: Actor, window_id: UUID, today: date) -> Window:
    window = session.get(Window, window_id)
    if window is None:
        raise RecordNotFound("no such window")
    access.require(actor, Permission.SCREENING_ANSWER, window)
    sent = session.scalar(select(Screening.id).where(Screening.window_id == window.id))
    allowance = load(window.programme.split("/")[0]).late_for
    if sent is not None or not window.opens_on <= today <= window.due_by + allowance:
        raise MoveNotAllowed("this window is not open")
    return window


def _progress(session: Session, window: Window, draft: Draft | None) -> Progress:
    answers: dict[str, dict[str, int | None]] = {}
    if draft is not None and draft.payload is not None:
        key = vault.key_for(session, person_id=window.person_id)
        answers = vault.opened(key, draft, "payload")
    programme = load(window.programme.split("/")[0])
    parts = (*programme.first_stage, *opened_by(programme, answers))
    return Progress(
        window=window,
        submission_id=draft.submission_id if draft is not None else new_key(),
        parts=parts,
        answers={code: answers[code] for code in parts if code in answers},
        saved_at=draft.saved_at if draft is not None else None,
    )


def _check(part: str, answers: Given) -> None:
    try:
        score(find(part), answers)
    except AnswerRefused as refused:
        raise AnswersRefused({f"{part}.{refused.item}": "not_offered"}) from None
