"""How somebody's care stands, for the page on which it is shared, held, handed over or ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import referring, trail, vault
from models.tables.care import Alert, Case
from models.tables.people import Identity, PersonKey
from models.vocabulary import Act, CaseEnding, CaseStatus
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.colleagues import carers_over
from welfare.policies.permissions import Permission


class Standing(StrEnum):
    """What the reader is to this person."""

    IN_CHARGE = "in_charge"
    SECOND = "second"
    ENDED = "ended"  # was in charge


@dataclass(frozen=True, slots=True)
class Care:
    """The reader's case. `alerts`: open ones that the reader owns or covers. `has_referral`: one
    is open that stands against ending it. `colleagues`: who may take it, by account and name;
    nobody for a reader who is not in charge."""

    case: Case
    standing: Standing
    name: str
    in_charge: str
    second: str
    ending: CaseEnding | None
    ending_words: str
    alerts: tuple[Alert, ...]
    has_referral: bool
    colleagues: tuple[tuple[UUID, str], ...]


def read_care(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> Care:
    """The own or shared open case, else the one that was closed last. Reading it is recorded."""
    case, identity, stored_key = _find(session, actor, person_id)
    standing = _standing(actor, case)
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[case.person_id], subject=case
    )
    key = vault.unwrapped(session, stored_key)
    content = vault.opened(key, identity, "content") if identity is not None else None
    reason, words = vault.opened(key, case, "ending") or (None, "")
    chosen = _colleagues(session, case, at) if standing is Standing.IN_CHARGE else ()
    acting = {*chosen, case.clinician_id, *([case.second_id] if case.second_id else [])}
    names = vault.names_of(session, account_ids=acting)
    return Care(
        case=case,
        standing=standing,
        name=vault.name_in(content, person_id=case.person_id),
        in_charge=names.get(case.clinician_id, ""),
        second=names.get(case.second_id, "") if case.second_id else "",
        ending=CaseEnding(reason) if reason else None,
        ending_words=words,
        alerts=tuple(_open_alerts(session, actor, person_id)),
        has_referral=referring.stands_against_ending(session, case=case),
        colleagues=tuple(sorted(((each, names[each]) for each in chosen), key=lambda one: one[1])),
    )


def _find(
    session: Session, actor: Actor, person_id: UUID
) -> tuple[Case, Identity | None, PersonKey]:
    """In charge before second, open before closed, the newest first."""
    is_open = access.visible(actor, Permission.CASELOAD_READ)
    is_ended = access.visible(actor, Permission.CASE_REOPEN)
    found = session.execute(
        select(Case, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Case.person_id)
        .join(PersonKey, PersonKey.person_id == Case.person_id)
        .where(Case.person_id == person_id, or_(is_open, is_ended))
        .order_by(
            Case.status == CaseStatus.CLOSED,
            Case.clinician_id != actor.account_id,
            Case.closed_at.desc(),
            Case.id.desc(),
        )
        .limit(1)
    ).one_or_none()
    if found is None:
        raise RecordNotFound("no such case")
    case, identity, key = found
    return case, identity, key


def _standing(actor: Actor, case: Case) -> Standing:
    if case.status is CaseStatus.CLOSED:
        return Standing.ENDED
    return Standing.IN_CHARGE if case.clinician_id == actor.account_id else Standing.SECOND


def _colleagues(session: Session, case: Case, at: datetime) -> Sequence[UUID]:
    return [each.account_id for each in carers_over(session, cases=[case], today=at.date())]


def _open_alerts(session: Session, actor: Actor, person_id: UUID) -> Sequence[Alert]:
    return session.scalars(
        select(Alert)
        .where(Alert.person_id == person_id, access.visible(actor, Permission.ALERT_WORK))
        .order_by(Alert.due_at, Alert.id)
    ).all()
