"""What goes wrong in a simulated time, and the duty that goes on through it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.places import DutyRoster
from tests.hazards.simulated_year.clockwork import BEGIN, OPEN, Clockwork
from tests.hazards.simulated_year.force import HALF_DAY, Force
from welfare.policies.actor import Actor
from welfare.services.accounts import disable_account, enable_account

HOUR = timedelta(hours=1)
JOBS_DOWN, MAIL_DEAD, ROSTER_EMPTY = 6 * HOUR, 5 * HOUR, 7 * HOUR
LEAVE, SUSPENDED = timedelta(days=14), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Outage:
    kind: str
    begins: datetime
    ends: datetime


class Faults:
    """`outages`: when no letter could be written, could leave, or had anybody to go to."""

    def __init__(self, clock: Clockwork, force: Force, *, until: datetime) -> None:
        self.clock, self.force, self.edge = clock, force, force.edge
        self.outages: list[Outage] = []
        self.changes = self.disabled = self.leaves = 0
        self._is_lead_away = False
        self._empty_until: datetime | None = None
        self._away: set[Actor] = set()
        self._turn = 0
        self._empty_roster_now()
        shift = clock.at
        while shift < until:
            clock.plan(shift, self._change_shift)
            shift += HALF_DAY

    def stop_jobs(self, at: datetime) -> None:
        self._outage("jobs", at, at + JOBS_DOWN)
        self.clock.plan(at, lambda: setattr(self.clock, "are_jobs_down", True))
        self.clock.plan(at + JOBS_DOWN, self.clock.restart_jobs)

    def kill_mail(self, at: datetime) -> None:
        post = self.clock.post
        self._outage("mail", at, at + MAIL_DEAD)
        self.clock.plan(at, lambda: setattr(post, "is_open", False))
        self.clock.plan(at + MAIL_DEAD, lambda: setattr(post, "is_open", True))

    def empty_roster(self, at: datetime, *, lead_too: bool = False) -> None:
        """With the lead on leave as well there is nobody at all."""
        ends = at + ROSTER_EMPTY
        if lead_too:
            self._outage("nobody", at, ends)
            self.send_lead_on_leave(at - 3 * HOUR)
        self.clock.plan(at, lambda: self._empty_roster_until(ends))
        self.clock.plan(ends, self._change_shift)

    def send_lead_on_leave(self, at: datetime) -> None:
        self.clock.plan(at, self._lead_goes)
        self.clock.plan(at + LEAVE, self._lead_is_back)

    def change_duty(self, at: datetime) -> None:
        """Somebody takes over in the middle of a shift."""
        self.clock.plan(at, self._swap)

    def disable_owner(self, at: datetime) -> None:
        """Of the clinicians the one who has most to do just now."""
        self.clock.plan(at, self._disable)

    def disable_behind_our_back(self, at: datetime) -> None:
        """As after a restore: nobody handed the work over."""
        self.clock.plan(at, self._strike)

    def _outage(self, kind: str, begins: datetime, ends: datetime) -> None:
        self.outages.append(Outage(kind, begins, ends))

    def _change_shift(self) -> None:
        """Whoever is next and here, for the rest of this half day."""
        at, start = self.clock.at, BEGIN
        if self._empty_until is not None and at < self._empty_until:
            return
        self._empty_until = None
        self._turn += 1
        here = [each for each in self.force.clinicians if each not in self._away]
        ends = start + ((at - start) // HALF_DAY + 1) * HALF_DAY + timedelta(minutes=1)
        self.force.put_on_duty(here[self._turn % len(here)], at, ends, at)

    def _swap(self) -> None:
        if self._empty_until is None:
            self.changes += 1
            self._change_shift()

    def _empty_roster_until(self, ends: datetime) -> None:
        self._empty_until = ends
        self._empty_roster_now()

    def _empty_roster_now(self) -> None:
        at = self.clock.at
        is_open = or_(DutyRoster.until_at.is_(None), DutyRoster.until_at > at)
        with self.force.make.kept() as session:
            for entry in session.scalars(select(DutyRoster).where(is_open)):
                entry.until_at = max(at, entry.from_at + timedelta(seconds=1))

    def _lead_goes(self) -> None:
        if not self._is_lead_away:
            self._is_lead_away = True
            self.leaves += 1
            self.force.end_lead(self.clock.at)

    def _lead_is_back(self) -> None:
        if self._is_lead_away:
            self._is_lead_away = False
            self.force.give_again(self.force.lead, self.clock.at)

    def _busiest(self) -> Actor:
        """Gone from now on; somebody else takes the shift within the hour."""
        owners = [alert.owner_id for alert in self.edge.rows(Alert, Alert.status.in_(OPEN))]
        here = [each for each in self.force.clinicians if each not in self._away]
        busiest = max(here, key=lambda each: owners.count(each.account_id))
        self._away.add(busiest)
        self.disabled += 1
        self.clock.plan(self.clock.at + HOUR, self._change_shift)
        return busiest

    def _disable(self) -> None:
        who = self._busiest()
        given = {"actor": self.force.admins[0], "account_id": who.account_id}
        self.edge.act(disable_account, **given, at=self.clock.at, even_so=True)
        self.clock.plan(self.clock.at + SUSPENDED, lambda: self._enable(who))

    def _enable(self, who: Actor) -> None:
        given = {"actor": self.force.admins[0], "account_id": who.account_id}
        self.edge.act(enable_account, **given, at=self.clock.at)
        self.force.give_again(who, self.clock.at)
        self._away.discard(who)

    def _strike(self) -> None:
        who = self._busiest()
        with self.force.make.kept() as session:
            session.get_one(Account, who.account_id).disabled_at = self.clock.at
        self.clock.plan(self.clock.at + SUSPENDED, lambda: self._come_back(who))

    def _come_back(self, who: Actor) -> None:
        with self.force.make.kept() as session:
            session.get_one(Account, who.account_id).disabled_at = None
        self._away.discard(who)
