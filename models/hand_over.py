"""Leaving a Post: its sessions and duty end, and its open work goes to others, at once.

An open alert always has a human while there is one; the one who leaves keeps no cover. Nobody
is given work about themselves. Runs in the transaction of the act that takes the Post away.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from models import assigned, bookings, referring, trail
from models.alerts import BELL
from models.duty import CLINICAL, Watch, watch
from models.messaging import give_messages, hand_on, recipient_for, waiting_for
from models.tables.accounts import Account, Post, WebSession
from models.tables.care import Alert, Case
from models.tables.glass import BreakGlass
from models.tables.places import DutyRoster, Unit, after
from models.tables.referrals import Referral
from models.trail import Signature
from models.vocabulary import Act, AlertStatus, CaseStatus, PostEnding

LIVE = (AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)
ALL = true()


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves, in whose name this is done, and to whom cases go if somebody was chosen."""

    account: Account
    by: Signature
    colleague: Account | None
    at: datetime


def leave_posts(
    session: Session, *, leaving: Leaving, posts: Sequence[Post], ending: PostEnding
) -> bool:
    """End these Posts now, and hand over what they were for. Is one of their units without a
    human now?

    Asked of the units and not of the work, so that the answer tells nothing about anybody.
    """
    units = _units_in_charge(session, leaving, posts)
    for post in posts:
        _end(session, leaving, post, ending)
    session.flush()
    left = _clinical_paths(session, leaving)
    if not left:
        _end_duty(session, leaving)
        _end_glasses(session, leaving)
    session.flush()
    _hand_over_alerts(session, leaving, left)
    _return_referrals(session, leaving, left)
    _hand_over_cases(session, leaving, left)
    _hand_on_referrals(session, leaving, left)
    _hand_over_messages(session, leaving, left)
    holds = _watch_over(session, units, leaving.at)
    return any(holds.human_for(unit) is None for unit in units)


def give_own_away(session: Session, *, leaving: Leaving) -> None:
    """What is about themselves goes to others: two records have turned out to be one person."""
    me = leaving.account.person_id
    _hand_over_alerts(session, leaving, (), Alert.person_id == me)
    _return_referrals(session, leaving, (), Referral.person_id == me)
    _hand_over_cases(session, leaving, (), Case.person_id == me)
    _hand_on_referrals(session, leaving, (), Referral.person_id == me)
    _hand_over_messages(session, leaving, (), me)


def _units_in_charge(session: Session, leaving: Leaving, posts: Sequence[Post]) -> Sequence[Unit]:
    """The units below the clinical Posts that end, and below the own duty entries."""
    clinical = [post for post in posts if post.role in CLINICAL]
    if not clinical:
        return ()
    on_duty = session.scalars(
        select(Unit)
        .join(DutyRoster, DutyRoster.unit_id == Unit.id)
        .where(DutyRoster.account_id == leaving.account.id)
    )
    tops = {post.unit.path for post in clinical} | {unit.path for unit in on_duty}
    below = [(Unit.path >= path) & (Unit.path < after(path)) for path in tops]
    return session.scalars(select(Unit).where(or_(*below)).order_by(Unit.path)).all()


def _watch_over(session: Session, units: Collection[Unit], at: datetime) -> Watch:
    paths = {path for unit in units for path in unit.line}
    return watch(session, paths=paths, at=at)


def _end(session: Session, leaving: Leaving, post: Post, ending: PostEnding) -> None:
    """At once: a last day alone would leave the Post until midnight."""
    post.until_day = max(post.from_day, leaving.at.date())
    post.confirmed_at, post.closed_for = None, ending
    for stored in session.scalars(
        select(WebSession).where(WebSession.post_id == post.id, WebSession.ended_at.is_(None))
    ):
        stored.ended_at = leaving.at
    _record(session, leaving, Act.POST_ENDED, leaving.account.person_id, post)


def _clinical_paths(session: Session, leaving: Leaving) -> list[str]:
    """Where the one who leaves still works with people."""
    held = session.scalars(
        select(Post).where(Post.account_id == leaving.account.id, Post.role.in_(CLINICAL))
    )
    return [post.unit.path for post in held if post.is_held(leaving.at.date())]


def _end_duty(session: Session, leaving: Leaving) -> None:
    """What has begun ends now; what has not begun goes."""
    rows = session.scalars(
        select(DutyRoster).where(
            DutyRoster.account_id == leaving.account.id,
            or_(DutyRoster.until_at.is_(None), DutyRoster.until_at > leaving.at),
        )
    ).all()
    for duty in rows:
        _record(session, leaving, Act.DUTY_SET, None, duty)
        if duty.from_at < leaving.at:
            duty.until_at = leaving.at
        else:
            session.delete(duty)


def _end_glasses(session: Session, leaving: Leaving) -> None:
    """What was opened in an emergency is not open to somebody who works here no more."""
    rows = session.scalars(
        select(BreakGlass).where(
            BreakGlass.opener_id == leaving.account.id,
            BreakGlass.ended_at.is_(None),
            BreakGlass.until_at > leaving.at,
        )
    ).all()
    for glass in rows:
        glass.ended_at = leaving.at
        _record(session, leaving, Act.GLASS_ENDED, glass.person_id, glass)


def _hand_over_alerts(
    session: Session, leaving: Leaving, left: Sequence[str], which: ColumnElement[bool] = ALL
) -> None:
    me = leaving.account.id
    found = session.scalars(
        select(Alert)
        .where(Alert.status.in_(LIVE), or_(Alert.owner_id == me, Alert.cover_id == me), which)
        .order_by(Alert.due_at, Alert.id)
    ).all()
    work = [alert for alert in found if not _is_inside(alert.unit, left)]
    holds = _watch_over(session, [alert.unit for alert in work], leaving.at)
    for alert in work:
        if alert.cover_id == me:
            alert.cover_id = alert.overdue_at = None  # passed on again, if nobody is reached
        if alert.owner_id == me:
            raise_for(session, alert, holds, leaving.at)
        _record(session, leaving, Act.WORK_HANDED_OVER, alert.person_id, alert)


