"""Failures make wait, twice as long each time, and never longer than an hour."""

from datetime import timedelta

import pytest

from tests.factories import PASSWORD
from tests.services.doors import come_in, set_password
from tests.services.sign_in.attempts import AWAY, blocked_until, fail
from welfare.errors import InputRefused, SignInRefused


def test_five_failures_make_wait_and_the_wait_doubles(edge, asked, make):
    assert fail(edge, asked, 5) == [0] * 5
    spans = [blocked_until(edge)[0] - make.now]
    later = make.now
    for _ in range(3):
        later = blocked_until(edge)[0] + timedelta(seconds=1)
        fail(edge, asked, 1, at=later)
        spans.append(blocked_until(edge)[0] - later)

    assert [span.total_seconds() for span in spans] == [30, 60, 120, 240]


def test_during_the_wait_even_the_right_password_is_refused_and_told_how_long(edge, asked, make):
    fail(edge, asked, 5)

    assert fail(edge, asked, 1, password=PASSWORD) == [31]
    assert edge.act(come_in, **asked | {"at": make.now + timedelta(seconds=31)})


def test_a_wait_never_grows_past_its_limit(edge, asked, make):
    at = make.now
    fail(edge, asked, 5)
    for _ in range(10):
        at = max(blocked_until(edge)) + timedelta(seconds=1)
        fail(edge, asked, 1, at=at)

    assert max(blocked_until(edge)) - at == timedelta(hours=1)


def test_another_network_is_not_blocked_with_the_first(edge, asked):
    fail(edge, asked, 5)

    assert edge.act(come_in, **asked | {"network": AWAY})


def test_an_unknown_name_is_counted_and_blocked_like_a_known_one(edge, asked):
    known = fail(edge, asked, 7)
    unknown = fail(edge, asked, 7, login="nobody")

    assert known == unknown == [0] * 5 + [31] * 2


def test_a_good_sign_in_ends_the_row_of_failures(edge, asked):
    fail(edge, asked, 4)
    edge.act(come_in, **asked)

    assert fail(edge, asked, 4) == [0] * 4
    assert edge.act(come_in, **asked)


def test_failures_long_ago_do_not_count(edge, asked, make):
    """Twenty slips in as many months must not lock an account at each further one."""
    for number in range(25):
        at = make.now + timedelta(days=30 * number)
        assert fail(edge, asked, 1, at=at) == [0]

    assert blocked_until(edge) == []


def test_the_failures_of_others_block_nobody_else(edge, asked, make):
    for number in range(30):
        fail(edge, asked, 1, login=f"name {number}")

    assert edge.act(come_in, **asked)


def test_guessing_the_old_password_makes_wait_too(edge, make, actor):
    token = make.web_session(actor)
    given = {"actor": actor, "token": token, "new": "another quiet river", "at": make.now}
    for _ in range(5):
        with pytest.raises(InputRefused):
            edge.act(set_password, **given, old="not the right one")

    with pytest.raises(SignInRefused):
        edge.act(set_password, **given, old=PASSWORD)
