"""Codes of an authenticator app, as its owner would read and type them."""

import pyotp
import pytest

from tests.factories import APP_KEY
from welfare.errors import InputRefused
from welfare.services.second_factors import (
    begin_app,
    confirm_app,
    prove_by_code,
    read_new_secret,
)


def shown(at, key=APP_KEY, *, steps=0):
    return pyotp.TOTP(key).generate_otp(int(at.timestamp()) // 30 + steps)


def set_up(edge, given):
    """The walk through the pages, from a new key to its first code."""
    edge.act(begin_app, **given)
    secret = edge.look(read_new_secret, actor=given["actor"], browser=given["browser"])
    return edge.act(confirm_app, **given, code=shown(given["at"], secret))


def refused_code(edge, given, code):
    with pytest.raises(InputRefused) as refused:
        edge.act(prove_by_code, **given, code=code)
    return refused.value.problems
