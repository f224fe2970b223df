"""Notes stay with the record they were signed in: adding to one after a merge and a parting."""

from models.base import new_key
from models.tables.care import Note
from welfare.services.notes import sign_note
from welfare.services.records import read_record


def test_a_note_of_the_second_record_is_added_to_in_the_first_and_stays_there_after_parting(
    scene, edge, make
):
    merge = scene.join()
    asked = {"actor": scene.clinician, "person_id": scene.first.id, "at": make.now}
    (shown,) = edge.look(read_record, **asked).notes
    case = edge.look(read_record, **asked).own_case
    given = {"actor": scene.clinician, "words": "Called again.", "at": make.now}

    added = edge.act(sign_note, case_id=case.id, note_id=new_key(), addendum_to=shown.id, **given)

    (together,) = edge.look(read_record, **asked).notes
    assert [each.words for each in together.additions] == ["Called again."]
    assert (added.person_id, added.addendum_to) == (scene.first.id, scene.rows["note"].id)

    scene.part(merge)
    make.case(scene.first, scene.clinician)
    (alone,) = edge.look(read_record, **asked).notes
    of_second = edge.look(read_record, **asked | {"person_id": scene.second.id}).notes
    assert (alone.words, alone.is_addition) == ("Called again.", True)
    assert [(each.words, each.additions) for each in of_second] == [("Slept well.", ())]
    assert edge.count(Note) == 2


def test_the_same_form_sent_again_after_a_merge_is_still_the_same_note(two, edge, make):
    case = make.case(two.second, two.clinician)
    signed = {"actor": two.clinician, "case_id": case.id, "note_id": new_key(), "at": make.now}
    first = edge.act(sign_note, words="Slept well.", **signed)

    two.join()

    assert edge.act(sign_note, words="Slept well.", **signed).id == first.id
    assert edge.count(Note) == 1
