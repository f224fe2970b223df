"""Whoever was joined with another record: their keys come back from every backup."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models import merging
from models import vault as seals
from models.base import new_key
from models.merged import IN_FORCE
from models.session import transaction
from models.tables.merging import Merge
from models.tables.people import Identity, PersonKey
from welfare.gateways.backup_frames import Part
from welfare.policies.actor import Machine


@pytest.fixture
def two(scene, make):
    return make.person().id, make.person().id


def join(database, two):
    first, second = two
    with transaction(database) as session:
        merge = Merge(id=new_key(), person_id=first, other_id=second, made_at=datetime.now(UTC))
        key = seals.key_for(session, person_id=first)
        merge.content = seals.sealed(key, merge, "content", {}, size=4096)
        session.add(merge)
        session.flush()
        assert merging.merge(session, found=merge, by=Machine(), at=datetime.now(UTC))
        return merge.id


def part(database, merge_id):
    with transaction(database) as session:
        found = session.get_one(Merge, merge_id)
        return merging.part(session, found=found, by=Machine(), at=datetime.now(UTC))


def names_of(session, person_ids):
    keys = seals.keys_for(session, person_ids=person_ids)
    return {
        each: seals.opened(keys[each], session.get_one(Identity, each), "content")["family"]
        for each in keys
    }


def test_a_backup_of_joined_people_is_whole_and_they_can_be_parted_from_it(
    vault, database, two, new_site, look
):
    merge = join(database, two)
    made = vault.made()

    done = vault.restore(made.name, **new_site)

    assert done.exit_code == 0, done.output
    restored = look(new_site)
    with restored.reading() as session:
        assert session.get(PersonKey, two[1]) is None
    assert part(restored, merge)
    with restored.reading() as session:
        assert names_of(session, two).keys() == set(two)


def test_a_backup_from_before_opens_with_the_keys_of_after(vault, database, two, new_site, look):
    old = vault.made()
    with database.reading() as session:
        names = names_of(session, two)
    join(database, two)
    later = vault.made()

    done = vault.restore(old.name, "--keys-file", later.path(Part.KEYS), **new_site)

    assert done.exit_code == 0, done.output
    with look(new_site).reading() as session:
        assert names_of(session, two) == names


def test_so_it_does_if_the_first_came_after_the_backup(vault, database, make, new_site, look):
    second = make.person().id
    old = vault.made()
    with database.reading() as session:
        names = names_of(session, [second])
    join(database, (make.person().id, second))
    later = vault.made()

    done = vault.restore(old.name, "--keys-file", later.path(Part.KEYS), **new_site)

    assert done.exit_code == 0, done.output
    with look(new_site).reading() as session:
        assert names_of(session, [second]) == names


def test_a_backup_from_between_has_one_key_though_they_were_parted_since(
    vault, database, two, new_site, look
):
    merge = join(database, two)
    old = vault.made()
    part(database, merge)
    later = vault.made()

    done = vault.restore(old.name, "--keys-file", later.path(Part.KEYS), **new_site)

    assert done.exit_code == 0, done.output
    with look(new_site).reading() as session:
        assert session.get(PersonKey, two[1]) is None
        assert session.scalars(select(Merge.id).where(IN_FORCE)).all() == [merge]
