"""Which letters wait until morning, and when morning is."""

from datetime import UTC, datetime, time, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Person
from models.vocabulary import AlertStatus, LetterKind, Role
from tests.site_factory import DAWN, NOW
from welfare.policies.local_time import zone_named
from welfare.policies.quiet_hours import (
    QuietHours,
    at_night,
    can_wait,
    night,
    person_at_night,
    quiet_until,
    that_can_wait,
)

WAITS = {
    (LetterKind.NUDGE, AlertStatus.ACKNOWLEDGED),  # a next try that its owner planned
    *(
        (kind, status)
        for kind in (LetterKind.NOTICE, LetterKind.APPOINTMENT)
        for status in (None, *AlertStatus)
    ),
}
BRUSSELS, KATHMANDU = "Europe/Brussels", "Asia/Kathmandu"
USUAL = QuietHours(time(22), time(6))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("kind", "status"), [*product(LetterKind, (None, *AlertStatus))])
def test_only_what_nobody_waits_for_can_wait(kind, status):
    assert can_wait(kind, status) == ((kind, status) in WAITS)


def test_the_database_knows_the_same_letters(make, database):
    to = make.actor(Role.CLINICIAN)
    seen = {"acknowledged_by": to.account_id, "acknowledged_at": NOW}
    about = {
        AlertStatus.RAISED: make.alert(make.person(), to).id,
        AlertStatus.ACKNOWLEDGED: make.alert(
            make.person(), to, status=AlertStatus.ACKNOWLEDGED, **seen
        ).id,
        None: None,
    }
    with make.kept() as session:
        for kind, status in product(LetterKind, about):
            given = {"recipient_id": to.account_id, "written_at": NOW, "next_try_at": NOW}
            session.add(Letter(kind=kind, alert_id=about[status], **given))

    with database.reading() as session:
        found = session.execute(
            select(Letter.kind, Alert.status)
            .outerjoin(Alert, Alert.id == Letter.alert_id)
            .where(that_can_wait())
        )
        wanted = {(kind, status) for kind, status in WAITS if status in about}
        assert {(kind, status) for kind, status in found} == wanted


@pytest.mark.parametrize(
    ("zone", "hours", "at", "end"),
    [
        (BRUSSELS, USUAL, "2026-01-10 20:59", None),  # 21:59 there
        (BRUSSELS, USUAL, "2026-01-10 21:00", "2026-01-11 05:00"),  # 22:00: over midnight
        (BRUSSELS, USUAL, "2026-01-11 02:00", "2026-01-11 05:00"),  # 3 in the night
        (BRUSSELS, USUAL, "2026-01-11 04:59", "2026-01-11 05:00"),
        (BRUSSELS, USUAL, "2026-01-11 05:00", None),  # 06:00
        (BRUSSELS, USUAL, "2026-01-11 11:00", None),
        (BRUSSELS, None, "2026-01-11 02:00", None),  # there are none
        (KATHMANDU, USUAL, "2026-05-01 20:00", "2026-05-02 00:15"),  # another day there already
        ("UTC", USUAL, "2026-05-01 23:00", "2026-05-02 06:00"),
        (BRUSSELS, QuietHours(time(13), time(15)), "2026-01-11 12:30", "2026-01-11 14:00"),
        (BRUSSELS, QuietHours(time(13), time(15)), "2026-01-11 02:00", None),
        (BRUSSELS, QuietHours(time(0), time(6)), "2026-01-10 22:59", None),
        (BRUSSELS, QuietHours(time(0), time(6)), "2026-01-10 23:00", "2026-01-11 05:00"),
        (BRUSSELS, QuietHours(time(20), time(0)), "2026-01-11 22:59", "2026-01-11 23:00"),
        (BRUSSELS, QuietHours(time(20), time(0)), "2026-01-11 23:00", None),
        # The night in March is an hour shorter, the one in October an hour longer.
        (BRUSSELS, USUAL, "2026-03-28 22:00", "2026-03-29 04:00"),
        (BRUSSELS, USUAL, "2026-10-24 21:00", "2026-10-25 05:00"),
        # An end that is left out: when the clocks have jumped. One that comes twice: the second.
        (BRUSSELS, QuietHours(time(22), time(2, 30)), "2026-03-29 01:29", "2026-03-29 01:30"),
        (BRUSSELS, QuietHours(time(22), time(2, 30)), "2026-03-29 01:30", None),
        (BRUSSELS, QuietHours(time(22), time(2, 30)), "2026-10-25 00:45", "2026-10-25 01:30"),
        (BRUSSELS, QuietHours(time(22), time(2, 30)), "2026-10-25 01:29", "2026-10-25 01:30"),
        (BRUSSELS, QuietHours(time(22), time(2, 30)), "2026-10-25 01:30", None),
        # A beginning that comes twice: the first.
        (BRUSSELS, QuietHours(time(2, 30), time(6)), "2026-10-25 00:30", "2026-10-25 05:00"),
        (BRUSSELS, QuietHours(time(2, 30), time(6)), "2026-10-25 01:10", "2026-10-25 05:00"),
    ],
)
def test_quiet_hours_end_when_the_clock_there_says_so(zone, hours, at, end):
    assert quiet_until(utc(at), hours, zone_named(zone)) == (utc(end) if end else None)


