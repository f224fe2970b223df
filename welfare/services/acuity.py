"""After a critical answer: the person tells how pressing it is, so that the soonest come first."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models import early_parts, trail, vault
from models.instruments.payload import Payload, unpack
from models.tables.care import Alert
from models.tables.screenings import Screening
from models.vocabulary import Act, AlertStatus
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.acuity import Acuity, sealed, told_of
from welfare.policies.permissions import Permission
from welfare.policies.rules import LIVE, Answered

CHOICES: Mapping[str, bool | None] = {"yes": True, "no": False, "skip": None, "": None}
QUESTIONS = tuple(each.name for each in fields(Acuity))


def tell_acuity(
    session: Session,
    *,
    actor: Actor,
    screening_id: UUID,
    given: Mapping[str, str],
    at: datetime,
) -> None:
    """Keep three short answers with the open alerts of an own screening; the latest count.

    `given`: yes, no or skip for each question; one that is left out is skipped. Telling the same
    again changes nothing. Raises InputRefused, RecordNotFound where nothing was ever asked, or
    MoveNotAllowed where the alert is closed: then nobody is told, and the page has to say so.
    """
    screening, payload, key = _find(session, actor, screening_id)
    alerts = _alerts(session, screening, payload, key)
    if not alerts:
        raise RecordNotFound("there never was an alert with a clock")
    told = _read(given)
    kept = [_keep(session, actor, alert, key, told, at) for alert in alerts if alert.is_live]
    if not any(kept):
        raise MoveNotAllowed("no alert is open any more")


def _find(session: Session, actor: Actor, screening_id: UUID) -> tuple[Screening, Payload, bytes]:
    """An own screening; the lock lets a form that is sent twice come one after the other."""
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise RecordNotFound("no such screening")
    person_id = screening.person_id
    found = vault.locked_person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person any more")
    session.refresh(screening)
    if screening.person_id != person_id:
        raise RecordNotFound("the screening belongs to another record by now")
    payload = unpack(vault.opened(found[1], screening, "payload"))
    answered = Answered(screening.window_id or payload.part_of, person_id)
    access.require(actor, Permission.SCREENING_ANSWER, answered)
    return screening, payload, found[1]


def _alerts(
    session: Session, screening: Screening, payload: Payload, key: bytes
) -> Sequence[Alert]:
    """Its own, and those of parts that were sent before the rest."""
    early = early_parts.sent_before(session, screening=screening, payload=payload, data_key=key)
    earlier = [part.alert.id for part in early.sent if part.alert is not None]
    return session.scalars(
        select(Alert)
        .where(
            or_(Alert.screening_id == screening.id, Alert.id.in_(earlier)),
            Alert.status != AlertStatus.HISTORIC,
        )
        .order_by(Alert.id)
        .execution_options(populate_existing=True)
    ).all()


def _read(given: Mapping[str, str]) -> Acuity:
    problems = {name: "choose" for name in QUESTIONS if given.get(name, "") not in CHOICES}
    if problems:
        raise InputRefused(problems)
    return Acuity(**{name: CHOICES[given.get(name, "")] for name in QUESTIONS})


def _keep(
    session: Session, actor: Actor, alert: Alert, key: bytes, told: Acuity, at: datetime
) -> bool:
    """False: somebody has closed it meanwhile.

    Past the unit of work, and so past the version of the row: whoever takes the alert at this
    moment is not told that somebody was faster.
    """
    earlier = told_of(key, alert)
    latest = told.after(earlier)
    if latest == earlier:
        return True
    done = session.execute(
        update(Alert)
        .where(Alert.id == alert.id, Alert.status.in_(LIVE))
        .values(acuity=sealed(key, alert, latest))
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if done is None:
        return False
    trail.record(
        session,
        by=actor,
        act=Act.ACUITY_TOLD,
        at=at,
        person_id=alert.person_id,
        subject=alert,
    )
    return True
