"""A notebook: only its owner reads and writes it, and the trail says nothing of it."""

from uuid import uuid4

import pytest

from models.tables.audit import AuditEvent
from models.tables.messages import NotebookEntry
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, ChangedMeanwhile, InputRefused, RecordNotFound
from welfare.policies.actor import console
from welfare.services import exports, notebook


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def book(edge, make, member):
    """Acts of the owner, unless another actor is given."""

    def act(service, actor=member, **given):
        return edge.act(service, actor=actor, at=make.now, **given)

    return act


def write(book, words="Rain.", **given):
    return book(notebook.write_entry, **{"entry_id": uuid4(), "words": words} | given)


def test_the_newest_entry_comes_first_and_reading_says_no_more_than_that(book, edge):
    write(book, "One")
    write(book, "Two")

    found = book(notebook.read_notebook)

    assert {each.words for each in found} == {"One", "Two"}
    assert edge.acts() == {Act.OWN_RECORD_CHANGED: 2, Act.OWN_RECORD_READ: 1}
    assert {event.resource for event in edge.rows(AuditEvent)} == {None, "person"}


def test_a_doubled_form_writes_once_and_other_words_are_refused(book, edge):
    key = uuid4()
    write(book, "One", entry_id=key)
    write(book, "One", entry_id=key)

    with pytest.raises(InputRefused) as refused:
        write(book, "Two", entry_id=key)

    assert refused.value.problems == {"words": "sent_already"}
    assert edge.count(NotebookEntry) == 1


def test_an_entry_is_changed_unless_another_page_was_faster(book):
    entry = write(book)
    changed = {"entry_id": entry.id, "version": entry.version}
    book(notebook.change_entry, **changed, words="Sun.")

    with pytest.raises(ChangedMeanwhile):
        book(notebook.change_entry, **changed, words="Snow.")

    (found,) = book(notebook.read_notebook)
    assert found.words == "Sun." and found.changed_at


def test_a_deleted_entry_is_overwritten_and_gone_and_deleting_twice_is_harmless(book, edge):
    entry = write(book)

    for _ in range(2):
        book(notebook.delete_entry, entry_id=entry.id)

    assert edge.count(NotebookEntry) == 0
    assert edge.acts()[Act.OWN_RECORD_CHANGED] == 2


@pytest.mark.parametrize(("words", "code"), [("  ", "empty"), ("w" * 4001, "too_long")])
def test_nothing_and_too_much_are_refused(book, words, code):
    with pytest.raises(InputRefused) as refused:
        write(book, words)

    assert refused.value.problems == {"words": code}


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.MEMBER])
def test_no_other_role_has_a_notebook(book, make, role):
    with pytest.raises(AccessDenied):
        book(notebook.read_notebook, actor=make.actor(role))


def test_another_member_finds_nothing(book, make):
    entry, other = write(book), make.actor()

    for service, given in (
        (notebook.read_entry, {}),
        (notebook.change_entry, {"version": 1, "words": "Mine."}),
        (notebook.delete_entry, {}),
    ):
        with pytest.raises(RecordNotFound):
            book(service, actor=other, entry_id=entry.id, **given)
    with pytest.raises(RecordNotFound):
        write(book, entry_id=entry.id, actor=other)


def test_only_its_owner_takes_it_along(book, edge, make, member):
    write(book, "For me.")
    given = {"actor": console(make.root.path), "person_id": member.person_id, "with_notes": True}

    taken = book(exports.export_own)
    command = edge.act(exports.export_person, at=make.now, **given)

    assert [each["words"] for each in taken["notebook"]] == ["For me."]
    assert taken.keys() - command.keys() == {"notebook"}
    assert edge.acts()[Act.OWN_RECORD_TAKEN] == 1
