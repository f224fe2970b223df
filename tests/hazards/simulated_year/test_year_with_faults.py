"""A simulated year of a force with everything that goes wrong in it: no critical answer is lost."""

from datetime import timedelta

import pytest

from tests.hazards.simulated_year.clockwork import BEGIN
from tests.hazards.simulated_year.faults import HOUR
from tests.hazards.simulated_year.year import DAY, Year

APART = 2 * DAY  # what begins with one answer is over before the next
FLOOD = 34  # of 800 people: what a mass return brings


def spread(moments):
    chosen = []
    for moment in moments:
        if not chosen or moment - chosen[-1] >= APART:
            chosen.append(moment)
    return chosen


def strike(faults, year, moments):
    """Each kind of fault in turn, shortly before somebody gives a critical answer or after it."""
    kinds = [
        faults.stop_jobs,
        lambda at: faults.change_duty(at + HOUR),
        faults.kill_mail,
        lambda at: faults.disable_owner(at + 2 * HOUR),
        faults.empty_roster,
        lambda at: faults.disable_behind_our_back(at + HOUR),
    ]
    for number, moment in enumerate(moments):
        kinds[number % len(kinds)](year.just_before(moment))


def strike_at_return(faults, home):
    """In the two days of the flood: the jobs, the mail, the duty and a clinician."""
    faults.stop_jobs(home + 2 * HOUR)
    faults.kill_mail(home + 26 * HOUR)
    faults.disable_owner(home + 14 * HOUR)
    for hours in (10, 11, 22, 35):
        faults.change_duty(home + hours * HOUR)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_a_year_of_800_people_every_critical_answer_reaches_a_human_in_time(edge, make, capsys):
    year = Year(edge, make, people=800, days=365, returns_on=60)
    wave, faults = year.answers.wave, year.faults
    early = wave("in-mission", critical=6, begins=BEGIN + DAY, lasts=8 * DAY)
    wave("return", critical=FLOOD, begins=year.returns, lasts=2 * DAY)
    trickle = wave("after", critical=FLOOD, begins=BEGIN + 160 * DAY, lasts=75 * DAY)
    year.calls(24)
    strike_at_return(faults, year.returns)
    *others, last = spread(trickle)
    strike(faults, year, others[:-2])
    for moment in (early[2], last):
        faults.empty_roster(moment - timedelta(minutes=5), lead_too=True)

    told = year.live()

    with capsys.disabled():
        print(f"\na simulated year: {told}")  # noqa: T201 - its figures are what it is for
    assert len(year.answers.alerts) >= 2 * FLOOD
