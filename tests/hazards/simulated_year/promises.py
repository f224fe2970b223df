"""What must be true at every step of a simulated time, and at its end, whatever went wrong."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from models.duty import Watch, watch
from models.tables.audit import AuditEvent
from models.tables.care import Alert, ContactAttempt
from models.tables.letters import Letter
from models.vocabulary import Act, AlertStatus, LetterKind
from tests.hazards.simulated_year.clockwork import OPEN, PROGRAMME, Clockwork
from tests.hazards.simulated_year.faults import Faults, Outage
from tests.hazards.simulated_year.force import Force
from tests.hazards.simulated_year.humans import Humans
from welfare.jobs import nudges
from welfare.services.condition import Trouble, read_standing

CLOCKS = PROGRAMME.clocks
MINUTE = timedelta(minutes=1)
# Nobody tells the program that mail works again: it tries at least this often.
MAIL_IS_TRIED = timedelta(minutes=10)
NOTICED = {
    "jobs": Trouble.JOBS_STOPPED,
    "mail": Trouble.LETTERS_WAITING,
    "nobody": Trouble.NOBODY_ON_DUTY,
}
CHANGES_HANDS = (
    Act.ALERT_HANDED_OVER,
    Act.ALERT_ESCALATED,
    Act.ALERT_OVERDUE,
    Act.WORK_HANDED_OVER,
)


class Promises:
    def __init__(self, clock: Clockwork, force: Force, humans: Humans, faults: Faults) -> None:
        self.clock, self.force, self.humans, self.faults = clock, force, humans, faults
        self.edge = force.edge
        clock.after_round.append(self.check)

    def check(self) -> None:
        """After every round of the jobs."""
        at, able = self.clock.at, self.humans.able()
        live = self.edge.rows(Alert, Alert.status.in_(OPEN))
        letters = self._letters_by_alert(alert.id for alert in live)
        with self.edge.database.reading() as session:
            holds = watch(session, paths=self.force.make.root.line, at=at)
        for alert in live:
            self._check_owner(alert, holds, able)
            self._check_letters(alert, letters[alert.id])
            if alert.status is AlertStatus.RAISED:
                self._check_goes_on(alert, holds)
            else:
                self._check_taken(alert, holds, letters[alert.id], able)

    def watch_outages(self) -> None:
        """While one lasts, every staff page and another program are told."""
        for outage in self.faults.outages:
            middle = outage.begins + (outage.ends - outage.begins) / 2
            self.clock.plan(middle, lambda each=outage: self._check_noticed(each))

    def check_all(self) -> None:
        """At the end."""
        alerts = self.edge.rows(Alert)
        letters = self._letters_by_alert(alert.id for alert in alerts)
        moments, planned = self._moves(), defaultdict(list)
        attempts = self.edge.rows(ContactAttempt)
        tried = {attempt.alert_id for attempt in attempts}
        for attempt in attempts:
            if attempt.next_try_at is not None:
                planned[attempt.alert_id].append(attempt.next_try_at)
        for alert in alerts:
            assert alert.status is AlertStatus.CLOSED, "no outcome in the end"
            assert alert.outcome and alert.id in tried, "closed without outcome or contact"
            self._check_first_letter(alert, letters[alert.id])
            self._check_told_in_time(alert)
            self._check_not_doubled(letters[alert.id], moments[alert.id], planned[alert.id])

    def _check_noticed(self, outage: Outage) -> None:
        """Dead mail is noticed by a letter that should have left a while ago."""
        at = self.clock.at
        with self.edge.database.reading() as session:
            standing = read_standing(session, job=nudges.NAME, at=at)
        found = standing.troubles(watching_since=outage.begins, at=at)
        waits = standing.oldest_letter_at
        if outage.kind != "mail" or (waits is not None and at - waits > MAIL_IS_TRIED):
            assert NOTICED[outage.kind] in found, f"{outage.kind} went unnoticed"

    def _check_owner(self, alert: Alert, holds: Watch, able: set[UUID]) -> None:
        person = alert.person_id
        if holds.human_for(alert.unit, not_person=person) is not None:
            assert alert.owner_id in able, "without a human while there is one"
        on_duty = holds.on_duty(alert.unit, not_person=person)
        if alert.status is AlertStatus.RAISED and on_duty and alert.escalated_at is None:
            assert alert.owner_id == on_duty, "not with who is on duty now"

    def _check_letters(self, alert: Alert, letters: list[Letter]) -> None:
        waiting = [letter.recipient_id for letter in letters if letter.sent_at is None]
        assert len(waiting) == len(set(waiting)), "letters pile up"
        if alert.status is AlertStatus.RAISED and alert.owner_id is not None:
            told = [letter for letter in letters if letter.recipient_id == alert.owner_id]
            assert told, "its owner was never written to"

    def _check_goes_on(self, alert: Alert, holds: Watch) -> None:
        lead = holds.lead(alert.unit, not_person=alert.person_id)
        if lead is not None and alert.owner_id != lead:
            assert alert.nudges <= CLOCKS.nudges_before_escalation, "never goes to the lead"
        if alert.owner_id is not None and alert.next_nudge_at is not None:
            assert self.clock.at < alert.next_nudge_at + MINUTE, "is not nudged again"

    def _check_taken(
        self, alert: Alert, holds: Watch, letters: list[Letter], able: set[UUID]
    ) -> None:
        """Acknowledging is not the end of it."""
        at, tries = self.clock.at, self.humans.tries[alert.id]
        for planned in self.humans.planned_tries(alert):
            told = any(letter.written_at >= planned for letter in letters)
            waits = any(letter.sent_at is None for letter in letters)
            assert at < planned + MINUTE or told or waits, "a planned try was forgotten"
        others = {holds.lead(alert.unit), holds.on_duty(alert.unit)} - {None, alert.owner_id}
        is_reached = any(reached for _, reached in tries)
        if others and not is_reached and at > alert.due_at + MINUTE:
            assert alert.overdue_at is not None, "overdue and not passed on"
            assert alert.cover_id in able, "passed on to somebody who cannot act"

    def _check_first_letter(self, alert: Alert, letters: list[Letter]) -> None:
        """Unless somebody had found it in their list while no letter could leave."""
        left = [letter.sent_at for letter in letters if letter.sent_at is not None]
        first = min([*left, self.humans.acknowledged[alert.id]])
        assert first <= self._could_leave(alert.raised_at), f"the first letter left late: {first}"

    def _could_leave(self, raised: datetime) -> datetime:
        """Within a minute of its commit, or of the end of what kept it from leaving."""
        by = raised + MINUTE
        for outage in sorted(self.faults.outages, key=lambda each: each.begins):
            if outage.begins < by and raised < outage.ends:
                by = outage.ends + MINUTE + (MAIL_IS_TRIED if outage.kind == "mail" else MINUTE * 0)
        return by

    def _check_told_in_time(self, alert: Alert) -> None:
        told = [
            left
            for left, alert_id, _, is_able in self.humans.told
            if alert_id == alert.id and is_able
        ]
        first = min([*told, self.humans.acknowledged[alert.id]])
        assert first <= alert.due_at, "nobody who could act knew in time"

    def _check_not_doubled(
        self, letters: list[Letter], moves: list[datetime], planned: list[datetime]
    ) -> None:
        """To one human about one alert: every half hour while nobody has it, or because it came
        to them anew; then once for each planned try and once when its clock runs out."""
        by_human: dict[UUID, list[Letter]] = defaultdict(list)
        for letter in letters:
            by_human[letter.recipient_id].append(letter)
        for told in by_human.values():
            for one, other in zip(told, told[1:], strict=False):
                first, second = one.written_at, other.written_at
                came_anew = any(first <= moment <= second for moment in moves)
                is_due = any(moment <= second < moment + MINUTE for moment in planned)
                is_late = other.kind is LetterKind.ESCALATION is not one.kind
                is_apart = second - first >= CLOCKS.nudge_every
                assert is_apart or came_anew or is_due or is_late, "a letter was doubled"

    def _letters_by_alert(self, alert_ids: Iterable[UUID]) -> dict[UUID, list[Letter]]:
        found: dict[UUID, list[Letter]] = defaultdict(list)
        for letter in self.humans.letters_about(list(alert_ids)):
            found[letter.alert_id].append(letter)
        return found

    def _moves(self) -> dict[UUID, list[datetime]]:
        found: dict[UUID, list[datetime]] = defaultdict(list)
        for event in self.edge.rows(AuditEvent, AuditEvent.act.in_(CHANGES_HANDS)):
            found[event.resource_id].append(event.at)
        return found
