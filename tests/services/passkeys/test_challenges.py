"""Challenges: for one purpose, one browser, one answer and five minutes."""

from datetime import timedelta

import pytest

from models.tables.accounts import WebSession
from models.tables.doors import Challenge
from tests.services.passkeys.ceremonies import add, answer
from welfare.errors import InputRefused, SignInRefused
from welfare.policies.browser import Browser
from welfare.services.passkeys import (
    ask_for_proof,
    ask_for_sign_in,
    ask_to_add,
    prove_by_passkey,
    sign_in_with_passkey,
)


def test_an_answer_works_once(edge, key, given, door):
    add(edge, key, given)
    asked = edge.act(ask_for_sign_in, **door)
    said = {"answer": answer(asked, key.get(asked.options)), "browser": Browser()}
    edge.act(sign_in_with_passkey, **door, **said)

    with pytest.raises(SignInRefused):
        edge.act(sign_in_with_passkey, **door, **said)

    assert {each.used_at for each in edge.rows(Challenge) if each.account_id is None} == {
        door["at"]
    }


def test_a_challenge_is_used_up_even_by_a_wrong_answer(edge, key, given, door):
    add(edge, key, given)
    asked = edge.act(ask_for_sign_in, **door)
    right = answer(asked, key.get(asked.options))
    for said in (answer(asked, "not an answer"), right):
        with pytest.raises(SignInRefused):
            edge.act(sign_in_with_passkey, **door, answer=said, browser=Browser())


def test_a_challenge_lives_five_minutes_and_is_then_swept_away(edge, key, given, door, make):
    add(edge, key, given)
    asked = edge.act(ask_for_sign_in, **door)
    late = door | {"at": make.now + timedelta(minutes=5)}

    with pytest.raises(SignInRefused):
        edge.act(
            sign_in_with_passkey,
            **late,
            answer=answer(asked, key.get(asked.options)),
            browser=Browser(),
        )

    edge.act(ask_for_sign_in, **door | {"at": make.now + timedelta(minutes=6)})
    assert edge.count(Challenge) == 1


def test_a_challenge_of_another_browser_is_worth_nothing_here(edge, key, given, door):
    add(edge, key, given)
    asked = edge.act(ask_for_sign_in, **door)
    elsewhere = door | {"binding": b"another browser"}

    with pytest.raises(SignInRefused):
        edge.act(
            sign_in_with_passkey,
            **elsewhere,
            answer=answer(asked, key.get(asked.options)),
            browser=Browser(),
        )


def test_a_challenge_of_another_session_is_worth_nothing_here(edge, key, given, make, actor):
    add(edge, key, given)
    first, second = (
        given | {"browser": Browser(token=make.web_session(actor, proved_at=None))}
        for _ in range(2)
    )
    asked = edge.act(ask_for_proof, **first)

    with pytest.raises(InputRefused):
        edge.act(prove_by_passkey, **second, answer=answer(asked, key.get(asked.options)))

    assert not [each for each in edge.rows(WebSession) if each.proved_at is None and each.ended_at]


def test_a_challenge_serves_only_the_purpose_it_was_made_for(edge, key, given, door):
    token = add(edge, key, given).opened.token
    given = given | {"browser": Browser(token=token)}
    asked = edge.act(ask_to_add, **given)

    with pytest.raises(InputRefused):
        edge.act(prove_by_passkey, **given, answer=answer(asked, key.get(asked.options)))
    with pytest.raises(SignInRefused):
        edge.act(
            sign_in_with_passkey,
            **door,
            answer=answer(asked, key.get(asked.options)),
            browser=Browser(),
        )
