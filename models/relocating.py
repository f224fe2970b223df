"""A screening that is somebody else's goes to their record, with everything that hangs on it.

Runs in the transaction of the act that moves it; both records are locked by then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models import alerts, rescheduling, rulebook, trail, vault
from models.duty import CLINICAL, HELD_TODAY, watch_for
from models.early_parts import is_repeated
from models.hand_over import raise_for
from models.instruments import find, score
from models.instruments.payload import SIZE, Payload, pack, unpack
from models.merging import summarise
from models.moving import Side, move
from models.tables.accounts import Account, Post
from models.tables.care import Alert, ContactAttempt
from models.tables.interviews import Certification
from models.tables.paper import EnteredInError, PaperEntry, PaperForm
from models.tables.people import Person
from models.tables.places import Unit
from models.tables.screenings import Draft, Screening, Window
from models.trail import Signature
from models.vocabulary import Act, AlertStatus


@dataclass(frozen=True, slots=True)
class Relocation:
    """`screening_id` goes from one record to the other; in whose name, and when."""

    session: Session
    screening_id: UUID
    giver: Side
    taker: Side
    by: Signature
    at: datetime

    def run(self) -> None:
        self.session.flush()
        screening = self.session.get_one(Screening, self.screening_id)
        ids = [screening.id, *self._parts_of(screening)]
        window = self._free_window(screening)
        unit = self.session.get_one(Person, self.taker.person_id).unit
        self._move_rows(screening, ids, window, unit)
        self.session.flush()
        self.session.expire_all()
        payload = self._score_anew(ids, window)
        told = self._follow_alerts(ids)
        self._lead_to_care(payload, unit, told)
        self._finish()

    def _parts_of(self, screening: Screening) -> list[UUID]:
        """Parts of it that were sent before the rest and say the same."""
        if screening.window_id is None:
            return []
        struck = exists().where(EnteredInError.screening_id == Screening.id)
        others = self.session.scalars(
            select(Screening)
            .where(
                Screening.person_id == self.giver.person_id,
                Screening.window_id.is_(None),
                ~struck,
            )
            .order_by(Screening.id)
        )
        wholes: dict[UUID | None, Payload] = {
            screening.window_id: self._payload(self.giver, screening)
        }
        return [each.id for each in others if is_repeated(self._payload(self.giver, each), wholes)]

    def _payload(self, side: Side, screening: Screening) -> Payload:
        return unpack(vault.opened(side.key, screening, "payload"))

    def _free_window(self, screening: Screening) -> UUID | None:
        """The one that was open on that day, of the same phase, and that nobody has begun. Of two
        nothing says which."""
        found = self.session.scalars(
            select(Window.id)
            .where(
                Window.person_id == self.taker.person_id,
                Window.phase == screening.phase,
                Window.measure_id.is_(None),
                Window.set_aside.is_(None),
                Window.opens_on <= screening.day,
                Window.closes_on >= screening.day,
                ~exists().where(Screening.window_id == Window.id),
                ~exists().where(Draft.window_id == Window.id),
            )
            .limit(2)
        ).all()
        return found[0] if len(found) == 1 else None

    def _move_rows(
        self, screening: Screening, ids: Sequence[UUID], window: UUID | None, unit: Unit
    ) -> None:
        here = {"unit_id": unit.id}
        forms, entries = self._paper_of(screening)
        about = self._ids(Alert, Alert.screening_id.in_(ids))
        tries = self._ids(ContactAttempt, ContactAttempt.alert_id.in_(about))
        talks = self._ids(Certification, Certification.screening_id.in_(ids))
        changes = {each: here for each in ids} | {screening.id: {"window_id": window, **here}}
        hand_on = partial(move, self.session, giver=self.giver, taker=self.taker)
        hand_on(Screening, ids=ids, changes=changes)
        hand_on(Alert, ids=about, changes={each: here for each in about})
        hand_on(ContactAttempt, ids=tries)
        hand_on(Certification, ids=talks)
        hung = {each: {"window_id": window} for each in forms} if window is not None else {}
        hand_on(PaperForm, ids=forms, changes=hung)
        hand_on(PaperEntry, ids=entries)

    def _ids(
        self, table: type[Alert | ContactAttempt | Certification], which: ColumnElement[bool]
    ) -> set[UUID]:
        mine = table.person_id == self.giver.person_id
        return set(self.session.scalars(select(table.id).where(mine, which)))

    def _paper_of(self, screening: Screening) -> tuple[set[UUID], set[UUID]]:
        """Sheets on which the answers of this day were typed in: they hold the same answers."""
        found = self.session.scalars(
            select(PaperEntry)
            .join(PaperForm, PaperForm.id == PaperEntry.form_id)
            .where(PaperEntry.person_id == self.giver.person_id, PaperForm.closed_at.is_not(None))
        )
        day = screening.day.isoformat()
        entries = [
            each for each in found if vault.opened(self.giver.key, each, "content")[0] == day
        ]
        return {each.form_id for each in entries}, {each.id for each in entries}

    def _score_anew(self, ids: Sequence[UUID], window: UUID | None) -> Payload:
        """With what is known of the right person. Returns the whole."""
        person = self.session.get_one(Person, self.taker.person_id)
        sex = vault.sex_of(self.taker.key, person)
        scored: dict[UUID, Payload] = {}
        for each in self.session.scalars(select(Screening).where(Screening.id.in_(ids))):
            payload = rescored(self._payload(self.taker, each), sex=sex)
            if payload.part_of is not None and window is not None:
                payload = replace(payload, part_of=window)
            each.payload = vault.sealed(self.taker.key, each, "payload", pack(payload), size=SIZE)
            scored[each.id] = payload
        self.session.flush()
        return scored[self.screening_id]

    def _follow_alerts(self, ids: Sequence[UUID]) -> set[str]:
        """Each keeps its clock; its owner must be able to act for this person. Returns what a
        human knows of: whoever closed one had reached somebody else."""
        told: set[str] = set()
        found = self.session.scalars(
            select(Alert).where(Alert.screening_id.in_(ids)).order_by(Alert.id)
        ).all()
        for alert in found:
            if alert.is_live:
                self._give_to_somebody_who_may(alert)
            if alert.status is not AlertStatus.CLOSED:
                told |= set(vault.opened(self.taker.key, alert, "detail")["items"])
        self.session.flush()
        return told

    def _give_to_somebody_who_may(self, alert: Alert) -> None:
        able = self._able(alert.unit, {alert.owner_id, alert.cover_id} - {None})
        if alert.cover_id not in able:
            alert.cover_id = None
        if alert.owner_id in able:
            return
        holds = watch_for(self.session, unit=alert.unit, at=self.at)
        raise_for(self.session, alert, holds, self.at)
        trail.record(
            self.session,
            by=self.by,
            act=Act.WORK_HANDED_OVER,
            at=self.at,
            person_id=alert.person_id,
            subject=alert,
        )

    def _able(self, unit: Unit, accounts: Collection[UUID | None]) -> set[UUID]:
        """Of these, who works with the people of this unit and is not this person."""
        found = self.session.scalars(
            select(Account.id)
            .join(Post, Post.account_id == Account.id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(
                Account.id.in_(accounts),
                Account.person_id != self.taker.person_id,
                Account.disabled_at.is_(None),
                Post.role.in_(CLINICAL),
                HELD_TODAY,
                Unit.path.in_(unit.line),
            ),
            {"today": self.at.date()},
        )
        return set(found)

    def _lead_to_care(self, payload: Payload, unit: Unit, told: Collection[str]) -> None:
        """By the same door as any screening that is kept."""
        if not (payload.critical_items or payload.is_positive):
            return
        alerts.follow_up(
            self.session,
            by=self.by,
            screening=self.session.get_one(Screening, self.screening_id),
            payload=payload,
            unit=unit,
            clocks=rulebook.named(self.session, payload.rules).clocks,
            watch=watch_for(self.session, unit=unit, at=self.at),
            data_key=self.taker.key,
            at=self.at,
            told=told,
        )

    def _finish(self) -> None:
        for side in (self.giver, self.taker):
            summarise(self.session, side)
        both = [self.giver.person_id, self.taker.person_id]
        rescheduling.mark_changed(self.session, both)


def rescored(payload: Payload, *, sex: str | None) -> Payload:
    """The same answers to the same versions, scored for somebody else."""
    responses = tuple(
        replace(
            each,
            result=score(find(each.instrument, each.result.version), each.answers, sex=sex),
        )
        for each in payload.responses
    )
    return replace(payload, responses=responses)
