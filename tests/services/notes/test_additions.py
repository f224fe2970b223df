"""Adding to a signed note: the note stays as it is, and both are shown together."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.base import new_key
from models.tables.care import Case, Note
from models.vocabulary import Act, CaseStatus, Role
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies.actor import console
from welfare.services.exports import export_person
from welfare.services.notes import sign_note
from welfare.services.records import read_record


def added(edge, signed, first, words, **given):
    changes = {"words": words, "note_id": new_key(), "addendum_to": first.id}
    return edge.act(sign_note, **signed | changes | given)


def test_an_addition_is_a_second_note_and_changes_nothing_of_the_first(edge, signed, first, make):
    later = make.now + timedelta(hours=1)
    before = edge.contents()["note"]

    second = added(edge, signed, first, "Called again.", at=later)

    assert (second.addendum_to, second.signed_at) == (first.id, later)
    assert set(before) < set(edge.contents()["note"])
    assert edge.acts()[Act.NOTE_SIGNED] == 2


def test_an_addition_to_an_addition_belongs_to_the_same_first_note(edge, signed, first):
    second = added(edge, signed, first, "Called again.")

    third = added(edge, signed, second, "And again.")

    assert third.addendum_to == first.id


def test_they_are_shown_together_the_oldest_first_with_author_and_time(
    edge, signed, first, make, clinician, person, case
):
    colleague = make.actor(Role.CLINICIAN)
    with make.kept() as session:
        session.get_one(Case, case.id).second_id = colleague.account_id
    for hours, words, actor in ((1, "One.", colleague), (3, "Three.", clinician)):
        at = make.now + timedelta(hours=hours)
        added(edge, signed, first, words, actor=actor, at=at)
    between = make.now + timedelta(hours=2)
    edge.act(sign_note, **signed | {"words": "Another.", "note_id": new_key(), "at": between})

    asked = {"actor": clinician, "person_id": person.id, "at": make.now}
    newest, oldest = edge.look(read_record, **asked).notes

    assert (newest.words, newest.additions) == ("Another.", ())
    assert [each.words for each in (oldest, *oldest.additions)] == [
        "Slept badly.",
        "One.",
        "Three.",
    ]
    assert [each.is_addition for each in (oldest, *oldest.additions)] == [False, True, True]
    assert oldest.by == oldest.additions[1].by != oldest.additions[0].by
    assert oldest.additions[0].signed_at == make.now + timedelta(hours=1)


def test_whoever_shares_the_case_adds_and_whoever_does_not_is_refused(edge, signed, first, make):
    stranger = make.actor(Role.CLINICIAN)
    with pytest.raises(AccessDenied):
        added(edge, signed, first, "Not mine.", actor=stranger)

    with make.kept() as session:
        session.get_one(Case, signed["case_id"]).second_id = stranger.account_id

    assert added(edge, signed, first, "Now it is.", actor=stranger).addendum_to == first.id


def test_nothing_is_added_once_the_case_is_closed(edge, signed, first, make):
    with make.kept() as session:
        case = session.get_one(Case, signed["case_id"])
        case.status, case.closed_at = CaseStatus.CLOSED, make.now

    with pytest.raises(AccessDenied):
        added(edge, signed, first, "Too late.")

    assert edge.count(Note) == 1


def test_a_note_of_somebody_else_looks_like_one_that_is_missing(edge, signed, make, clinician):
    other = make.case(make.person(), clinician)
    theirs = edge.act(sign_note, **signed | {"case_id": other.id})

    for note_id in (theirs.id, uuid4()):
        with pytest.raises(RecordNotFound):
            edge.act(sign_note, **signed | {"note_id": new_key(), "addendum_to": note_id})

    assert edge.count(Note) == 1


@pytest.mark.parametrize(("words", "problem"), [(" ", "empty"), ("w" * 8001, "too_long")])
def test_an_addition_needs_words_but_not_too_many(edge, signed, first, words, problem):
    with pytest.raises(InputRefused) as refused:
        added(edge, signed, first, words)

    assert refused.value.problems == {"words": problem}


def test_an_export_tells_which_note_was_added_to(edge, signed, first, person, make):
    second = added(edge, signed, first, "Called again.", at=make.now + timedelta(hours=1))

    given = {"person_id": person.id, "with_notes": True, "at": make.now}
    content = edge.act(export_person, actor=console(make.root.path), **given)

    assert [(each["id"], each["addendum_to"]) for each in content["notes"]] == [
        (str(first.id), None),
        (str(second.id), str(first.id)),
    ]
