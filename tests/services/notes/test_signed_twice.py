"""A note that is signed twice by one form is kept once; other words under its id are refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models.base import new_key
from models.tables.care import Case, Note
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, InputRefused, WelfareError
from welfare.services.notes import sign_note


def test_the_same_form_again_gives_the_same_note_and_nothing_new(edge, signed, first):
    before = edge.contents(but=())

    again = edge.act(sign_note, **signed | {"words": "  Slept badly. "})

    assert again.id == first.id == signed["note_id"]
    assert edge.contents(but=()) == before


def test_other_words_under_a_used_id_are_refused_and_change_nothing(edge, signed, first):
    before = edge.contents(but=())

    for changes in ({"words": "Slept well."}, {"addendum_to": first.id}, {"words": ""}):
        with pytest.raises(InputRefused) as refused:
            edge.act(sign_note, **signed | changes)
        assert refused.value.problems == {"words": "signed_already"}

    assert edge.contents(but=()) == before


def test_an_id_that_somebody_else_used_looks_like_nothing_there(edge, signed, first, make):
    colleague = make.actor(Role.CLINICIAN)
    with make.kept() as session:
        session.get_one(Case, signed["case_id"]).second_id = colleague.account_id
    elsewhere = make.case(make.person(), signed["actor"])

    for changes in ({"actor": colleague}, {"case_id": elsewhere.id}):
        with pytest.raises(AccessDenied):
            edge.act(sign_note, **signed | changes)

    assert edge.count(Note) == 1


def test_without_an_id_each_form_is_a_note_of_its_own(edge, signed):
    for _ in range(2):
        edge.act(sign_note, **signed | {"note_id": None})

    assert edge.count(Note) == 2


@pytest.mark.parametrize("words", [("Slept badly.",) * 2, ("Slept badly.", "Slept well.")])
def test_of_two_forms_at_the_same_moment_one_note_is_kept(edge, signed, words):
    together = Barrier(2, timeout=10)

    def sign(text):
        together.wait()
        try:
            return edge.act(sign_note, **signed | {"words": text}).id
        except WelfareError as refused:
            return refused.problems

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(sign, words))

    (note,) = edge.rows(Note)
    assert edge.acts() == {Act.NOTE_SIGNED: 1}
    if words[0] == words[1]:
        assert found == [note.id, note.id]
    else:
        assert note.id in found and {"words": "signed_already"} in found


def test_two_who_add_at_the_same_moment_both_add(edge, signed, first):
    together = Barrier(2, timeout=10)

    def add(text):
        together.wait()
        changes = {"words": text, "note_id": new_key(), "addendum_to": first.id}
        return edge.act(sign_note, **signed | changes).addendum_to

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(add, ("One.", "Two."))) == [first.id, first.id]

    assert edge.count(Note) == 3
