"""Taking a merge apart, row by row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, aliased

from models import assigned, vault
from models.base import new_key
from models.instruments.payload import SIZE
from models.moving import CHILDREN, MOVES, Log, Side, change, end_links, move, table_of, typed
from models.tables.accounts import WebSession
from models.tables.care import Case
from models.tables.consents import Consent
from models.tables.cycle import Exposure
from models.tables.measures import AssignedMeasure
from models.tables.paper import PaperEntry, PaperForm
from models.tables.people import Deployment, Membership
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import ConflictCopy, Draft, Screening, Window
from models.vocabulary import Rhythm

CHANGED: tuple[type[Any], ...] = (Window, Membership, Consent)  # rows that stayed, and were changed


@dataclass(slots=True)
class Parting:
    """Every row that moved goes back as it is now, unless the first has gone on with it."""

    session: Session
    first: Side
    second: Side
    log: Log
    merged_at: datetime
    at: datetime

    def run(self) -> None:
        self.session.flush()
        self._bring_back()
        going = self._going()
        self._end_measures(going)
        back = {first: second for second, first in self.log.twins.items()}
        for table in MOVES:
            held = self.log.moved.get(table.__tablename__, {})
            changes = {UUID(row): typed(table, values) for row, values in held.items()}
            move(
                self.session,
                table,
                giver=self.first,
                taker=self.second,
                ids=going[table],
                changes=changes,
                twins=back,
            )
        self._copy_copies(going[Screening])
        self._change_back()
        self._end_links(going[Window])

    def _change_back(self) -> None:
        """A yes that was taken back is in force again, unless the first has said yes since."""
        again = select(Consent.purpose).where(
            Consent.person_id == self.first.person_id, Consent.withdrawn_at.is_(None)
        )
        mine = select(Consent.id).where(
            Consent.person_id == self.first.person_id, Consent.purpose.in_(again)
        )
        settled = set(self.session.scalars(mine))
        for table in CHANGED:
            for row, values in self.log.changed.get(table.__tablename__, {}).items():
                if UUID(row) not in settled:
                    change(self.session, table, row_id=UUID(row), values=typed(table, values))

    def _going(self) -> dict[type[Any], set[UUID]]:
        """By table, the rows that go back."""
        going = {table: self._moved(table) for table in MOVES}
        going[Draft] -= self._gone_on_with()
        self._follow_measures(going)
        kept = self._kept_windows(going)
        going[Window] -= kept
        self._copy_measures(going[AssignedMeasure], kept)
        for table, (column, parent) in CHILDREN.items():
            going[table] |= self._hanging_on(table, column, going[parent])
        staying = self._hanging_on(PaperForm, "window_id", kept)
        going[PaperForm] -= staying
        going[PaperEntry] -= self._hanging_on(PaperEntry, "form_id", staying)
        return going

    def _follow_measures(self, going: dict[type[Any], set[UUID]]) -> None:
        """What was assigned since in a case that goes back, and every window of what goes."""
        going[AssignedMeasure] |= self._hanging_on(AssignedMeasure, "case_id", going[Case])
        going[Window] |= self._hanging_on(Window, "measure_id", going[AssignedMeasure])

    def _copy_measures(self, going: Collection[UUID], kept: Collection[UUID]) -> None:
        """Windows that the first has answered or begun since stay readable: with the same
        questionnaire, which nobody asks there any more."""
        windows = select(Window).where(Window.id.in_(kept), Window.measure_id.in_(going))
        copies: dict[UUID, UUID] = {}
        for window in self.session.scalars(windows.order_by(Window.id)).all():
            if window.measure_id is None:
                continue
            if window.measure_id not in copies:
                copies[window.measure_id] = self._copied(window.measure_id)
            window.measure_id = copies[window.measure_id]
        self.session.flush()
        assigned.end(
            self.session,
            which=AssignedMeasure.id.in_(copies.values()),
            by=None,
            at=self.at,
        )

    def _copied(self, measure_id: UUID) -> UUID:
        before = self.session.get_one(AssignedMeasure, measure_id)
        copy = assigned.Assignment(
            id=new_key(),
            person_id=self.first.person_id,
            case_id=before.case_id,
            instrument=assigned.instrument_of(self.first.key, before),
            rhythm=Rhythm.SESSION,  # plans nothing by itself
            programme=before.programme,
        )
        who = before.assigned_by
        assigned.assign(self.session, what=copy, key=self.first.key, by=who, at=before.assigned_at)
        return copy.id

    def _end_measures(self, going: Mapping[type[Any], set[UUID]]) -> None:
        """Those whose case has become one of the first's: nobody is in charge of them there."""
        astray = AssignedMeasure.id.in_(going[AssignedMeasure]) & AssignedMeasure.case_id.not_in(
            going[Case]
        )
        assigned.end(self.session, which=astray, by=None, at=self.at)

    def _copy_copies(self, screenings: Collection[UUID]) -> None:
        """Other answers that came since for what is the second's again. A copy never changes: it
        is sealed once more, for them."""
        since = select(ConflictCopy).where(
            ConflictCopy.screening_id.in_(screenings),
            ConflictCopy.person_id == self.first.person_id,
        )
        for copy in self.session.scalars(since).all():
            again = ConflictCopy(
                id=new_key(),
                screening_id=copy.screening_id,
                person_id=self.second.person_id,
                received_at=copy.received_at,
            )
            content = vault.opened(self.first.key, copy, "payload")
            again.payload = vault.sealed(self.second.key, again, "payload", content, size=SIZE)
            self.session.add(again)

    def _bring_back(self) -> None:
        for table in (Deployment, Exposure):
            for row in self.log.gone.get(table.__tablename__, []):
                self.session.execute(insert(table_of(table)).values(**typed(table, row)))

    def _moved(self, table: type[Any]) -> set[UUID]:
        return {UUID(row) for row in self.log.moved.get(table.__tablename__, {})}

    def _gone_on_with(self) -> set[UUID]:
        """Drafts that the first has saved since."""
        since = select(Draft.id).where(
            Draft.person_id == self.first.person_id, Draft.saved_at > self.merged_at
        )
        return set(self.session.scalars(since))

    def _kept_windows(self, going: Mapping[type[Any], set[UUID]]) -> set[UUID]:
        """Those that the first has answered or begun since, and those that would stand twice."""
        kept: set[UUID] = set()
        for table in (Screening, Draft):
            rows = select(table.window_id).where(
                table.window_id.in_(going[Window]), table.id.not_in(going[table])
            )
            kept |= {each for each in self.session.scalars(rows) if each is not None}
        there = aliased(Window)
        doubled = (
            select(Window.id)
            .join(there, (there.code == Window.code) & (there.opens_on == Window.opens_on))
            .where(Window.id.in_(going[Window]), there.person_id == self.second.person_id)
        )
        return kept | set(self.session.scalars(doubled))

    def _hanging_on(self, table: type[Any], column: str, parents: Collection[UUID]) -> set[UUID]:
        stored = table_of(table)
        rows = select(stored.c.id).where(
            stored.c.person_id == self.first.person_id, stored.c[column].in_(parents)
        )
        return set(self.session.connection().execute(rows).scalars())

    def _end_links(self, windows: Collection[UUID]) -> None:
        """What the first was sent for windows that are the second's again."""
        mine = WindowLink.person_id == self.first.person_id
        end_links(self.session, mine & WindowLink.window_id.in_(windows), at=self.at)
        wait = Reminder.person_id == self.first.person_id, Reminder.sent_at.is_(None)
        self.session.execute(delete(Reminder).where(*wait, Reminder.window_id.in_(windows)))
        self.session.execute(
            update(WebSession)
            .where(WebSession.window_id.in_(windows), WebSession.ended_at.is_(None))
            .values(ended_at=self.at)
        )
