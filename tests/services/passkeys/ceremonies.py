"""Adding a passkey and coming in with it, as the browser does."""

from uuid import uuid4

import pytest

from welfare.errors import SignInRefused
from welfare.policies.browser import Browser
from welfare.policies.passkey_checks import Place
from welfare.services.passkeys import (
    Answer,
    add_passkey,
    ask_for_sign_in,
    ask_to_add,
    sign_in_with_passkey,
)
from welfare.services.sessions import find_session

PLACE = Place.of("https://welfare.example/", "Welfare")
BINDING = b"a secret of this browser"


def add(edge, key, given):
    asked = edge.act(ask_to_add, **given)
    return edge.act(add_passkey, **given, answer=answer(asked, key.create(asked.options)))


def answer(asked, text):
    return Answer(asked.challenge_id, text)


def come_in(edge, key, door, **lies):
    asked = edge.act(ask_for_sign_in, **door)
    said = answer(asked, key.get(asked.options, **lies))
    return edge.act(sign_in_with_passkey, **door, answer=said, browser=Browser())


def refused_at_the_door(edge, key, door, **lies):
    with pytest.raises(SignInRefused) as refused:
        come_in(edge, key, door, **lies)
    return refused.value.wait_seconds


def session_of(edge, token, at):
    return edge.look(find_session, token=token, request_id=uuid4(), at=at)
