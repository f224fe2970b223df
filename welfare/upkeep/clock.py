"""Is the clock of this machine right? Answers, nudges and due times all hang on it."""

from datetime import datetime, timedelta

from welfare.upkeep.checks import Check, failed, warning, well

TOLERANCE = timedelta(minutes=1)
TOO_FAR = timedelta(hours=1)


def look_at_clock(*, at: datetime, newest: datetime | None, server: datetime | None) -> Check:
    """Compared with the trail's newest entry, which cannot be younger than now, and with the
    clock of a database server. Behind the trail by more than an hour is a failure."""
    behind = timedelta(0) if newest is None else newest - at
    if behind > TOO_FAR:
        return failed("clock", "is more than an hour behind the newest entry of the trail")
    if behind > TOLERANCE:
        return warning("clock", "is behind the newest entry of the trail: set it right")
    if server is not None and abs(server - at) > TOLERANCE:
        return warning("clock", "differs from the clock of the database server: set it right")
    return well("clock", "agrees with what was written before")
