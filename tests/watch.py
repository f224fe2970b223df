"""The watchman over every test: a change without a trail event fails its commit."""

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from models.tables import accounts, audit, care, people, places, releases, screenings

AUDITED = {
    accounts.Account,
    accounts.Post,
    care.Alert,
    care.Case,
    care.ContactAttempt,
    care.Note,
    people.Deployment,
    people.Identity,
    people.Person,
    places.CrisisContact,
    places.DutyRoster,
    places.Unit,
    releases.Release,
    releases.ReleaseApproval,
    screenings.ConflictCopy,
    screenings.Draft,
    screenings.Screening,
}


def insist_on_trail(sessions: sessionmaker[Session]) -> None:
    """Listen to every session that this maker makes."""

    @event.listens_for(sessions, "before_flush")
    def note(session: Session, *_: object) -> None:
        touched = {type(record) for record in (*session.new, *session.dirty, *session.deleted)}
        session.info.setdefault("touched", set()).update(touched)

    @event.listens_for(sessions, "before_commit")
    def insist(session: Session) -> None:
        session.flush()
        touched = session.info.pop("touched", set())
        assert not touched & AUDITED or audit.AuditEvent in touched, (
            "a change without a trail event"
        )
        assert "reads" not in session.info or not touched, (
            "a page that only reads has changed something"
        )
