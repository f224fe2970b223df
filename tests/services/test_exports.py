"""Everything held about one person, in words; and nothing about anybody else."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import vault
from models.base import new_key
from models.tables.care import ContactAttempt, Note
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import ConflictCopy, Draft, Screening
from models.vocabulary import Act, AlertStatus, Role
from tests.factories import CRITICAL, TODAY
from tests.models.rows import certify, print_and_key, strike_out
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies.actor import console
from welfare.services.exports import export_person
from welfare.services.records import read_record


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def member(make, clinician, edge):
    """Somebody with something in every corner of the record."""
    member = make.actor()
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    make.event(make.deployment(person), words="Told by the chaplain.")
    make.incident(person)
    window = make.window(person.id)
    make.reminder(window, link_id=make.window_link(window).id, day=0)
    make.web_session(member)
    done = {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    alert = make.alert(person, clinician, status=AlertStatus.CLOSED, closed_at=make.now, **done)
    case = make.case(person, clinician)
    make.measure(case, "gad-7")
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        of = {"person_id": person.id}
        draft = Draft(
            id=new_key(), window_id=window.id, submission_id=new_key(), saved_at=make.now, **of
        )
        draft.payload = vault.sealed(key, draft, "payload", {"phq-9": {"1": 1}})
        attempt = ContactAttempt(
            id=new_key(), alert_id=alert.id, by_id=clinician.account_id, at=make.now, **of
        )
        attempt.content = vault.sealed(key, attempt, "content", ["reached", "phone", "Spoke."])
        note = Note(
            id=new_key(),
            case_id=case.id,
            author_id=clinician.account_id,
            signed_at=make.now,
            **of,
        )
        note.content = vault.sealed(key, note, "content", {"words": "A working note."})
        session.add_all([draft, attempt, note])
    earlier = make.screening(person, CRITICAL, TODAY - timedelta(days=200))
    certify(make, earlier, clinician)
    print_and_key(make, make.window(person.id, code="on-paper"), clinician)
    strike_out(make, earlier, clinician)
    edge.look(read_record, actor=clinician, person_id=person.id, at=make.now)
    return member


@pytest.fixture
def asked(make, member):
    return {
        "actor": console(make.root.path),
        "person_id": member.person_id,
        "with_notes": True,
        "at": make.now,
    }


def name_of(edge, actor):
    with edge.database.reading() as session:
        return vault.names_of(session, account_ids=[actor.account_id])[actor.account_id]


def test_the_export_holds_every_part_of_the_record(edge, asked, clinician):
    content = edge.act(export_person, **asked)

    for part in (
        "account",
        "memberships",
        "deployments",
        "deployment_events",
        "incidents",
        "windows",
        "unfinished_answers",
        "screenings",
        "interviews",
        "paper_forms",
        "entered_in_error",
        "reminders",
        "links",
        "alerts",
        "care_periods",
        "assigned",
        "notes",
        "trail",
    ):
        assert content[part], part
    assert content["person"]["identity"]["given"] == "Adan"
    assert content["person"]["facts"]["birth_year"] == 1990
    assert json.loads(json.dumps(content)) == content


def test_answers_stand_in_words_with_their_results(edge, asked):
    content = edge.act(export_person, **asked)

    forms = {form["instrument"]: form for form in content["screenings"][0]["questionnaires"]}
    ninth = forms["phq-9"]["items"][8]
    assert ninth["answer_in_words"] == "Several days"
    assert forms["phq-9"]["result"]["alerts"] == ["phq-9.9"]
    assert content["screenings"][0]["day"] < content["screenings"][1]["day"]


def test_what_was_typed_in_from_paper_and_struck_out_stands_with_who_did_it(edge, asked):
    content = edge.act(export_person, **asked)

    (form,), (mark,) = content["paper_forms"], content["entered_in_error"]
    (entry,) = form["typed_in"]
    assert entry["answers"] == {"phq-9": {"9": 1}}
    assert (mark["reason"], mark["words"]) == ("other", "The sheet of his brother.")
    assert mark["screening_of"] == str(TODAY - timedelta(days=200))


def test_alerts_stand_with_owner_attempts_and_outcome(edge, asked, clinician):
    (alert,) = edge.act(export_person, **asked)["alerts"]

    name = name_of(edge, clinician)
    assert alert["detail"] == {"items": ["phq-9.9"]}
    assert (alert["owner"], alert["outcome"]) == (name, "supported")
    (attempt,) = alert["contact_attempts"]
    assert (attempt["by"], attempt["words"]) == (name, "Spoke.")
    assert attempt["next_try_at"] is None


def test_everybody_who_opened_the_record_is_named(edge, asked, clinician):
    trail = edge.act(export_person, **asked)["trail"]

    readers = [each["who"] for each in trail if each["act"] == Act.RECORD_READ]
    assert readers == [name_of(edge, clinician)]


def test_working_notes_are_left_out_where_the_law_says_so(edge, asked):
    content = edge.act(export_person, **asked | {"with_notes": False})

    assert "notes" not in content
    assert "A working note." not in json.dumps(content)


def test_nobody_elses_name_number_or_record_is_in_it(edge, make, asked, clinician):
    others = [make.actor(), make.actor(Role.CLINICIAN)]
    make.case(make.person(), clinician)

    text = json.dumps(edge.act(export_person, **asked))

    with edge.database.reading() as session:
        for other in others:
            key = vault.key_for(session, person_id=other.person_id)
            identity = vault.opened(key, session.get_one(Identity, other.person_id), "content")
            assert identity["family"] not in text
            assert identity["service_number"] not in text
            assert other.person_id.hex not in text.replace("-", "")


def test_nothing_that_opens_a_door_is_in_it(edge, make, asked, member):
    text = json.dumps(edge.act(export_person, **asked))

    for word in ("password", "token", "digest", "secret", "wrapped"):
        assert word not in text


def test_the_trail_knows_of_it_and_without_the_trail_there_is_none(edge, asked):
    edge.act(export_person, **asked)
    assert edge.acts()[Act.PERSON_EXPORTED] == 1

    edge.break_table("audit_event")
    with pytest.raises(Exception, match="audit_event"):
        edge.act(export_person, **asked)


def test_somebody_of_an_import_without_account_or_name_can_be_exported(edge, make, asked):
    pseudonymous = make.person()
    with make.kept() as session:
        session.delete(session.get_one(Identity, pseudonymous.id))

    content = edge.act(export_person, **asked | {"person_id": pseudonymous.id})

    assert content["account"] is None
    assert content["person"]["identity"] is None
    assert content["screenings"] == []


@pytest.mark.parametrize("role", list(Role))
def test_no_post_of_a_page_may_export(edge, make, asked, role):
    with pytest.raises(AccessDenied):
        edge.act(export_person, **asked | {"actor": make.actor(role)})

    assert Act.PERSON_EXPORTED not in edge.acts()


def test_somebody_erased_or_unknown_has_nothing_to_export(edge, make, asked):
    gone = make.person()
    with make.kept() as session:
        session.delete(session.get_one(PersonKey, gone.id))

    for person_id in (gone.id, new_key()):
        with pytest.raises(RecordNotFound):
            edge.act(export_person, **asked | {"person_id": person_id})


def test_other_answers_that_were_received_are_in_it_too(edge, make, asked, member):
    with make.kept() as session:
        screening = session.scalars(select(Screening)).first()
        key = vault.key_for(session, person_id=member.person_id)
        payload = vault.opened(key, screening, "payload")
        copy = ConflictCopy(
            id=new_key(),
            screening_id=screening.id,
            person_id=member.person_id,
            received_at=make.now,
        )
        copy.payload = vault.sealed(key, copy, "payload", payload, size=2048)
        session.add(copy)

    (received,) = edge.act(export_person, **asked)["other_answers_received"]

    assert received["questionnaires"][0]["items"]
