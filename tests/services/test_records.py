"""Opening a record and writing notes: only for those who care for the person."""

from uuid import uuid4

import pytest

from models.enrolment import Newcomer, enrol
from models.tables.care import Note
from models.tables.places import Unit
from models.vocabulary import Act, AlertStatus, CaseStatus, Role
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.services.notes import sign_note
from welfare.services.records import read_record


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.mark.parametrize("role", [role for role in Role])
def test_nobody_opens_a_record_by_their_role_alone(edge, make, role):
    actor = make.actor(role)

    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=actor, person_id=make.person().id, at=make.now)

    assert not edge.acts()


def test_a_missing_record_is_not_found(edge, make, clinician):
    with pytest.raises(RecordNotFound):
        edge.look(read_record, actor=clinician, person_id=uuid4(), at=make.now)


def test_whoever_owns_or_covers_the_alert_may_read_as_long_as_it_is_open(edge, make, clinician):
    colleague = make.actor(Role.CLINICIAN)
    person = make.person()
    alert = make.alert(person, colleague, cover_id=clinician.account_id)
    asked = {"person_id": person.id, "at": make.now}
    for actor in (clinician, colleague):
        assert edge.look(read_record, actor=actor, **asked).own_case is None

    with make.kept() as session:
        stored = session.get_one(type(alert), alert.id)
        stored.status, stored.closed_at = AlertStatus.CLOSED, make.now
        stored.acknowledged_at, stored.acknowledged_by = make.now, clinician.account_id
        stored.outcome = stored.detail

    for actor in (clinician, colleague):
        with pytest.raises(AccessDenied):
            edge.look(read_record, actor=actor, **asked)


def test_a_note_is_signed_with_its_event(edge, make, clinician):
    case = make.case(make.person(), clinician)

    note = edge.act(sign_note, actor=clinician, case_id=case.id, words="A word.", at=make.now)

    assert (note.author_id, note.signed_at) == (clinician.account_id, make.now)
    assert edge.acts() == {Act.NOTE_SIGNED: 1}


@pytest.mark.parametrize(
    ("words", "problem"), [("", "empty"), (" \n", "empty"), ("w" * 8001, "too_long")]
)
def test_a_note_needs_words_but_not_too_many(edge, make, clinician, words, problem):
    case = make.case(make.person(), clinician)

    with pytest.raises(InputRefused) as refused:
        edge.act(sign_note, actor=clinician, case_id=case.id, words=words, at=make.now)

    assert refused.value.problems == {"words": problem}
    assert edge.count(Note) == 0


def test_notes_go_only_into_an_own_open_case(edge, make, clinician):
    theirs = make.case(make.person(), make.actor(Role.CLINICIAN))
    ended = make.case(make.person(), clinician, status=CaseStatus.CLOSED, closed_at=make.now)

    for case_id, error in (
        (theirs.id, AccessDenied),
        (ended.id, AccessDenied),
        (uuid4(), RecordNotFound),
    ):
        with pytest.raises(error):
            edge.act(sign_note, actor=clinician, case_id=case_id, words="A word.", at=make.now)

    assert edge.count(Note) == 0


def test_short_notes_are_all_of_one_length(edge, make, clinician):
    case = make.case(make.person(), clinician)
    for words in ("A.", "w" * 3000):
        edge.act(sign_note, actor=clinician, case_id=case.id, words=words, at=make.now)

    assert len({len(note.content) for note in edge.rows(Note)}) == 1


@pytest.fixture
def pseudonymous(make):
    """Somebody of an imported file: a key and facts, and no identity."""
    unit_id = make.root.id
    with make.kept() as session:
        newcomer = Newcomer(session.get_one(Unit, unit_id), make.now.date(), {"sex": "female"})
        return enrol(session, newcomer=newcomer, at=make.now).person


def test_the_record_of_somebody_without_a_name_opens_for_who_answers_for_their_alert(
    edge, make, clinician, pseudonymous
):
    make.alert(pseudonymous, clinician)
    asked = {"actor": clinician, "person_id": pseudonymous.id, "at": make.now}

    view = edge.look(read_record, **asked)

    assert view.who.name == f"#{pseudonymous.id.hex[-8:]}"
    assert (view.who.sex, view.who.phone, len(view.alerts)) == ("female", "", 1)
    assert edge.queries(read_record, **asked) == 7
