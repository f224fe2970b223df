"""Keys of other sites and people, copies and made-up answers let nobody in."""

import pytest

from models.tables.audit import AuditEvent
from models.tables.doors import Passkey
from models.vocabulary import Act, Decision, Role
from tests.authenticator import Authenticator
from tests.services.passkeys.ceremonies import PLACE, add, answer, come_in, refused_at_the_door
from welfare.errors import InputRefused, SignInRefused
from welfare.policies.browser import Browser
from welfare.services.passkeys import (
    Answer,
    add_passkey,
    ask_for_proof,
    ask_for_sign_in,
    ask_to_add,
    prove_by_passkey,
    sign_in_with_passkey,
)


@pytest.mark.parametrize(
    ("lie", "value"),
    [
        ("origin", "https://welfare.example.net"),
        ("origin", "http://welfare.example"),
        ("host", "welfare.example.net"),
        ("verifies", False),
    ],
)
def test_a_passkey_of_another_site_or_without_its_owner_is_refused(
    edge, key, given, door, lie, value
):
    add(edge, key, given)
    setattr(key, lie, value)

    assert refused_at_the_door(edge, key, door) == 0
    assert edge.acts()[Act.SIGN_IN_REFUSED] == 1


@pytest.mark.parametrize(
    ("lie", "value"),
    [("origin", "https://evil.example"), ("host", "evil.example"), ("verifies", False)],
)
def test_a_new_key_of_another_site_or_without_its_owner_is_not_kept(edge, key, given, lie, value):
    setattr(key, lie, value)

    with pytest.raises(InputRefused):
        add(edge, key, given)

    assert edge.count(Passkey) == 0


def test_a_counter_that_goes_back_is_refused_and_recorded(edge, key, given, door):
    add(edge, key, given)
    come_in(edge, key, door)
    key.count = 0  # as a copy of the key that was made before

    assert refused_at_the_door(edge, key, door) == 0
    refused = [each for each in edge.rows(AuditEvent) if each.decision is Decision.REFUSED]
    assert [each.act for each in refused] == [Act.SIGN_IN_REFUSED]


@pytest.mark.parametrize(
    "lies", [{"signature": b"made up"}, {"userHandle": bytes(16)}, {"authenticatorData": b""}]
)
def test_an_answer_with_a_made_up_part_is_refused(edge, key, given, door, lies):
    add(edge, key, given)

    assert refused_at_the_door(edge, key, door, **lies) == 0


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"id": 5}', '{"id": "", "response": null}', "\ud800"]
)
def test_an_answer_that_is_none_is_refused(edge, given, door, text):
    asked = edge.act(ask_for_sign_in, **door)
    adding = edge.act(ask_to_add, **given)

    with pytest.raises(SignInRefused):
        edge.act(
            sign_in_with_passkey, **door, answer=Answer(asked.challenge_id, text), browser=Browser()
        )
    with pytest.raises(InputRefused):
        edge.act(add_passkey, **given, answer=Answer(adding.challenge_id, text))


def test_a_stranger_whose_key_is_not_known_is_refused(edge, key, door):
    assert refused_at_the_door(edge, key, door) == 0


def test_a_key_of_another_account_proves_nothing_and_cannot_be_added_twice(edge, key, given, make):
    add(edge, key, given)
    other = make.actor(Role.CLINICIAN)
    theirs = given | {"actor": other, "browser": Browser(token=make.web_session(other))}
    own = Authenticator(PLACE.origin)
    token = add(edge, own, theirs).opened.token
    theirs = theirs | {"browser": Browser(token=token)}

    asked = edge.act(ask_for_proof, **theirs)
    with pytest.raises(InputRefused):
        edge.act(prove_by_passkey, **theirs, answer=answer(asked, key.get(asked.options)))
    with pytest.raises(InputRefused):
        add(edge, key, theirs)

    assert edge.count(Passkey) == 2


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[]", "null", '{"id": 1, "response": []}', "9" * 9999]
)
def test_what_is_no_answer_at_all_is_refused_like_a_wrong_one(edge, door, text):
    asked = edge.act(ask_for_sign_in, **door)

    with pytest.raises(SignInRefused):
        edge.act(sign_in_with_passkey, **door, answer=answer(asked, text), browser=Browser())
