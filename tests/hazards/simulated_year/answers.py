"""What people of a simulated time send: most of it calm, some critical, and calls they ask for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tests.factories import CALM, CRITICAL
from tests.hazards.simulated_year.clockwork import PROGRAMME, Clockwork
from tests.hazards.simulated_year.force import Force
from welfare.errors import NotOffered
from welfare.policies.actor import Actor
from welfare.services.call_requests import ask_as_member
from welfare.services.drafts import is_offered
from welfare.services.screenings import send_screening

TOGETHER = 50  # calm answers in one transaction: nothing happens because of them
COMES_BACK = timedelta(hours=6)
HAD_BEGUN = 0.5


class Answers:
    def __init__(self, clock: Clockwork, force: Force) -> None:
        self.clock, self.force, self.edge = clock, force, force.edge
        self.sent = self.turned_away = self.calls = 0
        self.alerts: list[UUID] = []

    def wave(
        self, code: str, *, critical: int, begins: datetime, lasts: timedelta
    ) -> Sequence[datetime]:
        """Everybody answers this window; so many of them critically, each at their own moment.
        Returns when those do."""
        members = list(self.force.members)
        self.clock.random.shuffle(members)
        moments = sorted(
            begins + self.clock.random.random() * lasts for _ in range(min(critical, len(members)))
        )
        for member, moment in zip(members, moments, strict=False):
            self.clock.plan(moment, lambda who=member: self._send_critical(who, code))
        calm = members[len(moments) :]
        groups = [calm[start : start + TOGETHER] for start in range(0, len(calm), TOGETHER)]
        for number, group in enumerate(groups, start=1):
            moment = begins + lasts * number / (len(groups) + 1)
            self.clock.plan(moment, lambda those=group: self._send_calm(those, code))
        return moments

    def call(self, at: datetime) -> None:
        self.clock.plan(at, self._ask_for_call)

    def _send_calm(self, members: Sequence[Actor], code: str) -> None:
        windows = self.force.windows(code)

        def send_all(session: object, **given: object) -> None:
            for member in members:
                send_screening(
                    session,
                    actor=member,
                    window_id=windows[member.person_id],
                    submission_id=uuid4(),
                    answers=CALM,
                    **given,
                )

        self.edge.act(send_all, language="en", at=self.clock.at)
        self.sent += len(members)

    def _send_critical(self, member: Actor, code: str, *, again: bool = False) -> None:
        """Where nobody could react nobody is asked; who had begun is never turned away."""
        window_id = self.force.windows(code)[member.person_id]
        asked = {"actor": member, "window_id": window_id, "at": self.clock.at}
        has_begun = not again and self.clock.random.random() < HAD_BEGUN
        if not has_begun and not self.edge.look(is_offered, **asked):
            self.turned_away += 1
            later = self.clock.at + COMES_BACK
            self.clock.plan(later, lambda: self._send_critical(member, code, again=True))
            return
        receipt = self.edge.act(
            send_screening, **asked, submission_id=uuid4(), answers=CRITICAL, language="en"
        )
        self.sent += 1
        self.alerts.append(receipt.alert.id)

    def _ask_for_call(self) -> None:
        member = self.clock.random.choice(self.force.members)
        given = {"actor": member, "phone": "+00 555 0100", "programme": PROGRAMME}
        try:
            asked = self.edge.act(ask_as_member, **given, at=self.clock.at)
        except NotOffered:  # they are given the numbers to call
            return
        if asked.alert.id not in self.alerts:
            self.alerts.append(asked.alert.id)
            self.calls += 1
