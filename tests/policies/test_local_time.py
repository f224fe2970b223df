"""What an hour typed somewhere means: also one that clocks leave out, or show twice."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from welfare.policies.local_time import (
    at_hour,
    comes_twice,
    last_at_hour,
    zone_named,
    zones,
)

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # when clocks change in Brussels


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "moment"),
    [
        ("UTC", date(2026, 3, 1), time(8), "2026-03-01 08:00"),
        ("Asia/Kathmandu", date(2026, 3, 1), time(2), "2026-02-28 20:15"),
        ("America/Bogota", date(2026, 3, 1), time(22), "2026-03-02 03:00"),
        ("Europe/Brussels", SPRING, time(1, 59), "2026-03-29 00:59"),
        ("Europe/Brussels", SPRING, time(2, 30), "2026-03-29 01:30"),  # left out: half past three
        ("Europe/Brussels", SPRING, time(3, 30), "2026-03-29 01:30"),
        ("Europe/Brussels", AUTUMN, time(2, 30), "2026-10-25 00:30"),  # twice: the first of the two
        ("Europe/Brussels", AUTUMN, time(3), "2026-10-25 02:00"),
        ("Africa/Cairo", date(2026, 4, 24), time(0), "2026-04-23 22:00"),  # a day without midnight
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04 14:45"),  # half an hour
    ],
)
def test_an_hour_of_the_clock_there_is_one_moment(zone, day, hour, moment):
    assert at_hour(day, hour, zone_named(zone)) == utc(moment)


def test_what_ends_at_an_hour_that_comes_twice_ends_at_the_second():
    brussels = zone_named("Europe/Brussels")

    assert last_at_hour(AUTUMN, time(2, 30), brussels) == utc("2026-10-25 01:30")
    assert last_at_hour(SPRING, time(2, 30), brussels) == utc("2026-03-29 01:30")
    assert last_at_hour(date(2026, 7, 1), time(6), brussels) == utc("2026-07-01 04:00")


def test_an_hour_that_comes_twice_is_known_both_times():
    brussels = zone_named("Europe/Brussels")
    shown = [
        (utc("2026-10-25 00:30") + timedelta(minutes=30 * step)).astimezone(brussels)
        for step in range(4)
    ]

    assert [f"{each:%H:%M}" for each in shown] == ["02:30", "02:00", "02:30", "03:00"]
    assert [comes_twice(each) for each in shown] == [True, True, True, False]


def test_every_zone_on_offer_is_known_here_fits_its_column_and_is_named_as_today():
    offered = zones()

    assert offered[0] == "UTC"
    assert {"Africa/Juba", "Asia/Kolkata", "Europe/Brussels"} < set(offered)
    assert not {"Asia/Calcutta", "Etc/GMT+5", "EST5EDT", "localtime"} & set(offered)
    assert all(zone_named(name).key == name and len(name) <= 40 for name in offered)
    assert list(offered[1:]) == sorted(set(offered[1:]))


@pytest.mark.parametrize("name", [None, "", "Nowhere/Atlantis", "../../etc/passwd", "Africa"])
def test_a_zone_that_this_machine_does_not_know_is_utc(name):
    assert zone_named(name).key == "UTC"
