"""Alarms: told to another program when something begins to keep alerts from reaching a human, again
every hour while it lasts, and once when it is over."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from welfare.gateways.webhook import NotTold, Webhook
from welfare.services.condition import Standing, Trouble

AGAIN = timedelta(hours=1)
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(minutes=10)
log = logging.getLogger(__name__)


class State(StrEnum):
    BEGAN = "began"
    LASTS = "lasts"
    ENDED = "ended"


@dataclass(slots=True)
class Told:
    """One trouble as this worker knows it. Forgotten by a crash: then it is told as new."""

    since: datetime
    told_at: datetime | None = None
    failures: int = 0
    not_before: datetime | None = None

    def is_due(self, at: datetime) -> bool:
        if self.not_before is not None and at < self.not_before:
            return False
        return self.told_at is None or at - self.told_at >= AGAIN

    def note_told(self, at: datetime) -> None:
        self.told_at, self.failures, self.not_before = at, 0, None

    def note_failed(self, at: datetime) -> None:
        self.not_before = at + min(FIRST_RETRY * 2 ** min(self.failures, 10), LONGEST_RETRY)
        self.failures += 1


class Alarms:
    """`site`: the name that the receiver knows it by. `since`: when this worker began to watch."""

    def __init__(self, webhook: Webhook, *, site: str, since: datetime) -> None:
        self._webhook, self._site, self._since = webhook, site, since
        self._open: dict[Trouble, Told] = {}

    def tell(self, standing: Standing, *, at: datetime) -> None:
        """Whatever is due; never raises where the other program does not answer."""
        found = standing.troubles(watching_since=self._since, at=at)
        for trouble, since in found.items():
            known = self._open.setdefault(trouble, Told(since))
            if known.is_due(at):
                state = State.BEGAN if known.told_at is None else State.LASTS
                self._send(trouble, known, state, at)
        for trouble in [each for each in self._open if each not in found]:
            self._end(trouble, at)

    def _end(self, trouble: Trouble, at: datetime) -> None:
        """What was never told need not be taken back."""
        known = self._open[trouble]
        if known.not_before is not None and at < known.not_before:
            return
        if known.told_at is None or self._send(trouble, known, State.ENDED, at):
            del self._open[trouble]

    def _send(self, trouble: Trouble, known: Told, state: State, at: datetime) -> bool:
        try:
            self._webhook.tell(self._words(trouble, known, state))
        except NotTold:
            log.warning("an alarm could not be told and will be tried again")
            known.note_failed(at)
            return False
        known.note_told(at)
        return True

    def _words(self, trouble: Trouble, known: Told, state: State) -> Mapping[str, str]:
        """Nothing about anybody."""
        since = known.since.isoformat(timespec="seconds")
        return {"site": self._site, "what": trouble.value, "since": since, "state": state.value}
