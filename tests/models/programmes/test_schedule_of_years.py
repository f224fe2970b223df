"""The yearly window that is counted from the last screening, and the one after a finding."""

from dataclasses import replace

from models.programmes import Facts, Kept, load, schedule
from models.vocabulary import Phase, WindowStatus
from tests.models.programmes.lives import answered, day, stay, table, the

CURRENT = load("us-current")

YEARS = Facts(deployments=(stay("2027-09-03", "2028-02-29", "2028-03-30"),))


def test_the_year_is_counted_from_the_day_of_the_last_screening():
    home = the(schedule(YEARS, CURRENT, day("2028-02-29")), "return")
    known = answered(YEARS, home, day("2028-02-29"))
    first = the(schedule(known, CURRENT, day("2028-12-30")), "yearly")
    known = answered(known, first, day("2029-02-28"))

    second = the(schedule(known, CURRENT, day("2029-02-28")), "yearly", 1)

    assert (first.opens_on, first.due_by) == (day("2028-12-30"), day("2029-02-28"))
    assert (second.anchor_day, second.due_by) == (day("2029-02-28"), day("2030-02-28"))
    assert second.opens_on == day("2029-12-30")


def test_any_screening_moves_a_year_that_is_not_open_and_takes_the_place_of_one_that_is():
    home = the(schedule(YEARS, CURRENT, day("2028-02-29")), "return")
    known = answered(YEARS, home, day("2028-02-29"))
    before = replace(known, kept=(*known.kept, Kept(day("2028-06-29"), Phase.UNKNOWN)))
    within = replace(known, kept=(*known.kept, Kept(day("2029-01-15"), Phase.UNKNOWN)))

    moved = schedule(before, CURRENT, day("2029-01-16"))
    replaced = schedule(within, CURRENT, day("2029-01-16"))

    assert table(moved)[3:] == ["yearly 2029-04-30 2029-06-29 2029-08-28 not-due"]
    assert table(replaced)[3:] == [
        "yearly 2028-12-30 2029-02-28 2029-01-14 waived superseded",
        "yearly 2029-11-16 2030-01-15 2030-03-16 not-due",
    ]


def test_a_paper_of_the_year_answers_it():
    home = the(schedule(YEARS, CURRENT, day("2028-02-29")), "return")
    known = answered(YEARS, home, day("2028-02-29"))
    paper = Kept(day("2029-03-05"), Phase.ANNUAL)

    windows = schedule(replace(known, kept=(*known.kept, paper)), CURRENT, day("2029-03-06"))

    assert the(windows, "yearly").answered_by == paper
    assert the(windows, "yearly").status is WindowStatus.LATE
    assert the(windows, "yearly", 1).due_by == day("2030-03-05")


def test_a_late_paper_for_a_year_that_was_missed_moves_the_next_only_while_it_is_not_open():
    known = YEARS
    missed = the(schedule(known, CURRENT, day("2029-07-01")), "yearly")
    in_time = answered(known, missed, day("2030-02-18"))
    too_late = answered(known, missed, day("2030-02-19"))

    moved = schedule(in_time, CURRENT, day("2030-02-20"))
    not_moved = schedule(too_late, CURRENT, day("2030-02-20"))

    assert table(moved)[3:] == [
        "yearly 2029-02-19 2029-04-20 2029-06-19 late",
        "yearly 2030-12-20 2031-02-18 2031-04-19 not-due",
    ]
    assert table(not_moved)[3:] == [
        "yearly 2029-02-19 2029-04-20 2029-06-19 late",
        "yearly 2030-02-19 2030-04-20 2030-02-18 waived superseded",
        "yearly 2030-12-21 2031-02-19 2031-04-20 not-due",
    ]


def test_the_years_end_after_as_many_as_the_programme_has():
    two = replace(CURRENT, windows=(*CURRENT.windows[:-1], replace(CURRENT.windows[-1], times=2)))

    windows = schedule(YEARS, two, day("2040-01-01"))

    assert [window.status for window in windows if window.code == "yearly"] == ["missed"] * 2


def test_the_alternative_stays_away_once_the_ordinary_window_was_answered():
    home = the(schedule(YEARS, CURRENT, day("2028-02-29")), "return")
    known = answered(YEARS, home, day("2028-03-01"))
    found = replace(YEARS.deployments[0], finding=True)

    windows = schedule(replace(known, deployments=(found,)), CURRENT, day("2028-06-01"))

    assert "after" not in {window.code for window in windows}


def test_the_ordinary_window_stays_away_once_the_alternative_was_answered():
    found = Facts(deployments=(replace(YEARS.deployments[0], finding=True),))
    later = the(schedule(found, CURRENT, day("2028-06-01")), "after")
    known = answered(found, later, day("2028-06-01"))

    windows = schedule(replace(known, deployments=YEARS.deployments), CURRENT, day("2028-06-02"))

    assert the(windows, "after").status is WindowStatus.IN_WINDOW
    assert "return" not in {window.code for window in windows}


def test_a_new_cycle_ends_the_years_of_the_deployment_before():
    again = (*YEARS.deployments, stay("2029-06-20"))

    windows = schedule(Facts(again), CURRENT, day("2029-03-01"))

    assert table(w for w in windows if w.code == "yearly") == [
        "yearly 2029-02-19 2029-04-20 2029-02-19 waived deployed_again",
        "yearly 2030-02-19 2030-04-20 2030-02-18 waived deployed_again",
    ]
    assert the(windows, "before", 1).status is WindowStatus.OPEN
