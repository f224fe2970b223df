"""A merge moves all that can be moved, and parting gives every row back as it was."""

from models import vault
from models.moving import FOLDED, MOVES, REVOKED, STAYS
from models.tables.audit import AuditEvent
from models.tables.lifecycle import Tombstone
from models.tables.people import Person, PersonKey
from models.tables.reminders import Reminder, WindowLink
from models.vocabulary import Act
from tests.services.merging.both_sides import tables_of_people, whole_of

DECIDED = (*MOVES, *STAYS, *REVOKED, *FOLDED)
EMPTY = {Tombstone}  # somebody who was erased is not merged


def test_every_table_with_a_person_in_it_has_been_decided():
    known = {table.__tablename__ for table in tables_of_people()} - {Person.__tablename__}

    assert {table.__tablename__ for table in DECIDED} == known
    assert len(DECIDED) == len(set(DECIDED))


def test_the_scene_has_a_row_of_the_second_in_every_table(scene, edge):
    empty = {
        table
        for table in tables_of_people()
        if table is not Person and not edge.rows(table, table.person_id == scene.second.id)
    }

    assert empty == EMPTY


def test_merging_and_parting_gives_every_row_back_as_it_was(scene, edge):
    with edge.database.reading() as session:
        before = whole_of(session, scene.first.id, scene.second.id)

    merge = scene.join()
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=scene.first.id)
        merged = whole_of(session, scene.first.id)
    scene.part(merge)

    with edge.database.reading() as session:
        after = whole_of(session, scene.first.id, scene.second.id)
        assert vault.key_for(session, person_id=scene.second.id) != key
    assert after.keys() == before.keys()
    for place, row in before.items():
        assert after[place] == row, place
    assert merged != {place: row for place, row in before.items() if place in merged}


def test_what_moves_is_sealed_for_the_first_and_nothing_of_it_is_left_with_the_second(scene, edge):
    joined = {"again", "there"}
    scene.join()

    for table in MOVES:
        left = edge.rows(table, table.person_id == scene.second.id)
        if table.__tablename__ == "window":
            assert [each.id for each in left] == [scene.rows["other"].id]
        else:
            assert left == [], table
    with edge.database.reading() as session:
        moved = whole_of(session, scene.first.id)
    own = {scene.rows[name].id for name in joined}
    assert [key for table, key in moved if table == "deployment" and key in own] == [
        scene.rows["there"].id
    ]


def test_the_second_has_no_key_no_letter_and_no_way_in(scene, edge):
    scene.join()

    assert edge.rows(PersonKey, PersonKey.person_id == scene.second.id) == []
    assert edge.count(Reminder) == 0
    (link,) = edge.rows(WindowLink)
    assert link.revoked_at == scene.make.now


def test_both_histories_know_of_it(scene, edge):
    merge = scene.join()
    scene.part(merge)

    for act in (Act.MERGE_ASKED, Act.PEOPLE_MERGED, Act.PEOPLE_PARTED):
        told = edge.rows(AuditEvent, AuditEvent.act == act)
        assert {each.person_id for each in told} == {scene.first.id, scene.second.id}
        assert {each.resource_id for each in told} == {merge.id}


def test_doing_it_twice_is_harmless(scene, edge):
    merge = scene.join()
    once = edge.contents()

    scene.confirm(merge, actor=scene.confirmer)
    assert edge.contents() == once

    scene.part(merge)
    parted = edge.contents()
    scene.part(merge)
    assert edge.contents() == parted


def test_after_parting_the_merge_opens_nothing_of_the_second(scene, edge):
    merge = scene.part(scene.join())

    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=scene.first.id)
        stored = session.get_one(type(merge), merge.id)
        assert vault.opened(key, stored, "content") == {}


def test_they_can_be_joined_again(scene):
    scene.part(scene.join())

    assert scene.join().is_in_force
