"""Walking over open alerts in bounded batches, for jobs: the next ones, and who has a letter.

Nothing in the clear tells an alert that is looked after from one that is not, so the walk goes
over all of them; whoever walks remembers the mark, and a crash that forgets it harms nothing.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from models.duty import CLINICAL, Human, Watch, watch
from models.tables.accounts import Account, Post
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.vocabulary import AlertStatus, LetterKind
from welfare.policies.posts import is_held
from welfare.policies.waiting_letters import is_still_needed

BATCH = 200
Mark = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Round:
    """How many alerts something was done about, and behind which one there may be more."""

    count: int
    more_after: Mark | None


def next_alerts(
    session: Session, status: AlertStatus, *where: ColumnElement[bool], after: Mark | None
) -> Sequence[Alert]:
    """The next open alerts with an owner, by their clocks. One that somebody is acting on at this
    moment is left to them: its turn comes again."""
    return session.scalars(
        select(Alert)
        .where(Alert.status == status, Alert.owner_id.is_not(None), *where, _behind(after))
        .order_by(Alert.due_at, Alert.id)
        .limit(BATCH)
        .with_for_update(of=Alert, skip_locked=True)
    ).all()


def mark_of(found: Sequence[Alert]) -> Mark | None:
    if len(found) < BATCH or found[-1].due_at is None:
        return None
    return found[-1].due_at, found[-1].id


def watch_over(session: Session, alerts: Iterable[Alert], at: datetime) -> Watch:
    return watch(session, paths={path for alert in alerts for path in alert.unit.line}, at=at)


def can_act(account_id: Any, at: datetime) -> ColumnElement[bool]:
    """Whose account this column names may sign in and holds a clinical Post, as in a `Watch`."""
    return exists().where(
        Account.id == account_id,
        Account.disabled_at.is_(None),
        Post.account_id == Account.id,
        Post.role.in_(CLINICAL),
        is_held(Post, at.date()),
    )


def without(holds: Watch, account_id: UUID | None) -> Watch:
    """The same watch as if this account had no part in it."""
    return replace(
        holds,
        duty={path: _but(humans, account_id) for path, humans in holds.duty.items()},
        leads={path: _but(humans, account_id) for path, humans in holds.leads.items()},
    )


def with_letter(
    session: Session, alerts: Iterable[Alert], at: datetime
) -> Set[tuple[UUID | None, UUID]]:
    """For which of these alerts a letter waits already, and to whom: a dead mail server must not
    end in a pile of letters."""
    found = session.execute(
        select(Letter.alert_id, Letter.recipient_id)
        .join(Alert, Alert.id == Letter.alert_id)
        .outerjoin(Invitation, Invitation.id == Letter.invitation_id)
        .where(
            Letter.alert_id.in_([alert.id for alert in alerts]),
            Letter.sent_at.is_(None),
            Letter.kind != LetterKind.TEXT,  # which may have no way to leave
            is_still_needed(at),
        )
    )
    return {(alert_id, recipient_id) for alert_id, recipient_id in found}


def _behind(after: Mark | None) -> ColumnElement[bool]:
    if after is None:
        return true()
    due_at, alert_id = after
    return or_(Alert.due_at > due_at, and_(Alert.due_at == due_at, Alert.id > alert_id))


def _but(humans: Sequence[Human], account_id: UUID | None) -> Sequence[Human]:
    return [human for human in humans if human.account != account_id]
