"""Alarms by webhook: when something begins, every hour while it lasts, once when it is over."""

from datetime import timedelta

import pytest

from models.tables.letters import JobLease, Letter
from models.vocabulary import LetterKind, Role
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY
from tests.jobs.receiver import receiving
from welfare.gateways.webhook import HttpWebhook
from welfare.jobs import nudges
from welfare.jobs.herald import Channels, Herald

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def receiver():
    with receiving() as other:
        yield other


@pytest.fixture
def herald(watched, receiver):
    alarm = HttpWebhook(receiver.url, "open-sesame")
    return Herald(watched, Channels(alarm=alarm), stationery=STATIONERY, since=NOW)


@pytest.fixture
def lease(make):
    """The jobs run for a year, or until the given moment."""

    holder = make.root.id  # before the session: SQLite lets one write at a time

    def until(moment):
        with make.kept() as session:
            session.merge(JobLease(name=nudges.NAME, holder=holder, until_at=moment))

    until(NOW + 400 * 24 * HOUR)
    return until


def a_letter_waits(make, to):
    alert = make.alert(make.person(), to)
    about = {"alert_id": alert.id, "recipient_id": to.account_id}
    with make.kept() as session:
        letter = Letter(kind=LetterKind.NUDGE, written_at=NOW, next_try_at=NOW, **about)
        session.add(letter)
    return letter


def leave(make, letter, at):
    with make.kept() as session:
        session.get_one(Letter, letter.id).sent_at = at


def states(receiver):
    return [(each["what"], each["state"]) for each in receiver.told]


def test_a_site_in_order_tells_nobody(make, herald, receiver, lease):
    make.reachable()

    herald.run_once(at=NOW + HOUR)

    assert receiver.told == []


def test_letters_that_do_not_leave_are_told_at_once_every_hour_and_when_it_is_over(
    make, herald, receiver, lease
):
    letter = a_letter_waits(make, make.reachable())
    for minutes in (4, 6, 7, 65, 66, 67):
        herald.run_once(at=NOW + minutes * MINUTE)
    leave(make, letter, NOW + 70 * MINUTE)
    for minutes in (70, 71):
        herald.run_once(at=NOW + minutes * MINUTE)

    assert [each["state"] for each in receiver.told] == ["began", "lasts", "ended"]
    assert receiver.told[0] == {
        "site": "Harbour",
        "what": "letters_waiting",
        "since": NOW.isoformat(timespec="seconds"),
        "state": "began",
    }
    assert receiver.is_signed_with("open-sesame")


def test_an_empty_duty_roster_is_told(make, herald, receiver, lease):
    make.person()

    herald.run_once(at=NOW)
    make.reachable()
    herald.run_once(at=NOW + MINUTE)

    assert states(receiver) == [("nobody_on_duty", "began"), ("nobody_on_duty", "ended")]


def test_a_job_loop_that_stands_still_is_told_as_long_as_the_program_lives(
    make, herald, receiver, lease
):
    make.reachable()
    lease(NOW)

    herald.run_once(at=NOW + MINUTE)
    herald.run_once(at=NOW + 2 * MINUTE)

    assert states(receiver) == [("jobs_stopped", "began")]


def test_what_could_not_be_told_is_tried_again_after_a_wait_that_doubles(
    make, herald, receiver, lease
):
    make.person()
    receiver.status = 500
    for seconds in (0, 10, 15, 30, 45, 100, 105):
        herald.run_once(at=NOW + timedelta(seconds=seconds))
    assert len(receiver.asked) == 4  # at 0, 15, 45 and 100 seconds

    receiver.status = 200
    herald.run_once(at=NOW + HOUR)

    assert states(receiver) == [("nobody_on_duty", "began")]


def test_what_was_never_told_is_not_taken_back(make, herald, receiver, lease):
    make.person()
    receiver.status = 500
    herald.run_once(at=NOW)
    make.reachable()
    receiver.status = 200

    herald.run_once(at=NOW + HOUR)

    assert receiver.told == []


def test_only_one_of_two_programs_tells(make, watched, herald, receiver, lease):
    make.person()
    channels = Channels(alarm=HttpWebhook(receiver.url))
    other = Herald(watched, channels, stationery=STATIONERY, since=NOW)

    herald.run_once(at=NOW)
    other.run_once(at=NOW)

    assert len(receiver.told) == 1


def test_an_alarm_names_nobody(make, herald, receiver, lease):
    clinician = make.actor(Role.CLINICIAN)
    a_letter_waits(make, clinician)

    herald.run_once(at=NOW + HOUR)

    assert {frozenset(each) for each in receiver.told} == {
        frozenset({"site", "what", "since", "state"})
    }
    assert {each["site"] for each in receiver.told} == {"Harbour"}
