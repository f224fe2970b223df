"""A forgotten password: a letter to the owner's own address, and the same answer for all."""

from datetime import timedelta

import pytest

from models import vault
from models.tables.accounts import Account
from models.tables.audit import AuditEvent
from models.tables.doors import Invitation, Passkey
from models.tables.letters import Letter
from models.tables.people import Identity
from models.vocabulary import Act, Decision, InvitationPurpose, LetterKind, Role
from tests.factories import PASSWORD
from tests.services.doors import come_in
from welfare.policies.own_email import OWN_EMAIL
from welfare.policies.passwords import hashed
from welfare.services.invitations import (
    ask_reset,
)


def with_own_email(make, **given):
    """An account whose owner has said where to send a reset."""
    actor = make.actor(login="noor", **given)
    with make.kept() as session:
        identity = session.get_one(Identity, actor.person_id)
        key = vault.key_for(session, person_id=actor.person_id)
        content = vault.opened(key, identity, "content") | {OWN_EMAIL: "own@example.org"}
        identity.content = vault.sealed(key, identity, "content", content, size=2048)
    return actor


def ask(edge, make, login="noor", network="10.0.0.1", at=None):
    edge.act(ask_reset, login=login, network=network, at=at or make.now)


def test_a_forgotten_password_is_answered_by_a_letter_to_the_owners_own_address(
    edge, make, worker, post_office
):
    with_own_email(make)

    ask(edge, make, " NOOR ")
    worker(make.now)

    (link,) = edge.rows(Invitation)
    assert [letter.to for letter in post_office.letters] == ["own@example.org"]
    assert link.expires_at == make.now + timedelta(hours=1)
    assert link.made_by is None and link.code_digest is None


@pytest.mark.parametrize(
    "account",
    [
        {"disabled_at": True},
        {"must_change_password": True},
        {"role": Role.CLINICIAN},
    ],
)
def test_no_letter_for_disabled_unused_or_staff_without_a_second_factor(edge, make, account):
    account = {name: make.now if name == "disabled_at" else each for name, each in account.items()}
    with_own_email(make, **account)

    ask(edge, make)

    assert edge.count(Letter) == edge.count(Invitation) == 0


def test_an_address_that_only_an_administrator_gave_gets_no_letter(edge, make):
    make.actor(login="noor")

    ask(edge, make)

    assert edge.count(Letter) == 0


def test_staff_with_a_second_factor_may_ask_and_keep_it(edge, make):
    actor = with_own_email(make, role=Role.CLINICIAN)
    with make.kept() as session:
        session.add(
            Passkey(
                account_id=actor.account_id,
                credential_id=b"own",
                public_key=b"key",
                sign_count=0,
                made_at=make.now,
            )
        )

    ask(edge, make)

    assert [letter.kind for letter in edge.rows(Letter)] == [LetterKind.INVITATION]
    assert edge.rows(Invitation)[0].purpose is InvitationPurpose.RESET
    assert edge.count(Passkey) == 1


def test_asking_again_writes_no_second_letter_and_ends_no_link(edge, make):
    with_own_email(make)

    for _ in range(3):
        ask(edge, make)

    assert edge.count(Letter) == 1
    assert edge.rows(Invitation)[0].revoked_at is None


def test_somebody_who_asks_too_often_is_not_heard_and_not_told(edge, make):
    for number in range(8):
        ask(edge, make, at=make.now + timedelta(seconds=number))
    with_own_email(make)

    ask(edge, make, at=make.now + timedelta(seconds=10))
    ask(edge, make, network="10.0.0.2", at=make.now + timedelta(seconds=11))

    assert edge.count(Letter) == 1  # from the other network only


def test_asking_does_not_lock_the_owner_out(edge, make):
    with_own_email(make, password_hash=hashed(PASSWORD))

    for _ in range(30):
        ask(edge, make)

    assert edge.act(come_in, login="noor", password=PASSWORD, network="10.0.0.1", at=make.now)


def test_an_unknown_name_leaves_the_same_trail_as_one_that_may_not(edge, make):
    make.actor(login="noor")

    ask(edge, make, "noor")
    ask(edge, make, "nobody")

    events = edge.rows(AuditEvent, AuditEvent.act == Act.INVITATION_MADE)
    assert {(each.decision, each.person_id, each.actor_id) for each in events} == {
        (Decision.REFUSED, None, None)
    }
    assert edge.count(Account) == 1
