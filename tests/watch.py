"""The watchman over every test: a change without a trail event fails its commit."""

import re
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, sessionmaker

from models.tables import (
    accounts,
    audit,
    care,
    consents,
    doors,
    glass,
    interviews,
    measures,
    merging,
    messages,
    notices,
    paper,
    people,
    places,
    plans,
    programmes,
    referrals,
    releases,
    reminders,
    rosters,
    screenings,
)

TRAIL = audit.AuditEvent.__tablename__
AUDITED = {
    table.__tablename__
    for table in (
        accounts.Account,
        accounts.Post,
        care.Alert,
        care.Case,
        care.ContactAttempt,
        care.Note,
        consents.Consent,
        doors.Invitation,
        glass.BreakGlass,
        glass.ClosedRecord,
        interviews.Certification,
        measures.AssignedMeasure,
        merging.Merge,
        notices.CommandNotice,
        notices.DelayedNotice,
        notices.EntryQuestion,
        messages.Message,
        messages.NotebookEntry,
        paper.EnteredInError,
        paper.MovedScreening,
        paper.PaperEntry,
        paper.PaperForm,
        people.Deployment,
        people.Identity,
        people.Person,
        places.CrisisContact,
        places.DutyRoster,
        places.Unit,
        plans.Appointment,
        plans.Plan,
        programmes.SiteProgramme,
        referrals.Referral,
        releases.Release,
        releases.ReleaseApproval,
        reminders.WindowLink,
        rosters.RosterChange,
        rosters.RosterImport,
        screenings.ConflictCopy,
        screenings.Draft,
        screenings.Screening,
    )
}
# Read from the statements themselves, so that it sees past the unit of work too.
CHANGE = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


def insist_on_trail(sessions: sessionmaker[Session]) -> None:
    """Listen to every session that this maker makes."""

    @event.listens_for(sessions, "after_begin")
    def watch(session: Session, _transaction: object, connection: Connection) -> None:
        touched = session.info["touched"] = set[str]()

        @event.listens_for(connection, "after_cursor_execute")
        def note(_connection: object, cursor: Any, statement: str, *_: object) -> None:
            # with RETURNING, SQLite counts only once the rows are fetched
            if cursor.rowcount != 0 or "RETURNING" in statement:
                touched.update(CHANGE.findall(statement))

    @event.listens_for(sessions, "before_commit")
    def insist(session: Session) -> None:
        session.flush()
        touched = session.info.get("touched", set())
        assert not touched & AUDITED or TRAIL in touched, "a change without a trail event"
        assert "reads" not in session.info or not touched, (
            "a page that only reads has changed something"
        )