@pytest.mark.parametrize("zone", [BRUSSELS, KATHMANDU, "Africa/Cairo", "America/Havana"])
@pytest.mark.parametrize("hours", [USUAL, QuietHours(time(0), time(2, 30))])
def test_whatever_the_clocks_do_the_night_ends_and_then_it_is_day(zone, hours):
    """Through the weeks in which clocks change; no letter waits longer than the night is."""
    place = zone_named(zone)
    for start in ("2026-03-01 00:00", "2026-04-20 00:00", "2026-10-20 00:00"):
        for step in range(700):
            at = utc(start) + timedelta(minutes=37 * step)
            end = quiet_until(at, hours, place)
            if end is not None:
                assert at < end <= at + timedelta(minutes=hours.minutes + 60)
                assert quiet_until(end, hours, place) is None


def test_the_nearest_contingent_with_a_clock_says_whether_it_is_night(make, database):
    nations = {name: make.unit(name, make.root) for name in ("night", "day", "no clock", "none")}
    make.contingent(make.root, zone="UTC", quiet_from=None, quiet_until=None)
    make.contingent(nations["night"])
    make.contingent(nations["day"], quiet_from=None, quiet_until=None)
    make.contingent(nations["no clock"], zone=None, quiet_from=None, quiet_until=None)
    people = {name: make.actor(unit=make.unit("A1", unit)) for name, unit in nations.items()}
    people |= {"root": make.actor(), "elsewhere": make.actor(unit=make.unit("Far"))}

    with database.reading() as session:
        now = night(session, NOW)
        quiet = session.scalars(select(Person.id).where(person_at_night(Person.id, now))).all()
        owners = session.scalars(select(Account.id).where(at_night(Account.id, now))).all()
        assert night(session, DAWN).quiet == []
        assert night(session, DAWN, DAWN - timedelta(minutes=5)).quiet == now.quiet

    assert quiet == [people["night"].person_id]
    assert owners == [people["night"].account_id]


def test_below_a_quiet_root_a_nation_with_a_clock_of_its_own_is_awake(make, database):
    awake = make.unit("Awake", make.root)
    make.contingent(make.root)
    make.contingent(awake, zone="UTC", quiet_from=None, quiet_until=None)
    asleep = {make.person().id, make.person(make.unit("A", make.root)).id}
    make.person(awake)

    with database.reading() as session:
        now = night(session, NOW)
        found = session.scalars(select(Person.id).where(person_at_night(Person.id, now)))
        assert set(found) == asleep
