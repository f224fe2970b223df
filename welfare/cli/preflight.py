"""What must be right before the site may serve real people."""

import logging
from datetime import UTC, datetime

import click

from models.session import Database, snapshot
from welfare.config import PREFIX, Settings, Verdict, findings
from welfare.services.condition import newest_event_at, server_clock
from welfare.upkeep.checks import State
from welfare.upkeep.clock import look_at_clock

ON_TRIAL = "WELFARE_ENVIRONMENT=trial allows this for trying out, without real people's answers."
CLOCK_WRONG = (
    "The clock of this machine is more than an hour behind the newest entry of the trail. "
    "Set it right. If it is right now and was wrong before, add --clock-is-right."
)
log = logging.getLogger(__name__)


def must_be_servable(settings: Settings) -> None:
    """Raises click.ClickException naming every setting that production does not allow."""
    found = findings(settings)
    refused = [each for each in found if each.verdict is Verdict.REFUSED]
    if refused:
        told = [f"{PREFIX}{each.name}: {each.words}" for each in refused]
        raise click.ClickException("\n".join([*told, ON_TRIAL]))
    for each in found:
        log.warning("%s: %s", PREFIX + each.name, each.words)


def must_be_in_time(database: Database, *, clock_is_right: bool) -> None:
    """A clock far behind would date answers before the deployment that they are about."""
    with snapshot(database) as session:
        newest, server = newest_event_at(session), server_clock(session)
    check = look_at_clock(at=datetime.now(UTC), newest=newest, server=server)
    if check.state is State.FAILED and not clock_is_right:
        raise click.ClickException(CLOCK_WRONG)
    if check.state is not State.WELL:
        log.warning("the clock %s", check.words)
