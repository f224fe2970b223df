"""Nobody acted in time: told once to whoever answers for the referral, and to the clinic lead."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from models import referring
from models.duty import watch
from models.tables.referrals import Referral
from models.trail import Signature
from models.vocabulary import Act
from welfare.policies.referral_moves import record

BATCH = 200


def is_due(session: Session, *, at: datetime) -> bool:
    """Is there anything to tell? Asked every few seconds, so it takes no lease."""
    return bool(session.scalar(select(exists().where(_is_late(at)))))


def tell_overdue(session: Session, *, by: Signature, at: datetime) -> int:
    """One letter to each of the two, once for each due moment. Returns how many referrals, of one
    batch."""
    found = session.scalars(
        select(Referral)
        .where(_is_late(at))
        .order_by(Referral.due_at, Referral.id)
        .limit(BATCH)
        .with_for_update(of=Referral, skip_locked=True)
    ).all()
    paths = {path for each in found for path in each.unit.line}
    holds = watch(session, paths=paths, at=at)
    told = set()
    for each in found:
        each.overdue_at = at
        told |= {each.responsible_id, holds.lead(each.unit, not_person=each.person_id)}
        record(session, by, Act.REFERRAL_OVERDUE, each, at)
    referring.write_letters(session, to=told, at=at)
    session.flush()
    return len(found)


def _is_late(at: datetime) -> ColumnElement[bool]:
    return and_(referring.IS_OPEN, Referral.due_at <= at, Referral.overdue_at.is_(None))
