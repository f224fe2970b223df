"""The one eraser: nothing of the person opens any more, and nothing finds them."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from models import erasure, vault
from models.base import new_key
from models.enrolment import person_numbered
from models.sealing import SealBroken
from models.tables.accounts import Account, Post, WebSession
from models.tables.audit import AuditEvent
from models.tables.lifecycle import Tombstone
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Draft
from models.vocabulary import (
    Act,
    Role,
)
from tests.models.erasure.remains import erase, rows, sealed_values
from welfare.policies.actor import Machine


def test_the_key_the_identity_and_every_way_in_are_gone(watched, whole, make):
    with watched.reading() as session:
        before = session.scalars(select(Account.login_digest)).one()

    assert erase(watched, whole, make.now)

    with watched.reading() as session:
        for table in (*erasure.DOORS, PersonKey, Identity, Draft):
            assert rows(session, table) == [], table
        (account,) = rows(session, Account)
        assert account.disabled_at == make.now
        assert account.login_digest != before
        assert not account.password_hash.startswith("$")
        with pytest.raises(SealBroken):
            vault.key_for(session, person_id=whole.person_id)


def test_nothing_finds_the_person_again(watched, whole, make):
    with watched.reading() as session:
        key = vault.key_for(session, person_id=whole.person_id)
        identity = session.get_one(Identity, whole.person_id)
        number = vault.opened(key, identity, "content")["service_number"]
        assert person_numbered(session, number) is not None

    erase(watched, whole, make.now)

    with watched.reading() as session:
        assert person_numbered(session, number) is None
        assert session.get_one(Person, whole.person_id).source_digest is None


def test_the_trail_and_a_tombstone_know_it_in_the_same_transaction(watched, whole, make):
    erase(watched, whole, make.now)

    with watched.reading() as session:
        (stone,) = rows(session, Tombstone)
        (event,) = rows(session, AuditEvent)
    assert (stone.person_id, stone.erased_at) == (whole.person_id, make.now)
    assert (event.act, event.person_id) == (Act.PERSON_ERASED, whole.person_id)


def test_erasing_twice_changes_nothing_more(watched, whole, make):
    erase(watched, whole, make.now)
    with watched.reading() as session:
        before = sealed_values(session, whole.person_id)

    again = erase(watched, whole, make.now + timedelta(days=1))

    assert not again
    with watched.reading() as session:
        assert sealed_values(session, whole.person_id) == before
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1
        (stone,) = rows(session, Tombstone)
    assert stone.erased_at == make.now


def test_somebody_this_database_does_not_know_gets_the_tombstone_alone(watched, make):
    unknown = new_key()
    with watched.writing() as session:
        done = erasure.erase(
            session,
            by=Machine(),
            person_id=unknown,
            erased_at=make.now,
            erased_by=None,
            at=make.now,
        )
        session.commit()

    assert not done
    with watched.reading() as session:
        assert [stone.person_id for stone in rows(session, Tombstone)] == [unknown]


def test_others_keep_everything(watched, whole, make):
    other = make.actor(Role.MEMBER)
    make.screening(make.person())
    token = make.web_session(other)

    erase(watched, whole, make.now)

    with watched.reading() as session:
        assert session.get(PersonKey, other.person_id) is not None
        assert session.get(WebSession, sha256(token.encode()).digest()).ended_at is None
        held = session.scalars(select(Post).where(Post.account_id == other.account_id)).one()
        assert held.until_day is None
        keys = vault.keys_for(session, person_ids=[row.person_id for row in rows(session, Person)])
        assert len(keys) == 2
