"""What a merge does with the rows of two records."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from models.moving import (
    MOVES,
    Log,
    Side,
    Values,
    change,
    end_links,
    move,
    plain,
    table_of,
)
from models.tables.accounts import Account, WebSession
from models.tables.consents import Consent
from models.tables.cycle import DeploymentEvent, Exposure
from models.tables.paper import EnteredInError, PaperForm
from models.tables.people import Deployment, Membership
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import SetAsideBy

WITHDRAWN = ("withdrawn_at", "withdrawn_how", "withdrawn_by")
Renamed = Mapping[UUID, UUID]  # of the second record to those of the first


@dataclass(slots=True)
class Merging:
    """What both have stays once. A window of both is joined: where one of the two was answered,
    the first's counts as answered; where both were, both are kept as they are."""

    session: Session
    first: Side
    second: Side
    by: UUID | None
    at: datetime
    log: Log = field(default_factory=Log)

    def run(self) -> Log:
        self.session.flush()
        stays, exposures = self._same_stays(), self._same_exposures()
        twins = self._twins()
        answered = self._answered({*twins, *twins.values()})
        joined = {
            second: first for second, first in twins.items() if not {second, first} <= answered
        }
        self.log.twins = {second.hex: first.hex for second, first in joined.items()}
        drafts, begun = self._drafts(twins, joined, answered)
        self._move(Deployment, but=stays)
        self._move(Exposure, but=exposures)
        self._move(Window, {"deployment_id": stays}, but=twins)
        self._move(DeploymentEvent, {"deployment_id": stays})
        free = {old: new for old, new in joined.items() if new not in answered}
        self._move(Screening, {"window_id": free})
        self._move(Draft, {"window_id": begun}, but=drafts)
        self._move(PaperForm, {"window_id": joined})
        self._move(EnteredInError, {"window_id": joined})
        self._take_back()
        self._move(Consent, but=self._consents_staying())
        for table in MOVES:
            if table.__tablename__ not in self.log.moved:
                self._move(table)
        self._set_aside(twins, joined, stays)
        self._drop(Deployment, stays)
        self._drop(Exposure, exposures)
        self._end_links()
        self._leave_units()
        return self.log

    def _same_stays(self) -> Renamed:
        mine = aliased(Deployment)
        found = self.session.execute(
            select(Deployment.id, mine.id)
            .join(mine, mine.from_day == Deployment.from_day)
            .where(Deployment.person_id == self.second.person_id)
            .where(mine.person_id == self.first.person_id)
        )
        return {second: first for second, first in found}

    def _same_exposures(self) -> Renamed:
        mine = aliased(Exposure)
        found = self.session.execute(
            select(Exposure.id, mine.id)
            .join(mine, mine.incident_id == Exposure.incident_id)
            .where(Exposure.person_id == self.second.person_id)
            .where(mine.person_id == self.first.person_id)
        )
        return {second: first for second, first in found}

    def _twins(self) -> Renamed:
        """Windows that would stand twice: the same rule, on the same day."""
        mine = aliased(Window)
        found = self.session.execute(
            select(Window.id, mine.id)
            .join(mine, (mine.code == Window.code) & (mine.opens_on == Window.opens_on))
            .where(Window.person_id == self.second.person_id)
            .where(mine.person_id == self.first.person_id)
        )
        return {second: first for second, first in found}

    def _answered(self, windows: Collection[UUID]) -> set[UUID]:
        found = self.session.scalars(
            select(Screening.window_id).where(Screening.window_id.in_(windows))
        )
        return {window_id for window_id in found if window_id is not None}

    def _drafts(
        self, twins: Renamed, joined: Renamed, answered: Collection[UUID]
    ) -> tuple[set[UUID], Renamed]:
        """Drafts that stay, and the windows whose draft goes on in the first's. One that the first
        has begun, too, is not replaced, and for a window that was answered none is needed."""
        taken = set(
            self.session.scalars(
                select(Draft.window_id).where(Draft.person_id == self.first.person_id)
            )
        )
        begun = {
            second: first
            for second, first in joined.items()
            if first not in taken and not {second, first} & set(answered)
        }
        stay = select(Draft.id).where(
            Draft.person_id == self.second.person_id,
            Draft.window_id.in_(twins.keys() - begun.keys()),
        )
        return set(self.session.scalars(stay)), begun

    def _take_back(self) -> None:
        """What the second's record took back after the first's had agreed is taken back."""
        mine, held = aliased(Consent), self.log.changed.setdefault(Consent.__tablename__, {})
        later = (
            select(mine.id, Consent)
            .join(mine, mine.purpose == Consent.purpose)
            .where(Consent.person_id == self.second.person_id)
            .where(mine.person_id == self.first.person_id, mine.withdrawn_at.is_(None))
            .where(Consent.withdrawn_at > mine.given_at)
            .order_by(Consent.withdrawn_at.desc())
        )
        for row_id, last in self.session.execute(later).all():
            values = {name: getattr(last, name) for name in WITHDRAWN}
            if row_id.hex not in held:
                held[row_id.hex] = change(self.session, Consent, row_id=row_id, values=values)

    def _consents_staying(self) -> set[UUID]:
        """In force, where the first's record knows a yes or no to the same: that one counts."""
        mine = aliased(Consent)
        stay = (
            select(Consent.id)
            .join(mine, mine.purpose == Consent.purpose)
            .where(Consent.person_id == self.second.person_id, Consent.withdrawn_at.is_(None))
            .where(mine.person_id == self.first.person_id)
        )
        return set(self.session.scalars(stay))

    def _move(
        self,
        table: type[Any],
        renamed: Mapping[str, Renamed] | None = None,
        *,
        but: Collection[UUID] = (),
    ) -> None:
        """All of the second's rows but these; what they refer to is renamed."""
        stored = table_of(table)
        names = list(renamed or {})
        rows = self.session.connection().execute(
            select(stored.c.id, *(stored.c[name] for name in names)).where(
                stored.c.person_id == self.second.person_id
            )
        )
        changes: dict[UUID, Values] = {
            row["id"]: {
                name: new[row[name]] for name, new in (renamed or {}).items() if row[name] in new
            }
            for row in rows.mappings()
            if row["id"] not in but
        }
        self.log.moved[table.__tablename__] = move(
            self.session,
            table,
            giver=self.second,
            taker=self.first,
            ids=changes.keys(),
            changes=changes,
            twins=self.log.twins,
        )

    def _set_aside(self, twins: Renamed, joined: Renamed, stays: Renamed) -> None:
        """Windows that stand twice stay with the second, and nobody is asked there."""
        held = self.log.changed.setdefault(Window.__tablename__, {})
        windows = self.session.execute(
            select(Window.id, Window.deployment_id, Window.set_aside).where(Window.id.in_(twins))
        ).all()
        aside = {
            "set_aside": SetAsideBy.WAIVED,
            "set_aside_on": self.at.date(),
            "set_aside_by": self.by,
        }
        for row in windows:
            values: dict[str, Any] = {}
            if row.deployment_id in stays:
                values["deployment_id"] = stays[row.deployment_id]
            if row.id in joined and row.set_aside is None:
                values |= aside
            if values:
                held[row.id.hex] = change(self.session, Window, row_id=row.id, values=values)

    def _drop(self, table: type[Any], ids: Collection[UUID]) -> None:
        """The first has the same; a row that stayed would bring its windows again."""
        stored = table_of(table)
        rows = self.session.execute(select(stored).where(stored.c.id.in_(ids))).mappings()
        self.log.gone[table.__tablename__] = [
            {name: plain(value) for name, value in row.items()} for row in rows
        ]
        self.session.execute(delete(stored).where(stored.c.id.in_(ids)))

    def _end_links(self) -> None:
        """The second has no way in, and gets no letters any more."""
        end_links(self.session, WindowLink.person_id == self.second.person_id, at=self.at)
        wait = Reminder.person_id == self.second.person_id, Reminder.sent_at.is_(None)
        self.session.execute(delete(Reminder).where(*wait))
        accounts = select(Account.id).where(Account.person_id == self.second.person_id)
        self.session.execute(
            update(WebSession)
            .where(WebSession.account_id.in_(accounts), WebSession.ended_at.is_(None))
            .values(ended_at=self.at)
        )

    def _leave_units(self) -> None:
        """From today on the second is on no roster, so that nobody is counted twice."""
        held = self.log.changed.setdefault(Membership.__tablename__, {})
        today = self.at.date()
        stays = self.session.execute(
            select(Membership.id, Membership.from_day, Membership.until_day).where(
                Membership.person_id == self.second.person_id
            )
        ).all()
        for row in stays:
            if row.until_day is None or row.until_day > today:
                values = {"until_day": max(row.from_day, today)}
                held[row.id.hex] = change(self.session, Membership, row_id=row.id, values=values)
