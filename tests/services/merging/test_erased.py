"""Erasing somebody whose two records were joined, and what a restore does with them."""

import pytest
from sqlalchemy import select

from models import erasure, vault
from models.sealing import SealBroken
from models.tables.accounts import Account
from models.tables.care import Note
from models.tables.lifecycle import Tombstone
from models.tables.merging import Merge
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening
from tests.services.merging.both_sides import sizes_of, whole_of
from welfare.errors import InputRefused
from welfare.policies.actor import Machine, console
from welfare.services import erasure as ordered


@pytest.fixture
def order(two, make, edge):
    """Erase somebody as the console does."""

    def done(person_id):
        given = {"person_id": person_id, "reason": "asked", "at": make.now}
        return edge.act(ordered.erase_person, actor=console(make.root.path), **given)

    return done


def erase(edge, make, person_id):
    with edge.database.writing() as session:
        given = {"person_id": person_id, "erased_at": make.now, "erased_by": None, "at": make.now}
        done = erasure.erase(session, by=Machine(), **given)
        session.commit()
    return done


def test_erasing_the_first_erases_the_second_with_its_key(scene, make, edge):
    merge = scene.join()
    with edge.database.reading() as session:
        content = session.get_one(Merge, merge.id).content
        key = vault.key_for(session, person_id=scene.first.id)

    erase(edge, make, scene.first.id)

    both = {scene.first.id, scene.second.id}
    assert {each.person_id for each in edge.rows(Tombstone)} == both
    assert not both & {each.person_id for each in edge.rows(PersonKey)}
    assert not both & {each.person_id for each in edge.rows(Identity)}
    with edge.database.reading() as session:
        stored = session.get_one(Merge, merge.id)
        assert (stored.content != content, len(stored.content)) == (True, len(content))
        with pytest.raises(SealBroken):
            vault.opened(key, stored, "content")
        account = session.scalar(select(Account).where(Account.person_id == scene.second.id))
    assert account.password_hash == erasure.NO_PASSWORD


def test_the_order_writes_a_line_for_each_of_the_two(two, edge, order, make):
    two.join()

    erased = order(two.first.id)

    lines = erased.line.splitlines()
    assert len(lines) == len(erased.withdrawal.splitlines()) == 2
    given = {"lines": lines, "at": make.now}
    assert edge.act(ordered.replay_tombstones, **given) == 0
    assert {each.person_id for each in edge.rows(Tombstone)} == {two.first.id, two.second.id}


def test_a_hold_on_either_stands_against_it(scene, make, edge):
    scene.join()
    given = {"person_id": scene.first.id, "reason": "asked", "at": make.now}

    with pytest.raises(InputRefused) as refused:
        edge.act(ordered.erase_person, actor=console(make.root.path), **given)

    assert refused.value.problems["hold"] == "still_open"


def test_a_tombstone_of_the_second_alone_parts_the_two_first(scene, make, edge):
    """After a restore from a day on which they were joined: they were parted later, and then
    the second was erased."""
    with edge.database.reading() as session:
        before = whole_of(session, scene.first.id)
    scene.join()

    erase(edge, make, scene.second.id)

    with edge.database.reading() as session:
        after = whole_of(session, scene.first.id)
    assert after == before
    assert edge.rows(PersonKey, PersonKey.person_id == scene.second.id) == []
    assert [each.person_id for each in edge.rows(Tombstone)] == [scene.second.id]
    left = edge.rows(Screening, Screening.person_id == scene.second.id)
    assert left
    assert all(len(each.payload) > 0 for each in left)


def test_what_a_merge_seals_anew_is_as_long_as_before(scene, edge):
    """So that nobody who steals the tables sees that something was moved, but by its owner."""
    with edge.database.reading() as session:
        before = sizes_of(session, scene.second.id)
    scene.join()
    with edge.database.reading() as session:
        after = sizes_of(session, scene.first.id) | sizes_of(session, scene.second.id)

    assert {place: after[place] for place in before} == before


def test_after_the_erasure_frozen_rows_stay_as_ciphertext_that_nothing_opens(scene, make, edge):
    scene.join()
    erase(edge, make, scene.first.id)

    (note,) = edge.rows(Note)
    with edge.database.reading() as session:
        assert vault.keys_for(session, person_ids=[note.person_id]) == {}
        assert session.get_one(Person, note.person_id) is not None
