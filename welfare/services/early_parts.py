"""Sending a part before the rest: a critical answer in a draft reaches a human now.

The part becomes a screening without a window, which says inside its sealed payload where it
belongs; the window stays open for the whole. A thief sees such a row, and sees the alert too.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from models import alerts, assigned, early_parts, trail, vault
from models.base import new_key
from models.duty import watch_for
from models.instruments import best_language, find
from models.instruments.payload import SIZE, Payload, pack, respond
from models.programmes import Programme
from models.programmes.unfinished import Given, Kept, unfinished, unpack
from models.sealing import keyed_digest
from models.standing import can_be_answered
from models.tables.people import Person, PersonKey
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Act, Origin
from welfare.errors import MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

ASKED = (
    select(Window, Person, PersonKey)
    .join(Person, Person.id == Window.person_id)
    .join(PersonKey, PersonKey.person_id == Person.id)
    .where(Window.id == bindparam("window_id"))
    .with_for_update(**vault.WITH_KEY_LOCK)
)


def send_critical_parts(
    session: Session, *, actor: Actor, window_id: UUID, language: str, at: datetime
) -> Screening:
    """Send the finished parts with a critical answer that nobody knows of; the rest stays open.

    While the person has not chosen between versions of a part, the most critical one is sent:
    help does not wait for the choice, and the choice stays theirs. Where the window is over, an
    unfinished part is sent too.

    Never turned away for the day or an empty roster: then the alert waits for an owner, and the
    gap shows. Again, it gives what was sent before, or the whole. Raises MoveNotAllowed if no
    part needs it.
    """
    found = session.execute(ASKED, {"window_id": window_id}).one_or_none()
    if found is None:
        raise RecordNotFound("no such window")
    window, person, stored_key = found
    access.require(actor, Permission.SCREENING_ANSWER, window)
    key = vault.unwrapped(session, stored_key)
    programme = assigned.asked(session, window, key=key)
    kept, sex = _kept(session, window, key), vault.sex_of(key, person)
    answered = unfinished(programme, kept, sex=sex)
    early = early_parts.early_parts(session, person_id=person.id, data_key=key).get(
        window.id, early_parts.NONE
    )
    is_over = not can_be_answered(window, today=at.date())
    parts = early.ready(answered, is_over=is_over)
    number = _submission_id(key, window, parts)
    before = _sent(session, window, number)
    if before is not None:
        return before
    if parts:
        return _send(session, actor, window, person, key, programme, number, parts, language, at)
    if early.sent:
        return early.sent[-1].screening
    raise MoveNotAllowed("no part of this screening has to be sent before the rest")


def _kept(session: Session, window: Window, key: bytes) -> Mapping[str, Kept]:
    draft = session.scalar(select(Draft).where(Draft.window_id == window.id))
    if draft is None:
        return {}
    return unpack(vault.opened(key, draft, "payload"), saved_at=draft.saved_at)


def _submission_id(key: bytes, window: Window, parts: Mapping[str, Given]) -> UUID:
    """The same for the same answers, so that pressing twice at once keeps one row. Under the
    person's key: it stands in the clear, and a plain digest could be guessed."""
    content = json.dumps([window.id.hex, sorted(parts), [dict(each) for each in parts.values()]])
    return UUID(bytes=keyed_digest(key, content.encode())[:16])


def _sent(session: Session, window: Window, number: UUID) -> Screening | None:
    return session.scalar(
        select(Screening)
        .where(or_(Screening.window_id == window.id, Screening.submission_id == number))
        .order_by(Screening.id.desc())
        .limit(1)
    )


def _send(
    session: Session,
    actor: Actor,
    window: Window,
    person: Person,
    key: bytes,
    programme: Programme,
    number: UUID,
    parts: Mapping[str, Given],
    language: str,
    at: datetime,
) -> Screening:
    sex = vault.sex_of(key, person)
    payload = Payload(
        answered_at=at,  # the person says so now, however old the draft is
        rules=programme.name,
        responses=tuple(
            respond(
                code,
                given,
                language=best_language(code, find(code).version, language),
                sex=sex,
            )
            for code, given in parts.items()
        ),
        part_of=window.id,
    )
    screening = _stored(session, actor, window, person, key, number, payload)
    alerts.follow_up(
        session,
        by=actor,
        screening=screening,
        payload=payload,
        unit=person.unit,
        clocks=programme.clocks,
        watch=watch_for(session, unit=person.unit, at=at),
        data_key=key,
        at=at,
    )
    return screening


def _stored(
    session: Session,
    actor: Actor,
    window: Window,
    person: Person,
    key: bytes,
    number: UUID,
    payload: Payload,
) -> Screening:
    screening = Screening(
        id=new_key(),
        submission_id=number,
        person_id=person.id,
        unit_id=person.unit_id,
        day=payload.answered_at.date(),
        phase=window.phase,
        origin=Origin.WEB,
    )
    screening.payload = vault.sealed(key, screening, "payload", pack(payload), size=SIZE)
    session.add(screening)
    trail.record(
        session,
        by=actor,
        act=Act.SCREENING_SENT,
        at=payload.answered_at,
        person_id=person.id,
        subject=screening,
    )
    session.flush()  # the alert refers to the screening
    return screening
