"""Erasing a person: who may order it, what stands against it, and carrying it out again after a
restore. Decided erasures are kept as lines in a file outside the database too."""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models import erasure, referring, vault
from models.enrolment import person_numbered
from models.sealing import keyed_digest
from models.tables.accounts import Account, Post
from models.tables.care import Alert, Case
from models.tables.lifecycle import LegalHold, Tombstone
from models.tables.people import Person, PersonKey
from models.tables.places import DutyRoster
from models.tables.referrals import Referral
from models.vocabulary import AlertStatus, CaseStatus, Role
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access, lock_out
from welfare.policies.actor import Actor, Machine
from welfare.policies.permissions import Permission

LIVE = (AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)


class Reason(StrEnum):
    """Why somebody is erased. A closed list: free words could tell about the person."""

    ASKED = "asked"
    TIME_OVER = "time_over"
    MADE_BY_MISTAKE = "made_by_mistake"


class LineKind(StrEnum):
    ERASED = "erased"
    WITHDRAWN = "withdrawn"  # the act was noted, and then the database did not take it


@dataclass(frozen=True, slots=True)
class Erased:
    """`line` and `withdrawal` are for the file of tombstones, which outlives the database: one
    line for the person, and one for each record that was merged into theirs."""

    person_id: UUID
    line: str
    withdrawal: str


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a command is about, and the contingent whose console may act on them."""

    person_id: UUID
    root_path: str


def find_person(session: Session, *, named: str) -> Found:
    """The person with this service number or id, for commands. Raises RecordNotFound."""
    person = person_numbered(session, named) or _person_with_id(session, named)
    if person is None:
        raise RecordNotFound("no such person")
    return Found(person.id, person.unit.line[0])


def is_readable(session: Session, *, person_id: UUID) -> bool:
    """Is this person's key still there? For commands, when a commit was answered by an error."""
    return session.get(PersonKey, person_id) is not None


def erase_person(
    session: Session, *, actor: Actor, person_id: UUID, reason: str, at: datetime
) -> Erased:
    """Destroy the person's key, for good. The caller writes `line` down before it commits.

    Raises InputRefused naming everything that stands against it.
    """
    person = session.get(
        Person, person_id, with_for_update={"of": Person}
    )  # waits for acts under way
    if person is None or session.get(PersonKey, person_id) is None:
        raise RecordNotFound("no such person, or erased before")
    access.require(actor, Permission.PERSON_ERASE, person.unit)
    if reason not in set(Reason):
        raise InputRefused({"reason": "choose"})
    if actor.person_id == person.id:
        raise InputRefused({"person": "yourself"})
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    problems = _obstacles(session, person, account, at)
    if problems:
        raise InputRefused(problems)
    others = erasure.with_others(session, person_id=person.id)
    _forget_tries(session, [person.id, *others])
    erasure.erase(
        session,
        by=actor,
        person_id=person.id,
        erased_at=at,
        erased_by=actor.account_id,
        at=at,
    )
    both = [person.id, *others]
    return Erased(
        person.id,
        line="\n".join(_line(session, LineKind.ERASED, each, at, reason=reason) for each in both),
        withdrawal="\n".join(_line(session, LineKind.WITHDRAWN, each, at) for each in both),
    )


def replay_tombstones(session: Session, *, lines: Iterable[str], at: datetime) -> int:
    """After a restore: erase again everybody whom the file or the database itself calls erased.

    `lines` as `tombstone_file.read_lines` gives them. Returns how many people were there again.
    Raises InputRefused naming the line that is damaged; then nothing has been changed.
    """
    noted = _read_lines(session, lines)
    stones = session.scalars(select(Tombstone).order_by(Tombstone.person_id)).all()
    noted |= {stone.person_id: stone.erased_at for stone in stones}
    by = Machine()
    done = [
        erasure.erase(
            session,
            by=by,
            person_id=person_id,
            erased_at=erased_at,
            erased_by=None,
            at=at,
        )
        for person_id, erased_at in noted.items()
    ]
    return sum(done)


def _forget_tries(session: Session, person_ids: Sequence[UUID]) -> None:
    for account in session.scalars(select(Account).where(Account.person_id.in_(person_ids))):
        lock_out.forget_account(session, account=account)
    for person_id in person_ids:
        lock_out.forget_person(session, person_id=person_id)


def _person_with_id(session: Session, named: str) -> Person | None:
    try:
        return session.get(Person, UUID(named))
    except ValueError:
        return None


def _obstacles(
    session: Session, person: Person, account: Account | None, at: datetime
) -> dict[str, str]:
    """Everything that must be ended first: what is open about them, what they hold for others."""
    against: Mapping[str, Any] = {
        "alert": exists().where(Alert.person_id == person.id, Alert.status.in_(LIVE)),
        "case": exists().where(Case.person_id == person.id, Case.status == CaseStatus.OPEN),
        "hold": exists().where(LegalHold.person_id == person.id, LegalHold.lifted_at.is_(None)),
    }
    if account is not None:
        against = {**against, **_held_for_others(account.id, at)}
    problems = {
        name: "still_open" for name, is_there in against.items() if session.scalar(select(is_there))
    }
    if account is not None and _is_last_administrator(session, account, at.date()):
        problems["account"] = "last_administrator"
    return problems


def _held_for_others(account_id: UUID, at: datetime) -> Mapping[str, Any]:
    owns = or_(Alert.owner_id == account_id, Alert.cover_id == account_id)
    until = or_(DutyRoster.until_at.is_(None), DutyRoster.until_at > at)
    return {
        "own_alerts": exists().where(owns, Alert.status.in_(LIVE)),
        "own_cases": exists().where(
            Case.clinician_id == account_id, Case.status == CaseStatus.OPEN
        ),
        "own_referrals": exists().where(Referral.responsible_id == account_id, referring.IS_OPEN),
        "duty": exists().where(DutyRoster.account_id == account_id, until),
    }


def _is_last_administrator(session: Session, account: Account, today: date) -> bool:
    posts = session.scalars(
        select(Post)
        .join(Account, Account.id == Post.account_id)
        .where(Post.role == Role.ADMINISTRATOR, Account.disabled_at.is_(None))
    ).all()
    return {post.account_id for post in posts if post.is_held(today)} == {account.id}


def _line(session: Session, kind: LineKind, person_id: UUID, at: datetime, reason: str = "") -> str:
    content = [kind.value, person_id.hex, at.isoformat(), reason]
    return json.dumps([*content, _check(session, content)])


def _read_lines(session: Session, lines: Iterable[str]) -> dict[UUID, datetime]:
    noted: dict[UUID, datetime] = {}
    for number, line in enumerate(lines, start=1):
        kind, person_id, erased_at = _parsed(session, line, number)
        if kind is LineKind.ERASED:
            noted[person_id] = erased_at
        else:
            noted.pop(person_id, None)
    return noted


def _parsed(session: Session, line: str, number: int) -> tuple[LineKind, UUID, datetime]:
    try:
        *content, check = json.loads(line)
        if not hmac.compare_digest(check, _check(session, content)):
            raise ValueError("check")
        kind, person_id, erased_at, _reason = content
        return LineKind(kind), UUID(person_id), datetime.fromisoformat(erased_at)
    except (ValueError, TypeError):
        raise InputRefused({f"line {number}": "damaged"}) from None


def _check(session: Session, content: list[str]) -> str:
    """So that a changed or foreign line erases nobody."""
    key = vault.keys_of(session).derived("tombstones")
    return keyed_digest(key, json.dumps(content).encode()).hex()[:32]
