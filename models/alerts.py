"""The one writer of alerts: every door (web, import) raises a critical answer or a call here.

Runs in the submitting transaction and needs no model: it must work with analytics off.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.duty import CLINICAL, HELD_TODAY, Watch
from models.instruments.payload import Payload
from models.programmes.definition import Clocks
from models.tables.accounts import Account, Post
from models.tables.care import Alert, Case
from models.tables.letters import Letter
from models.tables.places import Unit
from models.tables.screenings import Screening
from models.trail import Signature
from models.vocabulary import Act, AlertKind, AlertStatus, CaseStatus, LetterKind

LIVE_FOR = timedelta(days=30)  # an older answer is historic: listed, without a clock
LEAST_TIME = timedelta(hours=1)  # an answer that arrives late still leaves time to act
DETAIL_SIZE = 256
CALL_SIZE = 512  # holds the longest number and name in any script
BELL = "bell"  # tells the edge that a letter waits as soon as this is committed
OPEN_CASE = (
    select(Case.id)
    .join(Account, Account.id == Case.clinician_id)
    .where(
        Case.person_id == bindparam("person_id"),
        Case.status == CaseStatus.OPEN,
        Account.disabled_at.is_(None),
        select(Post.id)
        .where(Post.account_id == Case.clinician_id, Post.role.in_(CLINICAL), HELD_TODAY)
        .exists(),
    )
    .limit(1)
)


def follow_up(
    session: Session,
    *,
    by: Signature,
    screening: Screening,
    payload: Payload,
    unit: Unit,
    clocks: Clocks,
    watch: Watch,
    data_key: bytes,
    at: datetime,
    told: Collection[str] = (),
) -> Alert | None:
    """What every kept screening leads to: an alert if an answer is critical, a clinician's
    caseload if a result is above its cut-point. Called by every door, in its transaction.

    `told`: critical items that were sent early, so that a human knows of them already.
    """
    alert = None
    untold = [item for item in payload.critical_items if item not in told]
    if untold:
        alert = raise_alert(
            session,
            by=by,
            screening=screening,
            items=untold,
            unit=unit,
            answered_at=payload.answered_at,
            at=at,
            clocks=clocks,
            watch=watch,
            data_key=data_key,
        )
    if payload.is_positive and at - payload.answered_at <= LIVE_FOR:
        clinician = watch.human_for(unit, not_person=screening.person_id)
        _take_into_care(session, by, screening, clinician, at)
    return alert


def raise_alert(
    session: Session,
    *,
    by: Signature,
    screening: Screening,
    unit: Unit,
    items: Sequence[str],
    answered_at: datetime,
    at: datetime,
    clocks: Clocks,
    watch: Watch,
    data_key: bytes,
) -> Alert:
    """Raise one alert for one screening: owner, clock and first letter, or historic.

    `items` are ids such as "phq-9.9"; they are sealed. The clock runs by the age of the answer.
    """
    alert = Alert(
        id=new_key(),
        person_id=screening.person_id,
        kind=AlertKind.CRITICAL_ANSWER,
        screening_id=screening.id,
        unit_id=screening.unit_id,
        status=AlertStatus.HISTORIC,
        raised_at=at,
        nudges=0,
    )
    alert.detail = vault.sealed(data_key, alert, "detail", {"items": list(items)}, size=DETAIL_SIZE)
    if at - answered_at <= LIVE_FOR:
        due_at = max(answered_at + clocks.answer_within, at + LEAST_TIME)
        _start_clock(alert, unit, due_at, clocks, watch, at)
    return _kept(session, by, alert, at)


def raise_call_request(
    session: Session,
    *,
    by: Signature,
    person_id: UUID,
    unit: Unit,
    call: Mapping[str, str],
    at: datetime,
    clocks: Clocks,
    watch: Watch,
    data_key: bytes,
) -> Alert:
    """Somebody asked to be called: the same owner, clock and nudges as for a critical answer.

    `call`: the telephone number and the name to ask for; sealed.
    """
    alert = Alert(
        id=new_key(),
        person_id=person_id,
        kind=AlertKind.CALL_REQUEST,
        unit_id=unit.id,
        status=AlertStatus.HISTORIC,
        raised_at=at,
        nudges=0,
    )
    detail = {"items": [], "call": dict(call)}
    alert.detail = vault.sealed(data_key, alert, "detail", detail, size=CALL_SIZE)
    _start_clock(alert, unit, at + clocks.answer_within, clocks, watch, at)
    return _kept(session, by, alert, at)


def _start_clock(
    alert: Alert, unit: Unit, due_at: datetime, clocks: Clocks, watch: Watch, at: datetime
) -> None:
    alert.status, alert.due_at = AlertStatus.RAISED, due_at
    alert.owner_id = watch.human_for(unit, not_person=alert.person_id)
    alert.next_nudge_at = at + clocks.nudge_every


def _kept(session: Session, by: Signature, alert: Alert, at: datetime) -> Alert:
    """The alert with its first letter and its event, in the transaction that raised it."""
    session.add(alert)
    session.flush()  # the letter refers to the alert
    if alert.owner_id is not None:
        write_letter(session, alert=alert, to=alert.owner_id, kind=LetterKind.NUDGE, at=at)
        alert.nudges = 1
    trail.record(
        session,
        by=by,
        act=Act.ALERT_RAISED,
        at=at,
        person_id=alert.person_id,
        subject=alert,
    )
    return alert


def _take_into_care(
    session: Session, by: Signature, screening: Screening, clinician: UUID | None, at: datetime
) -> None:
    """Somebody with an open case of a clinician who is still here stays there.

    Without any clinician nothing can be opened; then no questionnaire is offered either, and
    the gap shows on the site page.
    """
    there = session.scalar(OPEN_CASE, {"person_id": screening.person_id, "today": at.date()})
    if there is not None or clinician is None:
        return
    case = Case(
        id=new_key(),
        person_id=screening.person_id,
        unit_id=screening.unit_id,
        clinician_id=clinician,
        status=CaseStatus.OPEN,
        opened_at=at,
    )
    session.add(case)
    session.flush()  # a batch may bring the same person again: one open case is enough
    trail.record(session, by=by, act=Act.CASE_OPENED, at=at, person_id=case.person_id, subject=case)


def write_letter(
    session: Session, *, alert: Alert, to: UUID, kind: LetterKind, at: datetime
) -> None:
    """An outbox row; whoever commits this rings the bell for the sender."""
    session.info[BELL] = True
    session.add(
        Letter(kind=kind, recipient_id=to, alert_id=alert.id, written_at=at, next_try_at=at)
    )
