"""Alerts as they live: everything that may happen to them and to those who look after them, by
the real services, and what must be true whatever happened."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm.exc import StaleDataError

from models.duty import CLINICAL, watch
from models.programmes import load
from models.tables.accounts import Account, Post
from models.tables.care import Alert, ContactAttempt
from models.tables.letters import Letter
from models.tables.places import DutyRoster
from models.vocabulary import AlertStatus, NextTry, Role
from tests.factories import CRITICAL, Factory
from tests.services.edge import Edge
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.jobs.alerts import Walk, run
from welfare.policies.actor import Actor, Machine
from welfare.policies.posts import is_held
from welfare.services.accounts import disable_account
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.nudges import nudge_again
from welfare.services.posts import end_post
from welfare.services.screenings import send_screening
from welfare.services.site import set_duty

PROGRAMME = load("un-contingent")
REFUSED = (AccessDenied, MoveNotAllowed, InputRefused)
MOST_ALERTS = 3
ON_DUTY, COLLEAGUE, LEAD = range(3)


class AlertLife:
    """A site with two clinicians and a lead; `staff` are named by their place in that list."""

    def __init__(self, edge: Edge, make: Factory) -> None:
        self.edge, self.make, self.at = edge, make, make.now
        self.admin = make.actor(Role.ADMINISTRATOR)
        self.staff = [make.reachable(), make.actor(Role.CLINICIAN), make.actor(Role.CLINIC_LEAD)]
        self.walk, self.worker = Walk(), uuid4()
        self.passed_on: dict[UUID, datetime] = {}

    def alerts(self) -> list[Alert]:
        return sorted(self.edge.rows(Alert), key=lambda alert: (alert.raised_at, alert.id))

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
                        is_held(Post, self.at.date()),
                    )
                )
            )

    def answer(self) -> None:
        """Somebody gives a critical answer."""
        if len(self.alerts()) == MOST_ALERTS:
            return
        member = self.make.actor()
        self.edge.act(
            send_screening,
            actor=member,
            window_id=self.make.window(member.person_id).id,
            submission_id=uuid4(),
            answers=CRITICAL,
            language="en",
            at=self.at,
        )

    def acknowledge(self, who: int, which: int) -> bool:
        return self._work(acknowledge_alert, who, which)

    def contact(self, who: int, which: int, result: str, next_try: NextTry = NextTry.NONE) -> bool:
        more = {"result": result, "channel": "phone", "words": "", "next_try": next_try}
        return self._work(record_contact, who, which, **more)

    def close(self, who: int, which: int) -> bool:
        return self._work(close_alert, who, which, outcome="supported", words="")

    def acknowledge_at_once(self, one: int, other: int, which: int) -> None:
        """Two press the button at the same moment: at most one takes what nobody had taken."""
        before = self.alerts()
        together = Barrier(2, timeout=10)

        def press(who: int) -> bool:
            together.wait()
            return self.acknowledge(who, which)

        with ThreadPoolExecutor(2) as pool:
            won = sum(pool.map(press, (one, other)))
        assert won <= 1
        if before and won:
            assert before[which % len(before)].status is AlertStatus.RAISED

    def disable(self, who: int) -> None:
        account = self.staff[who].account_id
        if account in self.able():
            given = {"actor": self.admin, "account_id": account, "at": self.at}
            self.edge.act(disable_account, **given, even_so=True)

    def disable_behind_our_back(self, who: int) -> None:
        """As after a restore: nobody handed the work over."""
        with self.make.kept() as session:
            session.get_one(Account, self.staff[who].account_id).disabled_at = self.at

    def end_post(self, who: int) -> None:
        account = self.staff[who].account_id
        held = [
            post
            for post in self.edge.rows(Post, Post.account_id == account)
            if post.role in CLINICAL and post.is_held(self.at.date())
        ]
        if account in self.able() and held:
            given = {"actor": self.admin, "post_id": held[0].id, "at": self.at}
            self.edge.act(end_post, **given, even_so=True)

    def come_back(self, who: int) -> None:
        actor = self.staff[who]
        if actor.account_id in self.able():
            return
        with self.make.kept() as session:
            session.get_one(Account, actor.account_id).disabled_at = None
            mine = Post.account_id == actor.account_id
            post = session.scalars(select(Post).where(mine)).one()
            post.until_day, post.confirmed_at, post.closed_for = None, self.at, None

    def put_on_duty(self, who: int) -> None:
        account = self.staff[who].account_id
        given = {"actor": self.admin, "unit_id": self.make.root.id, "account_id": account}
        if account in self.able():
            self.edge.act(set_duty, **given, from_at=self.at, until_at=None, at=self.at)

    def empty_the_roster(self) -> None:
        with self.make.kept() as session:
            for entry in session.scalars(
                select(DutyRoster).where(
                    or_(DutyRoster.until_at.is_(None), DutyRoster.until_at > self.at)
                )
            ):
                if entry.from_at < self.at:
                    entry.until_at = self.at
                else:
                    session.delete(entry)

    def wait(self, span: timedelta) -> None:
        self.at += span

    def look_after(self) -> None:
        """A round of both jobs; what waited has left."""
        with self.make.kept() as session:
            for letter in session.scalars(select(Letter).where(Letter.sent_at.is_(None))):
                letter.sent_at = self.at
        self.edge.act(nudge_again, by=Machine(), programme=PROGRAMME, at=self.at)
        given = {"programme": PROGRAMME, "walk": self.walk, "holder": self.worker}
        run(self.edge.database, **given, at=self.at)

    def check(self) -> None:
        """What holds after a round, whatever happened before it."""
        self.look_after()
        able = self.able()
        tried = {attempt.alert_id for attempt in self.edge.rows(ContactAttempt)}
        with self.edge.database.reading() as session:
            holds = watch(session, paths=self.make.root.line, at=self.at)
        for alert in self.alerts():
            if alert.status is AlertStatus.CLOSED:
                assert alert.outcome is not None and alert.id in tried
            else:
                self._check_live(alert, holds, able)
            if alert.overdue_at is not None:
                assert self.passed_on.setdefault(alert.id, alert.overdue_at) == alert.overdue_at

    def finish(self) -> None:
        """Nothing that happened keeps an alert from its outcome once somebody is there."""
        self.come_back(COLLEAGUE)
        self.put_on_duty(COLLEAGUE)
        self.check()
        place = {actor.account_id: number for number, actor in enumerate(self.staff)}
        for which, alert in enumerate(self.alerts()):
            if not alert.is_live:
                continue
            who = place[alert.owner_id]
            if alert.status is AlertStatus.RAISED:
                assert self.acknowledge(who, which)
            assert self.contact(who, which, "reached") and self.close(who, which)
        assert not [alert for alert in self.alerts() if alert.is_live]

    def _check_live(self, alert: Alert, holds, able: set[UUID]) -> None:
        on_duty = holds.on_duty(alert.unit, not_person=alert.person_id)
        if holds.human_for(alert.unit, not_person=alert.person_id) is not None:
            assert alert.owner_id in able, "an open alert without a human, while there is one"
        if alert.status is AlertStatus.RAISED and on_duty and alert.escalated_at is None:
            assert alert.owner_id == on_duty, "not with who is on duty now"
        if alert.status is AlertStatus.ACKNOWLEDGED:
            assert alert.acknowledged_by is not None

    def _work(self, service, who: int, which: int, **more) -> bool:
        """Did it happen? The door lets in only who is able; the service decides the rest."""
        alerts, actor = self.alerts(), self._at_the_door(who)
        if not alerts or actor is None:
            return False
        try:
            alert_id = alerts[which % len(alerts)].id
            self.edge.act(service, actor=actor, alert_id=alert_id, at=self.at, **more)
        except (*REFUSED, StaleDataError):
            return False
        return True

    def _at_the_door(self, who: int) -> Actor | None:
        actor = self.staff[who]
        return actor if actor.account_id in self.able() else None
