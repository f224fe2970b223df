"""Safety plans and care plans: each saving is a new signed version, and no older one is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.care import Case
from models.tables.plans import Plan
from models.vocabulary import Act, PlanKind
from welfare.errors import AccessDenied, ChangedMeanwhile, InputRefused
from welfare.policies import in_care
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.plans import (
    PLAN_SIZE,
    SignedPlan,
    Written,
    newest_of,
    opened,
    pack,
    problems_with,
)


@dataclass(frozen=True, slots=True)
class PlansView:
    """Every version, newest first. `own_case_id`: in which the reader can sign a new one."""

    person_id: UUID
    name: str
    unit_path: str
    plans: tuple[SignedPlan, ...]
    own_case_id: UUID | None

    def in_force(self, kind: PlanKind) -> SignedPlan | None:
        return newest_of(self.plans, kind)


def read_plans(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> PlansView:
    """All plans of somebody whose record the actor may read. Reading them is recorded."""
    record, key = in_care.find_record(session, actor=actor, person_id=person_id)
    trail.record_read(
        session,
        by=actor,
        act=Act.RECORD_READ,
        at=at,
        person_ids=[person_id],
        subject=record.person,
    )
    rows = _plans(session, person_id)
    names = vault.names_of(session, account_ids={row.author_id for row in rows})
    case = in_care.own_case_of(actor, record, Permission.PLAN_WRITE)
    return PlansView(
        person_id=person_id,
        name=in_care.name_of(session, person_id=person_id, key=key),
        unit_path=record.person.unit.path,
        plans=tuple(_all(rows, key, names)),
        own_case_id=case.id if case else None,
    )


def sign_plan(
    session: Session,
    *,
    actor: Actor,
    case_id: UUID,
    plan_id: UUID,
    written: Written,
    made_from: UUID | None,
    at: datetime,
) -> Plan:
    """Sign a version; the one in force until now stays readable. Raises InputRefused.

    `plan_id` came with the form, which signs once. `made_from`: the version that the form showed.
    If another one is in force by now, raises ChangedMeanwhile: a human decides what counts.
    """
    case, key = in_care.locked_case(
        session, actor=actor, permission=Permission.PLAN_WRITE, case_id=case_id
    )
    earlier = session.get(Plan, plan_id)
    if earlier is not None:
        return _again(actor, case, earlier, written, key)
    problems = problems_with(written, today=at.date())
    if problems:
        raise InputRefused(problems)
    _replace(_plans(session, case.person_id), key, written.kind, made_from, at)
    return _signed(session, actor, case, plan_id, written, key, at)


def _plans(session: Session, person_id: UUID) -> Sequence[Plan]:
    """Newest first."""
    return session.scalars(
        select(Plan)
        .where(Plan.person_id == person_id)
        .order_by(Plan.made_at.desc(), Plan.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def _all(
    rows: Sequence[Plan], key: bytes, names: Mapping[UUID, str] | None = None
) -> list[SignedPlan]:
    return [opened(key, row, names or {}) for row in rows]


def _again(actor: Actor, case: Case, earlier: Plan, written: Written, key: bytes) -> Plan:
    """A form that was sent twice signs once. Other words are not lost: the page shows them."""
    if (earlier.author_id, earlier.case_id) != (actor.account_id, case.id):
        raise AccessDenied("this id belongs to somebody else")
    is_same = earlier.review_on == written.review_on and (
        vault.opened(key, earlier, "content") == pack(written)
    )
    if not is_same:
        raise ChangedMeanwhile("this form has signed another version already")
    return earlier


def _replace(
    rows: Sequence[Plan], key: bytes, kind: PlanKind, made_from: UUID | None, at: datetime
) -> None:
    """Those of this kind that were in force: two, where two records were joined."""
    same = [
        row for row, plan in zip(rows, _all(rows, key), strict=True) if plan.written.kind is kind
    ]
    in_force = same[0].id if same else None
    if in_force != made_from:
        raise ChangedMeanwhile("another version is in force by now")
    for row in same:
        row.replaced_at = row.replaced_at or at


def _signed(
    session: Session,
    actor: Actor,
    case: Case,
    plan_id: UUID,
    written: Written,
    key: bytes,
    at: datetime,
) -> Plan:
    plan = Plan(
        id=plan_id,
        person_id=case.person_id,
        case_id=case.id,
        author_id=actor.account_id,
        made_at=at,
        review_on=written.review_on,
    )
    plan.content = vault.sealed(key, plan, "content", pack(written), size=PLAN_SIZE)
    session.add(plan)
    trail.record(
        session, by=actor, act=Act.PLAN_SIGNED, at=at, person_id=case.person_id, subject=plan
    )
    return plan
