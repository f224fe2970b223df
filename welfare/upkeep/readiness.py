"""May this process be given people to serve? Every check that a running site can make."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models.session import Database
from welfare.jobs.keeper import Keeper
from welfare.upkeep.checks import Check, State, failed, well
from welfare.upkeep.site import look_at_database, look_at_room

ROUNDS_MAY_FAIL = timedelta(minutes=2)
REMEMBERED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Looks anew each time it is asked."""

    database: Database
    key_file: Path
    keeper: Keeper
    clock: Callable[[], datetime]

    def checks(self) -> tuple[Check, ...]:
        at = self.clock()
        return (
            *look_at_database(self.database, key_file=self.key_file, at=at),
            look_at_room(self.database),
            look_at_jobs(self.keeper, at=at),
        )


def look_at_jobs(keeper: Keeper, *, at: datetime) -> Check:
    """A death is told for a while, so that somebody sees it though the loop runs again."""
    if not keeper.is_alive:
        return failed("jobs", "are not running: start the program again")
    if keeper.died_at is not None and at - keeper.died_at < REMEMBERED:
        return failed("jobs", "ended by themselves and were started again: read the log")
    if at - (keeper.succeeded_at or keeper.started_at) > ROUNDS_MAY_FAIL:
        return failed("jobs", "have not ended well for two minutes: read the log")
    return well("jobs", "run")


def is_ready(checks: tuple[Check, ...]) -> bool:
    return all(check.state is not State.FAILED for check in checks)


def as_json(checks: tuple[Check, ...]) -> str:
    told = [asdict(check) for check in checks]
    return json.dumps({"ready": is_ready(checks), "checks": told}, indent=1)
