"""A deployment that is extended, ends early, or begins within the follow-up of another."""

from dataclasses import replace

from models.programmes import Facts, load, schedule
from models.vocabulary import Phase, WindowStatus
from tests.models.programmes.lives import answered, day, stay, table, the, written

STARTING = load("un-contingent")
CANADA = load("canada")
HOME = Facts(deployments=(stay("2027-05-01", "2027-12-01"),))


def test_an_extension_by_months_asks_anew_and_leaves_what_was_answered():
    known = Facts(deployments=(stay("2028-01-01", "2028-09-27"),))
    planned = schedule(known, STARTING, day("2028-06-10"))
    known = answered(known, the(planned, "in-mission"), day("2028-06-10"))
    known = answered(known, the(planned, "return"), day("2028-09-20"))

    longer = replace(known, deployments=(stay("2028-01-01", "2029-02-28"),))
    windows = schedule(longer, STARTING, day("2028-10-01"))

    assert table(windows) == written(
        """
        before      2027-11-02  2027-12-31  2028-02-29  missed
        in-mission  2028-05-30  2028-06-29  2028-08-28  in-window
        return      2028-08-28  2028-10-27  2028-12-26  in-window
        in-mission  2028-11-26  2028-12-26  2029-01-28  not-due
        return      2029-01-29  2029-03-30  2029-05-28  not-due
        after       2029-05-29  2029-08-27  2029-10-26  not-due
        yearly      2030-02-28  2030-04-29  2030-06-28  not-due
        yearly      2031-02-28  2031-04-29  2031-06-28  not-due
        yearly      2032-02-28  2032-04-28  2032-06-27  not-due
        """
    )


def test_an_extension_by_days_does_not_ask_again_what_was_answered():
    known = Facts(deployments=(stay("2028-01-01", "2028-09-27"),))
    asked = the(schedule(known, STARTING, day("2028-09-20")), "return")
    known = answered(known, asked, day("2028-09-20"))

    longer = replace(known, deployments=(stay("2028-01-01", "2028-10-17"),))
    windows = schedule(longer, STARTING, day("2028-10-20"))

    assert [window.held for window in windows if window.code == "return"] == [asked.held]
    assert the(windows, "after").opens_on == day("2029-01-15")


def test_a_return_earlier_than_planned_takes_away_what_was_not_answered_in_mission():
    known = Facts(deployments=(stay("2028-01-01"),))
    asked = the(schedule(known, STARTING, day("2028-06-01")), "in-mission")
    home = (stay("2028-01-01", "2028-06-10"),)

    unanswered = schedule(replace(known, deployments=home), STARTING, day("2028-06-11"))
    kept = answered(known, asked, day("2028-06-05"))
    windows = schedule(replace(kept, deployments=home), STARTING, day("2028-06-11"))

    assert "in-mission" not in {window.code for window in unanswered}
    assert the(windows, "in-mission").status is WindowStatus.IN_WINDOW
    assert the(windows, "return").status is WindowStatus.OPEN


def test_a_short_deployment_that_a_rule_exempts_leaves_the_follow_up_alone():
    again = (*HOME.deployments, stay("2028-03-10", "2028-05-09"))

    windows = schedule(replace(HOME, deployments=again), CANADA, day("2028-05-29"))

    assert [(window.cause, window.status) for window in windows] == [
        (day("2027-05-01"), WindowStatus.OPEN)
    ]


def test_a_second_long_deployment_ends_the_follow_up_of_the_first():
    again = (*HOME.deployments, stay("2028-03-10", "2028-05-10"))

    windows = schedule(replace(HOME, deployments=again), CANADA, day("2028-05-29"))

    assert table(windows) == written(
        """
        after  2028-02-29  2028-05-29  2028-03-09  waived deployed_again
        after  2028-08-08  2028-11-06  2029-01-05  not-due
        """
    )


def test_a_deployment_without_a_recorded_return_ends_with_the_next_departure():
    two = Facts(deployments=(stay("2027-01-01"), stay("2028-01-01")))

    windows = schedule(two, STARTING, day("2028-01-01"))

    first = [w for w in windows if w.cause == day("2027-01-01") and w.phase is Phase.DURING]
    assert [str(window.due_by) for window in first] == ["2027-06-30", "2027-12-27"]


def test_a_departure_soon_after_a_return_takes_over_on_the_day_after_the_return():
    two = Facts(deployments=(stay("2027-01-01", "2027-12-01"), stay("2027-12-15")))

    on_the_day, after = (
        the(schedule(two, STARTING, day(today)), "return") for today in ("2027-12-01", "2027-12-02")
    )

    assert (on_the_day.status, after.status) == (WindowStatus.OPEN, WindowStatus.WAIVED)
    assert after.closes_on == day("2027-12-01")
