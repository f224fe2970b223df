"""Attempts to sign in, and what they leave behind."""

from uuid import uuid4

import pytest

from models.tables.accounts import SignInCounter
from tests.services.doors import come_in
from welfare.errors import SignInRefused
from welfare.services.sessions import find_session

HOME, AWAY = "192.0.2.7", "198.51.100.9"


def session_of(edge, token, at):
    return edge.look(find_session, token=token, request_id=uuid4(), at=at)


def fail(edge, asked, times, **wrong):
    waits = []
    for _ in range(times):
        with pytest.raises(SignInRefused) as refused:
            edge.act(come_in, **asked | {"password": "not the right one"} | wrong)
        waits.append(refused.value.wait_seconds)
    return waits


def blocked_until(edge):
    return [each.blocked_until for each in edge.rows(SignInCounter) if each.blocked_until]
