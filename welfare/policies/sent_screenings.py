"""What somebody has answered, as their record shows it: copies, mistakes, interviews. One query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import vault
from models.base import made_at
from models.early_parts import is_repeated
from models.instruments.payload import Payload, unpack
from models.merged import of_record
from models.tables.interviews import Certification
from models.tables.paper import EnteredInError
from models.tables.screenings import ConflictCopy, Screening, Window
from models.vocabulary import Origin, Phase
from welfare.policies.interviewing import Step, interviews_of, is_asked, talk_of
from welfare.policies.mistakes import Mistake, opened

OF_COPY = ConflictCopy.screening_id == Screening.id
Names = Mapping[UUID, str]
Keys = Mapping[UUID, bytes]  # by person: some rows stay with a record that was merged into this one


class Sent(NamedTuple):
    """As it is kept. `programme`: of the window that it counts for, if it counts for one."""

    screening: Screening
    programme: str | None
    talk: Certification | None
    copy: ConflictCopy | None
    mark: EnteredInError | None


@dataclass(frozen=True, slots=True)
class Answered:
    id: UUID
    day: date
    phase: Phase
    origin: Origin
    payload: Payload
    made_at: datetime  # when it came to be here, which may be long after it was answered
    is_copy: bool = False  # other answers sent under the same id; both were kept
    is_repeat: bool = False  # a part sent early, and the whole brought the same answers
    mistake: Mistake | None = None  # entered in error: it is shown and does not count


def read_sent(session: Session, *, person_id: UUID) -> Sequence[Sent]:
    """Every screening, the oldest first, followed by the copies of other answers sent for it."""
    found = session.execute(
        select(Screening, Window.programme, Certification, ConflictCopy, EnteredInError)
        .select_from(Screening)
        .outerjoin(Window, Window.id == Screening.window_id)
        .outerjoin(Certification, Certification.screening_id == Screening.id)
        .outerjoin(ConflictCopy, and_(OF_COPY, of_record(ConflictCopy.person_id, person_id)))
        .outerjoin(EnteredInError, EnteredInError.screening_id == Screening.id)
        .where(Screening.person_id == person_id)
        .order_by(Screening.day, Screening.id, ConflictCopy.received_at, ConflictCopy.id)
    )
    return [Sent(*row) for row in found]


def acting_in(sent: Sequence[Sent]) -> set[UUID]:
    """Accounts whose names stand beside what was sent."""
    return {each.mark.marked_by for each in sent if each.mark is not None} | {
        each.talk.certified_by for each in sent if each.talk is not None
    }


def answered_in(sent: Sequence[Sent], names: Names, keys: Keys) -> list[Answered]:
    answered: list[Answered] = []
    wholes: dict[UUID | None, Payload] = {}
    for screening, _programme, _talk, copy, mark in sent:
        mistake = opened(keys[mark.person_id], mark, names) if mark is not None else None
        if not answered or answered[-1].id != screening.id:
            answered.append(_opened(keys, screening, screening, screening.day, mistake))
            wholes[screening.window_id] = answered[-1].payload
        if copy is not None:
            answered.append(_opened(keys, screening, copy, copy.received_at.date(), mistake))
    return [replace(each, is_repeat=is_repeated(each.payload, wholes)) for each in answered]


def steps_in(
    session: Session, sent: Sequence[Sent], answered: Sequence[Answered], names: Names, keys: Keys
) -> list[Step]:
    """The interviews of what counts for a window, the newest first."""
    counting = {
        screening.id: (screening, programme, talk)
        for screening, programme, talk, *_ in sent
        if programme is not None
    }
    payloads = {each.id: each.payload for each in answered if not each.is_copy}
    interviews = interviews_of(session, [programme for _, programme, _ in counting.values()])
    steps = [
        Step(
            screening.id,
            screening.day,
            screening.phase,
            talk_of(talk, names, keys[talk.person_id]) if talk is not None else None,
        )
        for screening, programme, talk in counting.values()
        if talk is not None or is_asked(interviews[programme], payloads[screening.id])
    ]
    return sorted(steps, key=lambda step: step.day, reverse=True)


def _opened(
    keys: Keys,
    screening: Screening,
    row: Screening | ConflictCopy,
    day: date,
    mistake: Mistake | None,
) -> Answered:
    return Answered(
        screening.id,
        day,
        screening.phase,
        screening.origin,
        unpack(vault.opened(keys[row.person_id], row, "payload")),
        made_at=made_at(row.id),
        is_copy=row is not screening,
        mistake=mistake,
    )
