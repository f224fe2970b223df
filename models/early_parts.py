"""Parts of a screening that were sent before the rest, so that a critical answer did not wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from models import vault
from models.instruments import find, score
from models.instruments.asking import undecided
from models.instruments.payload import Payload, unpack
from models.merged import of_record
from models.programmes.unfinished import Given, Unfinished, gravity
from models.tables.care import Alert
from models.tables.paper import EnteredInError
from models.tables.screenings import ConflictCopy, Screening
from models.vocabulary import Origin

# Such a part has no window of its own: the window belongs to the whole, which comes later.
SENT = (
    select(Screening, Alert)
    .outerjoin(Alert, Alert.screening_id == Screening.id)
    .where(
        Screening.person_id == bindparam("person_id"),
        Screening.window_id.is_(None),
        Screening.origin.in_((Origin.WEB, Origin.PAPER)),
        ~exists().where(EnteredInError.screening_id == Screening.id),
    )
    .order_by(Screening.id, Alert.id)
)

NEWEST = (
    select(Alert)
    .where(Alert.screening_id == bindparam("screening_id"))
    .order_by(Alert.raised_at.desc(), Alert.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class EarlyPart:
    screening: Screening
    payload: Payload
    alert: Alert | None

    def tells(self, item: str, value: int | None) -> bool:
        """Has a human been told of this critical answer? While the alert is live, a milder answer
        to the same question needs no second bell; a worse one does."""
        if item not in self.payload.critical_items or value is None:
            return False
        is_live = self.alert is not None and self.alert.is_live
        said = _given(self.payload.answers, item) or 0
        return value == said or (is_live and value < said)


@dataclass(frozen=True, slots=True)
class EarlyParts:
    """What was sent early of one window, in the order it was sent."""

    sent: tuple[EarlyPart, ...] = ()

    @property
    def alert(self) -> Alert | None:
        """The newest one that is still worked on, else the newest."""
        alerts = [part.alert for part in self.sent if part.alert is not None]
        return next((alert for alert in reversed(alerts) if alert.is_live), None) or next(
            reversed(alerts), None
        )

    def told(self, answers: Mapping[str, Given]) -> frozenset[str]:
        """Critical items, such as "phq-9.9", that a human knows of as they are answered here."""
        return frozenset(
            item
            for part in self.sent
            for item in part.payload.critical_items
            if part.tells(item, _given(answers, item))
        )

    def waiting(self, draft: Unfinished) -> dict[str, Sequence[Given]]:
        """By part, the answers with a critical one that no human knows of: the worst first,
        should there be versions to choose from."""
        found = {
            part: [given for given in draft.may_count(part) if self._untold_in(part, given)]
            for part in draft.parts
        }
        return {
            part: sorted(versions, key=lambda given: gravity(part, given), reverse=True)
            for part, versions in found.items()
            if versions
        }

    def untold(self, draft: Unfinished) -> tuple[str, ...]:
        """Critical items of which no human knows yet."""
        found = [
            item
            for part, versions in self.waiting(draft).items()
            for given in versions
            for item in self._untold_in(part, given)
        ]
        return tuple(dict.fromkeys(found))

    def ready(self, draft: Unfinished, *, is_over: bool) -> dict[str, Given]:
        """What can be sent now so that a human knows: finished parts. Where the window `is_over`
        nothing can be finished any more, and what is there must do."""
        found = {
            part: [given for given in versions if is_over or not undecided(find(part), given)]
            for part, versions in self.waiting(draft).items()
        }
        return {part: versions[0] for part, versions in found.items() if versions}

    def _untold_in(self, part: str, given: Given) -> list[str]:
        told = self.told({part: given})
        return [item for item in score(find(part), given).alerts if item not in told]


NONE = EarlyParts()


def early_parts(session: Session, *, person_id: UUID, data_key: bytes) -> dict[UUID, EarlyParts]:
    """By window; one query, however many there are."""
    found: dict[UUID, list[EarlyPart]] = {}
    for screening, alert in session.execute(SENT, {"person_id": person_id}):
        payload = unpack(vault.opened(data_key, screening, "payload"))
        if payload.part_of is not None:
            found.setdefault(payload.part_of, []).append(EarlyPart(screening, payload, alert))
    return {window_id: EarlyParts(tuple(parts)) for window_id, parts in found.items()}


def sent_before(
    session: Session, *, screening: Screening, payload: Payload, data_key: bytes
) -> EarlyParts:
    """What was sent early of this whole screening. Asked only if an answer is critical."""
    if screening.window_id is None or not payload.critical_items:
        return NONE
    sent = early_parts(session, person_id=screening.person_id, data_key=data_key)
    return sent.get(screening.window_id, NONE)


def alert_of(
    session: Session, *, screening: Screening, payload: Payload, data_key: bytes
) -> Alert | None:
    """The newest alert of a screening, else the one that a part of it raised before."""
    own = session.scalar(NEWEST, {"screening_id": screening.id})
    if own is not None:
        return own
    early = sent_before(session, screening=screening, payload=payload, data_key=data_key)
    return early.alert


def is_told(
    session: Session,
    *,
    again: Payload,
    screening: Screening,
    payload: Payload,
    alert: Alert | None,
    data_key: bytes,
) -> bool:
    """Other answers came for a screening that was sent. Does somebody who works on its alert know
    of answers as grave: its own, or those of a copy that was kept beside it?"""
    if alert is None or not alert.is_live:
        return False
    copies = session.scalars(
        select(ConflictCopy).where(
            ConflictCopy.screening_id == screening.id,
            of_record(ConflictCopy.person_id, screening.person_id),
        )
    ).all()
    keys = vault.keys_of_record(session, person_id=screening.person_id, key=data_key, rows=copies)
    told = [
        payload,
        *(unpack(vault.opened(keys[copy.person_id], copy, "payload")) for copy in copies),
    ]
    known = EarlyParts(tuple(EarlyPart(screening, each, alert) for each in told))
    return known.told(again.answers) >= set(again.critical_items)


def is_repeated(part: Payload, wholes: Mapping[UUID | None, Payload]) -> bool:
    """Has the whole screening brought the same answers again? Then one of the two is shown."""
    whole = wholes.get(part.part_of) if part.part_of is not None else None
    return whole is not None and all(
        (later := whole.response(each.instrument)) is not None and later.answers == each.answers
        for each in part.responses
    )


def _given(answers: Mapping[str, Given], item: str) -> int | None:
    code, _dot, item_id = item.rpartition(".")
    return answers.get(code, {}).get(item_id)
