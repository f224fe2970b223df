"""The drill: a copy from the safe opens this site, or it is said plainly what it lacks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.sealing import FileKeys, KeyRing, change_key_file, keep_ring
from models.sealing.keys import new_ring
from models.tables.audit import AuditEvent
from models.tables.people import PersonKey
from models.vocabulary import Act, Decision, Role
from tests.factories import Factory
from tests.services.edge import Edge
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies.actor import console
from welfare.services.key_escrow import last_drill_at, note_copy, try_copy

PEOPLE = 3


@pytest.fixture
def path(keys, tmp_path):
    place = tmp_path / "keys" / "welfare.key"
    keep_ring(place, keys.ring)
    return place


@pytest.fixture
def vaulted(watched, path):
    return Edge(replace(watched, keys=FileKeys.read(path)))


@pytest.fixture
def people(make):
    return [make.person() for _ in range(PEOPLE)]


@pytest.fixture
def asked(make, keys):
    return {"actor": console(make.root.path), "ring": keys.ring, "at": make.now}


def test_a_whole_copy_opens_the_site_and_the_day_is_remembered(vaulted, people, asked, keys):
    drill = vaulted.act(try_copy, **asked, copy=keys.ring)

    assert drill.opens_site
    assert (drill.opened, drill.broken, drill.lacking) == (2 * PEOPLE, 0, {})
    assert vaulted.look(last_drill_at) == asked["at"]
    assert vaulted.acts() == {Act.KEYS_ESCROW_CHECKED: 1}


def test_a_copy_of_another_site_opens_nothing_and_is_no_drill(vaulted, people, asked):
    drill = vaulted.act(try_copy, **asked, copy=new_ring())

    assert (drill.opens_site, drill.is_of_site) == (False, False)
    assert vaulted.look(last_drill_at) is None
    assert [event.decision for event in vaulted.rows(AuditEvent)] == [Decision.REFUSED]


def test_a_copy_from_before_a_rotation_is_told_with_how_many_it_does_not_open(
    vaulted, people, asked, path, keys, make
):
    rotated = change_key_file(path, KeyRing.rotated)
    serving = Factory(replace(make.database, keys=vaulted.database.keys), make.now)
    serving.person(make.root)

    drill = vaulted.act(try_copy, **asked | {"ring": rotated}, copy=keys.ring)

    assert not drill.opens_site
    assert drill.lacking == {rotated.wrapping_id: 1}
    assert drill.opened == 2 * PEOPLE


def test_a_copy_with_a_changed_key_lacks_it(vaulted, people, asked, keys):
    changed = KeyRing(keys.wrapping_id, {keys.wrapping_id: bytes(32)}, keys.ring._root)

    drill = vaulted.act(try_copy, **asked, copy=changed)

    assert drill.lacking == {keys.wrapping_id: PEOPLE}
    assert not drill.opens_site


def test_damaged_records_of_the_sample_are_counted(vaulted, people, asked, keys, make):
    with make.kept() as session:
        rows = [session.get_one(PersonKey, person.id) for person in people[:2]]
        rows[0].wrapped, rows[1].wrapped = rows[1].wrapped, rows[0].wrapped

    drill = vaulted.act(try_copy, **asked, copy=keys.ring)

    assert drill.broken == 4  # each once among the oldest and once among the newest
    assert not drill.opens_site


def test_a_copy_leaving_the_machine_is_in_the_trail(vaulted, asked):
    vaulted.act(note_copy, actor=asked["actor"], at=asked["at"])

    assert vaulted.acts() == {Act.KEYS_ESCROWED: 1}
    assert vaulted.look(last_drill_at) is None


def test_the_latest_drill_counts(vaulted, people, asked, keys):
    for days in (3, 0, 1):
        at = asked["at"] + timedelta(days=days)
        vaulted.act(try_copy, **asked | {"at": at}, copy=keys.ring)

    assert vaulted.look(last_drill_at) == asked["at"] + timedelta(days=3)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MEMBER, None])
def test_escrow_is_for_the_console_alone(vaulted, make, asked, keys, role):
    actor = replace(make.actor(role or Role.MEMBER), role=role)

    with pytest.raises(AccessDenied):
        vaulted.act(note_copy, actor=actor, at=make.now)
    with pytest.raises(AccessDenied):
        vaulted.act(try_copy, **asked | {"actor": actor}, copy=keys.ring)


def test_a_site_that_is_not_set_up_has_no_copies(vaulted, keys, make):
    with pytest.raises(RecordNotFound):
        vaulted.act(note_copy, actor=console("0001"), at=make.now)
