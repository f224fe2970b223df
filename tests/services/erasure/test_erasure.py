"""Erasing a person: the key is destroyed, the trail says so, and pages go on."""

import json
from uuid import uuid4

import pytest

from models import vault
from models.enrolment import SERVICE_NUMBER
from models.sealing import blind_index
from models.tables.accounts import SignInCounter
from models.tables.audit import AuditEvent
from models.tables.lifecycle import Tombstone
from models.tables.paper import PaperForm
from models.tables.people import Identity, Person, PersonKey
from models.vocabulary import Act, CaseStatus, Role
from tests.factories import TODAY
from tests.models.rows import print_and_key
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import known_devices, lock_out
from welfare.services import account_list, erasure, own_record, records, work_list
from welfare.services.paper_keying import find_form


def number_of(database, person):
    with database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        identity = session.get_one(Identity, person.id)
        return vault.opened(key, identity, "content")[SERVICE_NUMBER]


def test_a_person_is_found_by_number_however_it_is_written_and_by_id(edge, make, person):
    number = number_of(edge.database, person)

    found = [
        edge.look(erasure.find_person, named=named).person_id
        for named in (number, f" {number.lower()} ", str(person.id), person.id.hex)
    ]

    assert found == [person.id] * 4
    with pytest.raises(RecordNotFound):
        edge.look(erasure.find_person, named="SN-nobody")


def test_erasing_destroys_the_key_and_says_so_in_the_trail(edge, asked, person):
    erased = edge.act(erasure.erase_person, **asked)

    assert edge.count(PersonKey) == 0
    assert edge.acts() == {Act.PERSON_ERASED: 1}
    assert erased.person_id == person.id
    assert edge.rows(Tombstone)[0].erased_by == asked["actor"].account_id


def test_somebody_erased_looks_like_somebody_who_never_was(edge, asked):
    edge.act(erasure.erase_person, **asked)

    for person_id in (asked["person_id"], uuid4()):
        with pytest.raises(RecordNotFound):
            edge.act(erasure.erase_person, **asked | {"person_id": person_id})


def test_a_sheet_that_somebody_still_holds_finds_nobody(edge, make, asked, person):
    clinician = make.actor(Role.CLINICIAN)
    print_and_key(make, make.window(person.id), clinician)
    (before,) = edge.rows(PaperForm)

    edge.act(erasure.erase_person, **asked)

    (form,) = edge.rows(PaperForm)
    assert form.number != before.number and form.closed_at is not None
    with pytest.raises(InputRefused):
        edge.look(find_form, actor=clinician, number=before.number)


def test_an_erasure_whose_event_cannot_be_written_did_not_happen(edge, asked):
    edge.break_table("audit_event")

    with pytest.raises(Exception, match="audit_event"):
        edge.act(erasure.erase_person, **asked)

    assert edge.count(PersonKey) == 1
    assert edge.count(Tombstone) == 0


def test_a_line_names_nobody_and_is_bound_to_this_site(edge, asked, person):
    number = number_of(edge.database, person)

    line = edge.act(erasure.erase_person, **asked).line

    assert json.loads(line)[:2] == ["erased", person.id.hex]
    assert number not in line
    assert "Marrow" not in line


def test_pages_go_on_when_a_patient_was_erased(edge, make, asked, person):
    clinician = make.actor(Role.CLINICIAN)
    stays = make.person()
    make.case(stays, clinician)
    make.case(person, clinician, status=CaseStatus.CLOSED, closed_at=make.now)
    edge.act(erasure.erase_person, **asked)

    rows = edge.look(work_list.read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [row.person_id for row in rows] == [stays.id]
    with pytest.raises(RecordNotFound):
        edge.look(records.read_record, actor=clinician, person_id=person.id, at=make.now)


def test_an_erased_clinician_stays_in_the_list_of_readers_under_a_pseudonym(edge, make, asked):
    member, clinician = make.actor(), make.actor(Role.CLINICIAN)
    with edge.database.reading() as session:
        patient = session.get_one(Person, member.person_id)
    case = make.case(patient, clinician)
    edge.look(records.read_record, actor=clinician, person_id=patient.id, at=make.now)
    with make.kept() as session:
        case = session.merge(case)
        case.status, case.closed_at = CaseStatus.CLOSED, make.now
    edge.act(erasure.erase_person, **asked | {"person_id": clinician.person_id})

    (reading,) = edge.look(own_record.list_readers, actor=member, at=make.now)

    assert reading.reader == f"#{clinician.person_id.hex[-8:]}"
    assert reading.role is Role.CLINICIAN
    assert {event.actor_id for event in edge.rows(AuditEvent)} >= {clinician.account_id}


def test_no_counter_of_failed_tries_tells_of_the_account(edge, make, asked):
    member = make.actor(login="mueller.k")
    session_id = uuid4()
    with make.kept() as session:
        login = blind_index(vault.keys_of(session), "login", "mueller.k")
        given = {"account_id": member.account_id, "at": make.now}
        known = known_devices.digest(known_devices.remember(session, token="", **given))
        factor = {"account_id": member.account_id, "session_id": session_id}
        for subjects in (
            lock_out.of_sign_in(session, login=login, network="192.0.2.7", known=None),
            lock_out.of_sign_in(session, login=login, network="192.0.2.7", known=known),
            lock_out.of_second_factor(session, **factor, known=None),
            lock_out.of_second_factor(session, **factor, known=known),
        ):
            lock_out.begin_try(session, subjects, at=make.now)
        in_network = lock_out.of_sign_in(session, login=login, network="192.0.2.7", known=None)
    make.web_session(member, id=session_id)
    assert edge.count(SignInCounter) == 6

    edge.act(erasure.erase_person, **asked | {"person_id": member.person_id})

    # The one of a network names no account; it goes after a quiet day.
    assert [row.subject for row in edge.rows(SignInCounter)] == [in_network["account-network"]]


def test_the_account_of_somebody_erased_looks_like_one_that_never_was(edge, make, asked):
    gone, admin = make.actor(), make.actor(Role.ADMINISTRATOR)
    edge.act(erasure.erase_person, **asked | {"person_id": gone.person_id})

    for account_id in (gone.account_id, uuid4()):
        with pytest.raises(RecordNotFound):
            edge.look(account_list.read_account, actor=admin, account_id=account_id, at=make.now)
