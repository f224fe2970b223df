"""The simulated time finds it if a control is missing: each one is taken away in turn."""

import pytest

from models import alerts
from tests.hazards.simulated_year.clockwork import BEGIN
from tests.hazards.simulated_year.faults import HOUR
from tests.hazards.simulated_year.year import DAY, QUIET, Year
from welfare.policies.alert_rounds import Round
from welfare.services import alerts as working
from welfare.services import condition, duty_changes, nudges, overdue_alerts

RETURN = 2 * DAY
NOTHING = Round(0, None)


def week(edge, make, **seed):
    """Twelve critical answers in two days, and one of each fault."""
    year = Year(edge, make, people=14, days=4 + QUIET.days, returns_on=2, **seed)
    year.answers.wave("return", critical=12, begins=BEGIN + RETURN, lasts=2 * DAY)
    faults = year.faults
    for hours in (3, 17, 33):
        faults.change_duty(year.returns + hours * HOUR)
    faults.stop_jobs(year.returns + 4 * HOUR)
    faults.disable_owner(year.returns + 15 * HOUR)
    faults.disable_behind_our_back(year.returns + 20 * HOUR)
    faults.kill_mail(year.returns + 24 * HOUR)
    faults.empty_roster(year.returns + 34 * HOUR)
    return year


def test_a_week_with_one_of_each_fault_keeps_every_promise(edge, make):
    year = week(edge, make)

    told = year.live()

    assert "raised 12 alerts" in told and "without an outcome 0" in told


def never(*_, **__):
    return 0


def no_round(*_, **__):
    return NOTHING


def nobody_else(nudge=nudges._nudge):
    return lambda session, by, alert, human, _lead, *more: nudge(
        session, by, alert, human, None, *more
    )


def hasty(nudge=nudges._nudge):
    def nudge_soon(session, by, alert, human, lead, programme, at):
        nudge(session, by, alert, human, lead, programme, at)
        alert.next_nudge_at = at + HOUR / 12

    return nudge_soon


# What is taken away, and the promise that breaks.
CONTROLS = {
    "asking again": (nudges, "nudge_again", never, "is not nudged again"),
    "waiting between two letters": (nudges, "_nudge", hasty(), "a letter was doubled"),
    "noticing that jobs stand still": (condition, "LEASE_MAY_LAPSE", DAY, "went unnoticed"),
    "passing on to the lead": (nudges, "_nudge", nobody_else(), "never goes to the lead"),
    "raising what nobody has": (nudges, "_raise_orphans", never, "without a human"),
    "one letter at a time": (nudges, "_is_waiting", never, "letters pile up"),
    "noting what left": (nudges, "note_sent", never, "a letter left twice"),
    "trying mail again": (nudges, "LONGEST_RETRY", DAY, "the first letter left late"),
    "following the duty": (duty_changes, "hand_over_to_duty", no_round, "not with who is on duty"),
    "planned tries": (overdue_alerts, "nudge_planned", never, "a planned try was forgotten"),
    "the clock once taken": (overdue_alerts, "pass_on_overdue", no_round, "not passed on"),
    "the letter of the commit": (alerts, "write_letter", never, "was never written to"),
    "a contact before the end": (working, "_attempts", lambda *_: True, "closed without"),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("missing", CONTROLS)
def test_without_a_control_a_promise_is_broken(edge, make, monkeypatch, missing):
    room, name, instead, promise = CONTROLS[missing]
    year = week(edge, make)
    monkeypatch.setattr(room, name, instead)

    with pytest.raises(AssertionError, match=promise):
        year.live()