def raise_for(session: Session, alert: Alert, holds: Watch, at: datetime) -> None:
    """The next human has not seen it yet: it is raised anew, and nudged for at once."""
    alert.owner_id = holds.human_for(alert.unit, not_person=alert.person_id)
    alert.status = AlertStatus.RAISED
    alert.acknowledged_at = alert.acknowledged_by = None
    alert.next_nudge_at, alert.nudges, alert.overdue_at = at, 0, None
    session.info[BELL] = True


def _hand_over_cases(
    session: Session, leaving: Leaving, left: Sequence[str], which: ColumnElement[bool] = ALL
) -> None:
    found = session.scalars(
        select(Case)
        .where(Case.clinician_id == leaving.account.id, Case.status == CaseStatus.OPEN, which)
        .order_by(Case.id)
    ).all()
    work = [case for case in found if not _is_inside(case.unit, left)]
    _leave_shared_cases(session, leaving, left, which)
    holds = _watch_over(session, [case.unit for case in work], leaving.at)
    for case in work:
        successor = _successor(leaving, case, holds)
        if successor is None or successor == leaving.account.id:
            continue  # it stays visible as a gap; the next positive answer opens a new case
        give_case(session, case=case, successor=successor, at=leaving.at)
        case.held_until = None  # whoever gets it did not choose to wait
        _record(session, leaving, Act.WORK_HANDED_OVER, case.person_id, case)


def _return_referrals(
    session: Session, leaving: Leaving, left: Sequence[str], which: ColumnElement[bool] = ALL
) -> None:
    """What they were asked to take goes back to whoever sent it, and does not go along with the
    case: nobody has asked the successor."""
    for each in referring.return_to_senders(
        session,
        receiver_id=leaving.account.id,
        stays=lambda unit: _is_inside(unit, left),
        which=which,
        at=leaving.at,
    ):
        _record(session, leaving, Act.WORK_HANDED_OVER, each.person_id, each)


def _hand_on_referrals(
    session: Session, leaving: Leaving, left: Sequence[str], which: ColumnElement[bool] = ALL
) -> None:
    """What they sent and no case took along."""
    for each in referring.hand_on_sent(
        session,
        sender_id=leaving.account.id,
        stays=lambda unit: _is_inside(unit, left),
        successor_of=lambda one: _successor(
            leaving, one, _watch_over(session, [one.unit], leaving.at)
        ),
        which=which,
        at=leaving.at,
    ):
        _record(session, leaving, Act.WORK_HANDED_OVER, each.person_id, each)


def _leave_shared_cases(
    session: Session, leaving: Leaving, left: Sequence[str], which: ColumnElement[bool]
) -> None:
    shared = select(Case).where(Case.second_id == leaving.account.id, which).order_by(Case.id)
    for case in session.scalars(shared).all():
        if not _is_inside(case.unit, left):
            case.second_id = None
            bookings.pass_on(session, case=case)
            _record(session, leaving, Act.WORK_HANDED_OVER, case.person_id, case)


def _hand_over_messages(
    session: Session, leaving: Leaving, left: Sequence[str], about: UUID | None = None
) -> None:
    """What waits for the one who leaves, and did not go along with a case. Without anybody it is
    nobody's: a job gives it to the next human there is."""
    found = waiting_for(session, account_id=leaving.account.id)
    for message in found:
        if _is_inside(message.unit, left) or about not in (None, message.person_id):
            continue
        human = recipient_for(
            session, person_id=message.person_id, unit=message.unit, at=leaving.at
        )
        message.to_id = None
        if human is not None and human != leaving.account.id:
            hand_on(session, message=message, to=human, at=leaving.at)
        _record(session, leaving, Act.WORK_HANDED_OVER, message.person_id, message)


def _successor(leaving: Leaving, case: Case | Referral, holds: Watch) -> UUID | None:
    colleague = leaving.colleague
    if colleague is not None and colleague.person_id != case.person_id:
        return colleague.id
    return holds.human_for(case.unit, not_person=case.person_id)


def give_case(session: Session, *, case: Case, successor: UUID, at: datetime) -> None:
    """Whoever looks after this person already keeps one case, not two; and nobody is their own
    second. Appointments to come go along."""
    there = session.scalars(
        select(Case)
        .where(
            Case.person_id == case.person_id,
            Case.clinician_id == successor,
            Case.status == CaseStatus.OPEN,
        )
        .limit(1)
    ).first()
    second = case.second_id if case.second_id != successor else None
    former = case.clinician_id
    give_messages(session, person_id=case.person_id, giver=former, taker=successor, at=at)
    # Also of one that ends here: nobody who gave it away may open it again.
    case.clinician_id, case.second_id = successor, second
    if there is not None:
        there.second_id = there.second_id or second
        case.status, case.closed_at = CaseStatus.CLOSED, at
        case.second_id = case.held_until = None
        assigned.keep_with(session, case_id=case.id, successor_id=there.id)
    session.flush()
    referring.follow_case(session, person_id=case.person_id, former=former, successor=successor)
    bookings.pass_on(session, case=case, into=there)


def _is_inside(unit: Unit, paths: Sequence[str]) -> bool:
    return any(unit.path.startswith(path) for path in paths)


def _record(
    session: Session, leaving: Leaving, act: Act, person_id: UUID | None, subject: object
) -> None:
    trail.record(
        session, by=leaving.by, act=act, at=leaving.at, person_id=person_id, subject=subject
    )
