"""What a site holds after something broke: nothing lost, nothing twice, nothing half there."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select, text

from models.session import Database
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.screenings import Draft, Screening
from models.vocabulary import Act
from tests.faults.members import Task, is_critical


def insist_on_exactly_once(
    database: Database,
    tasks: Sequence[Task],
    acknowledged: Mapping[str, str],
    *,
    but: Collection[UUID] = (),
) -> None:
    """Every answer that a member has a receipt for is there once, with its event and alert.

    `but`: screenings that were there before anything was sent.
    """
    with database.reading() as session:
        kept = session.execute(
            select(Screening.submission_id, Screening.id).where(Screening.id.not_in(but))
        ).all()
        alerts = session.scalars(
            select(Alert.screening_id).where(Alert.screening_id.not_in(but))
        ).all()
        counted = select(AuditEvent.act, func.count()).group_by(AuditEvent.act)
        acts = {act: number for act, number in session.execute(counted)}
        drafts = session.scalar(select(func.count()).select_from(Draft))
    there = {str(submission): str(screening) for submission, screening in kept}
    critical = {str(task.submission_id) for task in tasks if is_critical(task)}
    assert there == dict(acknowledged)  # 0 lost, and no receipt for what is not there
    assert len(kept) == len(there)  # 0 doubled
    assert acts[Act.SCREENING_SENT] == len(kept)
    assert sorted(map(str, alerts)) == sorted(there[each] for each in critical & set(there))
    assert acts.get(Act.ALERT_RAISED, 0) == len(alerts)
    assert acts.get(Act.SCREENING_CONFLICT, 0) == drafts == 0
    assert _is_sound(database)


def _is_sound(database: Database) -> bool:
    if database.engine.dialect.name == "postgresql":
        return True  # a server checks its own pages
    with database.engine.connect() as connection:
        strangers = connection.execute(text("PRAGMA foreign_key_check")).all()
        return not strangers and connection.scalar(text("PRAGMA integrity_check")) == "ok"
