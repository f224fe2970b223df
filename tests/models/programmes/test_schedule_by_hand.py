"""The schedule of each programme against tables worked out by hand with a calendar."""

import pytest

from models.programmes import Facts, load, schedule
from tests.models.programmes.lives import day, stay, table, written

STARTING = load("un-contingent")
CURRENT = load("us-current")
OF_2013 = load("us-2013")
CANADA = load("canada")

# Programme, day, deployments; then code, opens, due, closes, status, reason.
BY_HAND = {
    "un-contingent, departure on a leap day, nobody answers": (
        STARTING,
        "2029-03-31",
        [stay("2028-02-29", "2028-12-31")],
        """
        before      2027-12-31  2028-02-28  2028-04-28  missed
        in-mission  2028-07-28  2028-08-27  2028-10-26  missed
        return      2028-12-01  2029-01-30  2029-03-30  missed
        after       2029-03-31  2029-06-29  2029-08-28  open
        yearly      2029-12-31  2030-03-01  2030-04-30  not-due
        yearly      2030-12-31  2031-03-01  2031-04-30  not-due
        yearly      2031-12-31  2032-02-29  2032-04-29  not-due
        """,
    ),
    "un-contingent, the return window opens while the one in mission is open": (
        STARTING,
        "2027-06-20",
        [stay("2027-01-01", "2027-07-10")],
        """
        before      2026-11-02  2026-12-31  2027-03-01  missed
        in-mission  2027-05-31  2027-06-30  2027-06-09  waived superseded
        return      2027-06-10  2027-08-09  2027-10-07  open
        after       2027-10-08  2028-01-06  2028-03-06  not-due
        yearly      2028-07-09  2028-09-07  2028-11-06  not-due
        yearly      2029-07-09  2029-09-07  2029-11-06  not-due
        yearly      2030-07-09  2030-09-07  2030-11-06  not-due
        """,
    ),
    "un-contingent, deployed again before the first follow-up is over": (
        STARTING,
        "2028-04-01",
        [stay("2027-01-01", "2027-07-10"), stay("2028-02-29")],
        """
        before      2026-11-02  2026-12-31  2027-03-01  missed
        in-mission  2027-05-31  2027-06-30  2027-06-09  waived superseded
        return      2027-06-10  2027-08-09  2027-10-07  missed
        after       2027-10-08  2028-01-06  2027-12-30  waived deployed_again
        before      2027-12-31  2028-02-28  2028-04-28  open
        yearly      2028-07-09  2028-09-07  2028-07-08  waived deployed_again
        in-mission  2028-07-28  2028-08-27  2028-10-26  not-due
        in-mission  2029-01-24  2029-02-23  2029-04-24  not-due
        yearly      2029-07-09  2029-09-07  2029-07-08  waived deployed_again
        in-mission  2029-07-23  2029-08-22  2029-10-21  not-due
        in-mission  2030-01-19  2030-02-18  2030-04-19  not-due
        yearly      2030-07-09  2030-09-07  2030-07-08  waived deployed_again
        in-mission  2030-07-18  2030-08-17  2030-10-16  not-due
        in-mission  2031-01-14  2031-02-13  2031-04-14  not-due
        in-mission  2031-07-13  2031-08-12  2031-10-11  not-due
        in-mission  2032-01-09  2032-02-08  2032-04-08  not-due
        """,
    ),
    "us-2013, the first window after the return opens on a leap day": (
        OF_2013,
        "2028-02-29",
        [stay("2027-05-01", "2027-12-01")],
        """
        before   2027-01-01  2027-04-30  2027-06-29  missed
        after-1  2028-02-29  2028-05-29  2028-05-29  open
        after-2  2028-05-30  2029-05-29  2029-05-29  not-due
        after-3  2029-05-30  2030-05-29  2030-07-28  not-due
        """,
    ),
    "us-2013, missed and the next is open": (
        OF_2013,
        "2028-05-30",
        [stay("2027-05-01", "2027-12-01")],
        """
        before   2027-01-01  2027-04-30  2027-06-29  missed
        after-1  2028-02-29  2028-05-29  2028-05-29  missed
        after-2  2028-05-30  2029-05-29  2029-05-29  open
        after-3  2029-05-30  2030-05-29  2030-07-28  not-due
        """,
    ),
    "canada, in the last day of the grace": (
        CANADA,
        "2028-07-28",
        [stay("2027-05-01", "2027-12-01")],
        """
        after  2028-02-29  2028-05-29  2028-07-28  open
        """,
    ),
    "canada, sixty days are exempt": (
        CANADA,
        "2028-07-28",
        [stay("2027-10-02", "2027-12-01")],
        "",
    ),
    "us-current, home on a leap day": (
        CURRENT,
        "2028-02-29",
        [stay("2027-09-03", "2028-02-29", "2028-03-30")],
        """
        before      2027-05-06  2027-09-02  2027-09-02  missed
        in-mission  2027-09-03  2028-02-29  2028-02-28  waived superseded
        return      2028-02-29  2028-04-20  2028-06-19  open
        """,
    ),
    "us-current, only after a finding the later window": (
        CURRENT,
        "2028-02-29",
        [stay("2027-09-03", "2028-02-29", "2028-03-30", finding=True)],
        """
        before      2027-05-06  2027-09-02  2027-09-02  missed
        in-mission  2027-09-03  2028-02-29  2028-04-29  open
        after       2028-05-29  2028-08-27  2028-10-26  not-due
        """,
    ),
    "us-current, nobody answers, the years go on": (
        CURRENT,
        "2030-02-18",
        [stay("2027-09-03", "2028-02-29", "2028-03-30")],
        """
        before      2027-05-06  2027-09-02  2027-09-02  missed
        in-mission  2027-09-03  2028-02-29  2028-02-28  waived superseded
        return      2028-02-29  2028-04-20  2028-06-19  missed
        yearly      2029-02-19  2029-04-20  2029-06-19  missed
        yearly      2030-02-19  2030-04-20  2030-06-19  not-due
        """,
    ),
    "blank plans nothing": (load("blank"), "2028-02-29", [stay("2027-09-03")], ""),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_windows_are_those_worked_out_by_hand(name):
    programme, today, stays, lines = BY_HAND[name]

    windows = schedule(Facts(deployments=tuple(stays)), programme, day(today))

    assert table(windows) == written(lines)
