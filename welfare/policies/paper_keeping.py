"""Keeping what came on paper: a critical answer at once, the whole once two keyings agree.

The caller holds the lock on the person's row, as every door does that keeps answers.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import alerts, early_parts, rescheduling, trail, vault
from models.base import new_key
from models.duty import watch_for
from models.early_parts import EarlyParts
from models.instruments.payload import SIZE, Payload, pack, same_answers, unpack
from models.instruments.summary import SIZE as SUMMARY_SIZE
from models.instruments.summary import add_results
from models.programmes import Programme
from models.tables.care import Alert
from models.tables.paper import PaperForm
from models.tables.people import Person
from models.tables.screenings import ConflictCopy, Screening, Window
from models.vocabulary import Act, AlertStatus, Origin
from welfare.policies.actor import Actor
from welfare.policies.local_time import Zone
from welfare.policies.paper_answers import Keyed, payload_of


class Outcome(StrEnum):
    """What a keying came to."""

    ONCE_MORE = "once_more"  # the first one is kept; the second is still to come
    DIFFERENT = "different"  # the two do not agree; somebody has to look at the paper
    KEPT = "kept"
    SAME = "same"  # the window had these very answers already
    BOTH_KEPT = "both_kept"  # the window had other answers
    OVER = "over"  # the form was finished before


@dataclass(frozen=True, slots=True)
class Paper:
    """One form in the hands of somebody who keys it in. `zone`: of the person's place, whoever
    keys; two who sit elsewhere mean the same hour."""

    session: Session
    actor: Actor
    form: PaperForm
    window: Window
    person: Person
    key: bytes
    programme: Programme
    zone: Zone
    at: datetime

    @property
    def whole(self) -> Screening | None:
        """What the window was answered with."""
        return self.session.scalar(
            select(Screening).where(Screening.window_id == self.window.id).limit(1)
        )

    def payload(self, keyed: Keyed) -> Payload:
        return payload_of(
            keyed,
            self.programme,
            language=self.form.language,
            sex=vault.opened(self.key, self.person, "facts").get("sex"),
            zone=self.zone,
            at=self.at,
        )


def tell(paper: Paper, keyed: Keyed) -> bool:
    """A critical answer does not wait for the second keying: what nobody knows of is sent now,
    as a part before the rest. Has anybody been told by that? Not of what is too old."""
    payload = paper.payload(keyed)
    told = _told(paper, payload)
    waiting = tuple(each for each in payload.responses if set(each.result.alerts) - told)
    if not waiting:
        return False
    part = replace(payload, responses=waiting, part_of=paper.window.id)
    stored = _stored(paper, part, day=keyed.day, is_whole=False)
    alert = _follow_up(paper, stored, part, told)
    return alert is not None and alert.is_live


def keep(paper: Paper, keyed: Keyed) -> Outcome:
    """Answers that were checked become the screening of their window; the form is finished.

    Where the window was answered meanwhile, by whichever door, nothing is lost and nothing doubled.
    """
    payload, whole = paper.payload(keyed), paper.whole
    paper.form.closed_at = paper.at
    if whole is not None:
        return _beside(paper, whole, payload)
    told = _told(paper, payload)
    screening = _stored(paper, payload, day=keyed.day, is_whole=True)
    _summarise(paper, screening, payload)
    rescheduling.mark_changed(paper.session, [paper.person.id])
    _follow_up(paper, screening, payload, told)
    return Outcome.KEPT


def _beside(paper: Paper, whole: Screening, payload: Payload) -> Outcome:
    """Other answers for the same window: kept as a copy, and told if they are graver."""
    kept = unpack(vault.opened(paper.key, whole, "payload"))
    if _is_same(kept, payload):
        return Outcome.SAME
    told = _told(paper, payload)
    copy = ConflictCopy(
        id=new_key(), screening_id=whole.id, person_id=paper.person.id, received_at=paper.at
    )
    copy.payload = vault.sealed(paper.key, copy, "payload", pack(payload), size=SIZE)
    paper.session.add(copy)
    _record(paper, Act.SCREENING_CONFLICT, copy)
    _follow_up(paper, whole, payload, told)
    return Outcome.BOTH_KEPT


def _early(paper: Paper) -> EarlyParts:
    """What was sent of this window before the rest, by whichever door."""
    sent = early_parts.early_parts(paper.session, person_id=paper.person.id, data_key=paper.key)
    return sent.get(paper.window.id, early_parts.NONE)


def _told(paper: Paper, payload: Payload) -> frozenset[str]:
    """Critical items of which a human knows as they are answered here: by a part that was sent
    before the rest, or by what the window was answered with. Asked only if there are any."""
    if not payload.critical_items:
        return frozenset()
    whole = paper.whole
    if whole is not None and _knows(paper, whole, payload):
        return frozenset(payload.critical_items)
    sent = _early(paper).sent
    if paper.at - payload.answered_at <= alerts.LIVE_FOR:
        # A part under a mistyped, older day rang no bell: nobody knows of it.
        sent = tuple(each for each in sent if not _is_historic(each.alert))
    return EarlyParts(sent).told(payload.answers)


def _is_historic(alert: Alert | None) -> bool:
    return alert is not None and alert.status is AlertStatus.HISTORIC


def _knows(paper: Paper, whole: Screening, payload: Payload) -> bool:
    """Were the same answers sent, or does somebody work on answers as grave?"""
    kept = unpack(vault.opened(paper.key, whole, "payload"))
    alert = early_parts.alert_of(paper.session, screening=whole, payload=kept, data_key=paper.key)
    return _is_same(kept, payload) or early_parts.is_told(
        paper.session,
        again=payload,
        screening=whole,
        payload=kept,
        alert=alert,
        data_key=paper.key,
    )


def _is_same(kept: Payload, payload: Payload) -> bool:
    """As it would come back from where it is kept."""
    return same_answers(kept, unpack(pack(payload)))


def _stored(paper: Paper, payload: Payload, *, day: date, is_whole: bool) -> Screening:
    """Under the day on the paper, but for one that has not begun in UTC, by which days are
    counted."""
    screening = Screening(
        id=new_key(),
        submission_id=new_key(),
        person_id=paper.person.id,
        window_id=paper.window.id if is_whole else None,
        unit_id=paper.person.unit_id,
        day=min(day, paper.at.date()),
        phase=paper.window.phase,
        origin=Origin.PAPER,
    )
    screening.payload = vault.sealed(paper.key, screening, "payload", pack(payload), size=SIZE)
    paper.session.add(screening)
    paper.session.flush()  # an alert refers to it
    _record(paper, Act.SCREENING_SENT, screening)
    return screening


def _summarise(paper: Paper, screening: Screening, payload: Payload) -> None:
    person, key = paper.person, paper.key
    earlier = vault.opened(key, person, "summary")
    results = add_results(earlier, payload, day=screening.day, phase=screening.phase)
    person.summary = vault.sealed(key, person, "summary", results, size=SUMMARY_SIZE)


def _follow_up(
    paper: Paper, screening: Screening, payload: Payload, told: frozenset[str]
) -> Alert | None:
    """The clock runs by the age of the answers on the paper."""
    if not (payload.critical_items or payload.is_positive):
        return None
    unit = paper.person.unit
    return alerts.follow_up(
        paper.session,
        by=paper.actor,
        screening=screening,
        payload=payload,
        unit=unit,
        clocks=paper.programme.clocks,
        watch=watch_for(paper.session, unit=unit, at=paper.at),
        data_key=paper.key,
        at=paper.at,
        told=told,
    )


def _record(paper: Paper, act: Act, subject: Screening | ConflictCopy) -> None:
    trail.record(
        paper.session,
        by=paper.actor,
        act=act,
        at=paper.at,
        person_id=paper.person.id,
        subject=subject,
    )
