"""Those who look after alerts in a simulated time: woken by letters, slow, and sometimes asleep."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm.exc import StaleDataError

from models.duty import CLINICAL
from models.tables.accounts import Account, Post
from models.tables.care import Alert, ContactAttempt
from models.tables.letters import Letter
from models.vocabulary import AlertStatus, LetterKind, NextTry
from tests.hazards.simulated_year.clockwork import OPEN, Clockwork
from tests.hazards.simulated_year.force import Force
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.gateways.letters import letter_id_in
from welfare.policies.posts import is_held
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact

REFUSED = (AccessDenied, MoveNotAllowed, StaleDataError)
UNREAD, FORGETS, REACHES, HASTY = 0.15, 0.25, 0.5, 0.5
MOST_TRIES = 5
MORNING = timedelta(days=1)


class Humans:
    """`told`: for every letter that left, when, about what, to whom, and whether they could act."""

    def __init__(self, clock: Clockwork, force: Force) -> None:
        self.clock, self.force, self.edge = clock, force, force.edge
        self.by_account = {actor.account_id: actor for actor in force.staff}
        self.told: list[tuple[datetime, UUID, UUID, bool]] = []
        self.tries: dict[UUID, list[tuple[datetime, bool]]] = defaultdict(list)
        self.acknowledged: dict[UUID, datetime] = {}
        self.refused = 0
        self._seen: set[UUID] = set()
        self._busy: set[tuple[UUID, UUID]] = set()
        clock.after_round.append(self.read_letters)
        clock.plan(clock.at + MORNING / 3, self._morning)

    def able(self) -> set[UUID]:
        """Whoever may sign in as a clinician at this moment."""
        with self.edge.database.reading() as session:
            return set(
                session.scalars(
                    select(Account.id)
                    .join(Post, Post.account_id == Account.id)
                    .where(
                        Account.disabled_at.is_(None),
                        Post.role.in_(CLINICAL),
                        is_held(Post, self.clock.at.date()),
                    )
                )
            )

    def read_letters(self) -> None:
        """Letters that left wake people, after a while; some are not read at all."""
        left = self.clock.post.letters
        if len(left) == len(self._seen):
            return
        ids = {letter_id_in(letter.message_id) for letter in left[len(self._seen) :]}
        assert not ids & self._seen and None not in ids, "a letter left twice"
        self._seen |= ids
        able = self.able()
        found = self.edge.rows(Letter, Letter.id.in_(ids), Letter.alert_id.is_not(None))
        for letter in sorted(found, key=lambda each: (each.alert_id, each.written_at)):
            about = (letter.alert_id, letter.recipient_id)
            self.told.append((letter.sent_at, *about, letter.recipient_id in able))
            if self.clock.random.random() > UNREAD:
                slow = 110 if self.clock.random.random() < 0.2 else 25
                self._plan(*about, self.clock.within(2, slow))

    def _morning(self) -> None:
        """Once a day everybody looks at what is theirs."""
        self.clock.plan(self.clock.at + MORNING, self._morning)
        for alert in self.edge.rows(Alert, Alert.status.in_(OPEN)):
            for account in filter({alert.owner_id, alert.cover_id}.__contains__, self.by_account):
                self._plan(alert.id, account, self.clock.within(1, 90))

    def _plan(self, alert_id: UUID, account_id: UUID, wait: timedelta) -> None:
        """At most one next thing for each of them about each alert."""
        if account_id not in self.by_account or (alert_id, account_id) in self._busy:
            return
        self._busy.add((alert_id, account_id))
        self.clock.plan(self.clock.at + wait, lambda: self._turn_to(alert_id, account_id))

    def _turn_to(self, alert_id: UUID, account_id: UUID) -> None:
        self._busy.discard((alert_id, account_id))
        (alert,) = self.edge.rows(Alert, Alert.id == alert_id)
        if alert.status not in OPEN or account_id not in self.able():
            return
        if alert.status is AlertStatus.RAISED:
            self._take(alert, account_id)
        elif self._is_done(alert):
            outcome = "supported" if self._is_reached(alert) else "not_reached"
            self._do(close_alert, alert, account_id, outcome=outcome, words="")
        else:
            self._try(alert, account_id)

    def _take(self, alert: Alert, account_id: UUID) -> None:
        if not self._do(acknowledge_alert, alert, account_id):
            return
        self.acknowledged.setdefault(alert.id, self.clock.at)
        if self.clock.random.random() < HASTY:  # the product does not let them
            self._do(close_alert, alert, account_id, outcome="supported", words="")
        if self.clock.random.random() > FORGETS:
            self._plan(alert.id, account_id, self.clock.within(5, 50))

    def _try(self, alert: Alert, account_id: UUID) -> None:
        is_reached = self.clock.random.random() < REACHES
        next_try = NextTry.NONE if is_reached else self.clock.random.choice(list(NextTry))
        result = {"result": "reached" if is_reached else "tried", "next_try": next_try}
        if not self._do(record_contact, alert, account_id, channel="phone", words="", **result):
            return
        self.tries[alert.id].append((self.clock.at, is_reached))
        if is_reached:
            self._plan(alert.id, account_id, self.clock.within(10, 1200))

    def _is_reached(self, alert: Alert) -> bool:
        return any(is_reached for _, is_reached in self.tries[alert.id])

    def _is_done(self, alert: Alert) -> bool:
        return self._is_reached(alert) or len(self.tries[alert.id]) >= MOST_TRIES

    def _do(self, service: Any, alert: Alert, account_id: UUID, **more: Any) -> bool:
        """Did it happen? Somebody else may have been first, and some things are not let happen."""
        given = {"actor": self.by_account[account_id], "alert_id": alert.id, "at": self.clock.at}
        try:
            self.edge.act(service, **given, **more)
        except (*REFUSED, InputRefused):
            self.refused += 1
            return False
        return True

    def planned_tries(self, alert: Alert) -> list[datetime]:
        found = self.edge.rows(ContactAttempt, ContactAttempt.alert_id == alert.id)
        newest = max(found, key=lambda each: each.at, default=None)
        return [newest.next_try_at] if newest and newest.next_try_at else []

    def letters_about(self, alert_ids: Any) -> list[Letter]:
        return sorted(
            self.edge.rows(
                Letter,
                Letter.alert_id.in_(alert_ids),
                or_(Letter.kind == LetterKind.NUDGE, Letter.kind == LetterKind.ESCALATION),
            ),
            key=lambda each: each.written_at,
        )
