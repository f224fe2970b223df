"""Releases: two people look at a candidate and decide; command reads what both approved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import trail
from models.base import new_key
from models.tables.releases import Release, ReleaseApproval, ReleaseCell
from models.vocabulary import Act, ReleaseDecision, Role
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, flows
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

REASON_MOST = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release as its approvers see it: where it stands, its cells, what the gate found."""

    release: Release
    state: flows.ReleaseState
    cells: tuple[ReleaseCell, ...]
    approvals: tuple[ReleaseApproval, ...]
    report: dict[str, Any]
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Published:
    """The latest release of one measure for a commander's own units: all that is ever read for
    them."""

    release: Release
    cells: tuple[ReleaseCell, ...]


def list_releases(session: Session, *, actor: Actor) -> Sequence[Candidate]:
    """All releases of the own units with their state, newest first."""
    releases = session.scalars(
        select(Release)
        .where(access.visible(actor, Permission.RELEASE_REVIEW))
        .order_by(Release.period_until.desc(), Release.id.desc())
    ).all()
    return [_candidate(session, actor, release) for release in releases]


def read_release(session: Session, *, actor: Actor, release_id: UUID, at: datetime) -> Candidate:
    release = _find(session, release_id)
    access.require(actor, Permission.RELEASE_REVIEW, release)
    trail.record_read(
        session,
        by=actor,
        act=Act.RELEASE_READ,
        at=at,
        person_ids=[None],
        subject=release,
    )
    return _candidate(session, actor, release)


def decide_release(
    session: Session,
    *,
    actor: Actor,
    release_id: UUID,
    decision: str,
    reason: str,
    at: datetime,
) -> flows.ReleaseState:
    """One approver's word. Raises MoveNotAllowed if it stands already, InputRefused for input.

    The second approval must come from another person in the other role.
    """
    release = _find(session, release_id)
    access.require(actor, Permission.RELEASE_DECIDE, release)
    approvals = _approvals(session, release)
    if not _may_decide(actor, approvals):
        raise MoveNotAllowed("this release is decided, or waits for another person")
    _check(decision, reason)
    approval = ReleaseApproval(
        id=new_key(),
        release_id=release.id,
        role=actor.role,
        account_id=actor.account_id,
        decision=ReleaseDecision(decision),
        reason=reason.strip() or None,
        decided_at=at,
    )
    session.add(approval)
    trail.record(session, by=actor, act=Act.RELEASE_DECIDED, at=at, subject=release)
    return _state([*approvals, approval])


def read_published(session: Session, *, actor: Actor, at: datetime) -> dict[str, Published]:
    """By measure the newest release that both approved, cut down to the commander's own units.

    Two queries, however many releases there have been.
    """
    mine = access.visible(actor, Permission.RELEASE_READ)
    published = select(ReleaseCell.release_id).where(mine, _is_published())
    newest: dict[str, Release] = {}
    for release in session.scalars(
        select(Release)
        .where(Release.id.in_(published))
        .order_by(Release.period_until.desc(), Release.id.desc())
    ):
        newest.setdefault(release.code, release)
    cells = session.scalars(
        select(ReleaseCell)
        .where(mine, ReleaseCell.release_id.in_([each.id for each in newest.values()]))
        .order_by(ReleaseCell.unit_path, ReleaseCell.id)
    ).all()
    for release in newest.values():
        trail.record_read(
            session, by=actor, act=Act.RELEASE_READ, at=at, person_ids=[None], subject=release
        )
    return {
        code: Published(release, tuple(cell for cell in cells if cell.release_id == release.id))
        for code, release in newest.items()
    }


def _is_published() -> Any:
    """Both roles approved and nobody rejected, in SQL: the second face of `release_state`."""
    rejected = _said(ReleaseDecision.REJECTED)
    return and_(
        *(_said(ReleaseDecision.APPROVED, by=role) for role in sorted(flows.APPROVERS)),
        ~rejected,
    )


def _said(decision: ReleaseDecision, *, by: Role | None = None) -> Any:
    """Has this been said about a cell's release, by this role or by anybody?"""
    words = select(ReleaseApproval.id).where(
        ReleaseApproval.release_id == ReleaseCell.release_id,
        ReleaseApproval.decision == decision,
    )
    return (words if by is None else words.where(ReleaseApproval.role == by)).exists()


def _find(session: Session, release_id: UUID) -> Release:
    release = session.get(Release, release_id)
    if release is None:
        raise RecordNotFound("no such release")
    return release


def _candidate(session: Session, actor: Actor, release: Release) -> Candidate:
    approvals = _approvals(session, release)
    cells = session.scalars(
        select(ReleaseCell)
        .where(ReleaseCell.release_id == release.id)
        .order_by(ReleaseCell.unit_path, ReleaseCell.id)
    ).all()
    return Candidate(
        release=release,
        state=_state(approvals),
        cells=tuple(cells),
        approvals=tuple(approvals),
        report=json.loads(release.report),
        may_decide=access.allows(actor, Permission.RELEASE_DECIDE, release)
        and _may_decide(actor, approvals),
    )


def _approvals(session: Session, release: Release) -> list[ReleaseApproval]:
    return list(
        session.scalars(
            select(ReleaseApproval)
            .where(ReleaseApproval.release_id == release.id)
            .order_by(ReleaseApproval.decided_at, ReleaseApproval.id)
        )
    )


def _state(approvals: Sequence[ReleaseApproval]) -> flows.ReleaseState:
    return flows.release_state([(each.role, each.decision) for each in approvals])


def _may_decide(actor: Actor, approvals: Sequence[ReleaseApproval]) -> bool:
    return (
        _state(approvals) is flows.ReleaseState.CANDIDATE
        and all(each.role is not actor.role for each in approvals)
        and all(each.account_id != actor.account_id for each in approvals)
    )


def _check(decision: str, reason: str) -> None:
    problems = {}
    if decision not in set(ReleaseDecision):
        problems["decision"] = "choose"
    if decision == ReleaseDecision.REJECTED and not reason.strip():
        problems["reason"] = "needed"
    if len(reason) > REASON_MOST:
        problems["reason"] = "too_long"
    if problems:
        raise InputRefused(problems)
