"""Counters of failed tries: raised by the database itself, so that nobody slips past them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models.session import transaction
from models.tables.accounts import SignInCounter
from welfare.errors import SignInRefused
from welfare.policies import lock_out

LOGIN = bytes(32)


def subjects(session, network="192.0.2.7"):
    return lock_out.of_sign_in(session, login=LOGIN, network=network, known=None)


def try_once(database, at, *, is_right=False, network="192.0.2.7"):
    """One try with its own transaction; the seconds to wait if it was not looked at."""
    try:
        with transaction(database) as session:
            mine = subjects(session, network)
            lock_out.begin_try(session, mine, at=at)
            if is_right:
                lock_out.succeeded(session, mine, at=at)
    except SignInRefused as refused:
        return refused.wait_seconds
    return 0


def test_of_many_tries_at_the_same_moment_only_five_are_looked_at(database, make):
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: try_once(database, make.now), range(40)))

    assert sorted(waits)[:6] == [0, 0, 0, 0, 0, 31]
    assert waits.count(0) == 5


def test_no_failure_is_lost_when_many_networks_try_at_once(database, make):
    with ThreadPoolExecutor(16) as pool:
        networks = [f"203.0.113.{number}" for number in range(19)]
        list(pool.map(lambda network: try_once(database, make.now, network=network), networks))

    with database.reading() as session:
        failures = sorted(each.failures for each in session.query(SignInCounter))
    assert failures == [1] * 19 + [19]


def test_a_try_that_has_to_wait_is_not_counted(database, make):
    for _ in range(8):
        try_once(database, make.now)

    with database.reading() as session:
        assert {each.failures for each in session.query(SignInCounter)} == {5}


def test_what_succeeded_leaves_nothing_behind(database, make):
    for is_right in (False, False, True):
        try_once(database, make.now, is_right=is_right)

    with database.reading() as session:
        assert session.query(SignInCounter).count() == 0


def test_a_row_of_failures_is_over_after_a_quiet_day(database, make):
    for _ in range(4):
        try_once(database, make.now)

    later = make.now + lock_out.QUIET + timedelta(seconds=1)
    assert [try_once(database, later) for _ in range(5)] == [0] * 5
    assert try_once(database, later) == 31


@pytest.mark.parametrize("kind", sorted(lock_out.LIMITS))
def test_every_wait_ends_within_the_hour(kind):
    limit = lock_out.LIMITS[kind]

    assert limit.first_wait <= limit.longest <= timedelta(hours=1)
    assert limit.most >= 5


def test_who_comes_in_sweeps_out_what_has_been_quiet_for_a_day(database, make):
    try_once(database, make.now, network="203.0.113.1")
    try_once(database, make.now + timedelta(hours=2), network="203.0.113.2")

    try_once(
        database, make.now + lock_out.QUIET + timedelta(hours=1), is_right=True, network="192.0.2.7"
    )

    with database.reading() as session:
        (left,) = session.query(SignInCounter)
        assert left.subject == subjects(session, "203.0.113.2")["account-network"]
