"""Passkeys: added, proved, and a whole way in by themselves."""

import json
from uuid import uuid4

import pytest

from models.tables.accounts import Account
from models.tables.doors import Passkey
from models.vocabulary import Act, Role
from tests.authenticator import Authenticator
from tests.factories import TODAY
from tests.services.passkeys.ceremonies import (
    PLACE,
    add,
    answer,
    come_in,
    refused_at_the_door,
    session_of,
)
from welfare.errors import AccessDenied, InputRefused
from welfare.policies.browser import Browser
from welfare.policies.passkey_checks import Place
from welfare.services.passkeys import (
    Answer,
    add_passkey,
    ask_for_proof,
    ask_to_add,
    prove_by_passkey,
)
from welfare.services.second_factors import list_factors, remove_factor
from welfare.services.sessions import list_posts


def test_a_passkey_alone_lets_in_and_counts_as_both_factors(edge, key, given, door, make, actor):
    add(edge, key, given)

    opened = come_in(edge, key, door)

    found = session_of(edge, opened.token, make.now)
    assert (found.actor.account_id, found.actor.role) == (actor.account_id, Role.CLINICIAN)
    assert found.is_proved and opened.known
    assert edge.acts() == {Act.FACTOR_ADDED: 1, Act.SIGNED_IN: 1}


def test_the_first_factor_brings_recovery_codes_and_a_second_one_none(edge, key, given):
    first = add(edge, key, given)
    given = given | {"browser": Browser(token=first.opened.token)}

    second = add(edge, Authenticator(PLACE.origin), given)

    assert (len(first.codes), second.codes) == (10, [])
    assert {each.device for each in edge.rows(Passkey)} == {"Firefox, Android", None}


def test_what_the_browser_keeps_names_nobody(edge, given, actor):
    options = json.loads(edge.act(ask_to_add, **given).options)

    assert options["user"]["name"] == f"Welfare {actor.account_id.hex[-4:]}"
    assert "Marrow" not in json.dumps(options)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"


def test_a_key_that_is_here_already_is_not_offered_again(edge, key, given):
    token = add(edge, key, given).opened.token

    options = edge.act(ask_to_add, **given | {"browser": Browser(token=token)}).options

    assert len(json.loads(options)["excludeCredentials"]) == 1


def test_a_passkey_proves_a_session_that_came_in_by_password(edge, key, given, make, actor):
    add(edge, key, given)
    token = make.web_session(actor, proved_at=None)
    half = given | {"browser": Browser(token=token)}

    asked = edge.act(ask_for_proof, **half)
    opened = edge.act(prove_by_passkey, **half, answer=answer(asked, key.get(asked.options)))

    assert session_of(edge, token, make.now) is None
    assert session_of(edge, opened.token, make.now).is_proved
    assert edge.acts()[Act.FACTOR_PROVED] == 1


def test_a_key_without_a_counter_still_works(edge, given, door):
    key = Authenticator(PLACE.origin, counts=False)
    add(edge, key, given)

    assert come_in(edge, key, door).token and come_in(edge, key, door).token


def test_a_disabled_account_or_one_without_a_post_does_not_come_in(
    edge, key, given, door, make, actor
):
    add(edge, key, given)
    with make.kept() as session:
        session.get_one(Account, actor.account_id).disabled_at = make.now
    assert refused_at_the_door(edge, key, door) == 0

    with make.kept() as session:
        session.get_one(Account, actor.account_id).disabled_at = None
        for post in list_posts(session, actor=actor, today=TODAY):
            post.confirmed_at = None
    assert refused_at_the_door(edge, key, door) == 0


def test_whoever_knows_only_the_password_adds_no_passkey(edge, key, given, make, actor):
    make.app(actor)
    half = given | {"browser": Browser(token=make.web_session(actor, proved_at=None))}

    with pytest.raises(AccessDenied):
        edge.act(ask_to_add, **half)
    with pytest.raises(AccessDenied):
        edge.act(add_passkey, **half, answer=Answer(uuid4(), "{}"))


def test_somebody_without_a_passkey_is_not_asked_for_one(edge, given):
    with pytest.raises(InputRefused):
        edge.act(ask_for_proof, **given)


def test_a_removed_passkey_lets_nobody_in(edge, key, given, door, make, actor):
    token = add(edge, key, given).opened.token
    given = given | {"browser": Browser(token=token)}
    token = add(edge, Authenticator(PLACE.origin), given).opened.token
    (first, _second) = edge.look(list_factors, actor=actor, at=make.now).passkeys

    edge.act(
        remove_factor,
        actor=actor,
        factor_id=first.id,
        browser=Browser(token=token),
        at=make.now,
    )

    assert refused_at_the_door(edge, key, door) == 0


@pytest.mark.parametrize(
    ("url", "can"),
    [
        ("https://welfare.example/", True),
        ("http://localhost:8000/", True),
        ("http://127.0.0.1:8000/", False),
        ("https://[::1]/", False),
    ],
)
def test_passkeys_need_a_name_not_a_number(url, can):
    assert Place.of(url, "Welfare").can_have_passkeys is can
