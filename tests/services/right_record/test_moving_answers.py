"""Moved to the right record: scored for that person, its alert goes along, both are told."""

from collections import Counter
from datetime import timedelta

import pytest

from models import vault
from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case, ContactAttempt
from models.tables.letters import Letter
from models.tables.paper import MovedScreening, PaperEntry, PaperForm
from models.tables.screenings import ConflictCopy
from models.vocabulary import Act, AlertStatus, CaseStatus, LetterKind, Origin, Phase, Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.models.rows import certify, print_and_key, strike_out
from tests.services.right_record.conftest import WORDS
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services import alerts
from welfare.services.own_record import list_readers
from welfare.services.records import read_record
from welfare.services.windows import list_due

POSITIVE = {**CALM, "phq-9": {str(number): 2 for number in range(1, 9)} | {"9": 0}}
DRINKS = {"audit-c": {"1": 1, "2": 1, "3": 1}}


def test_it_leaves_one_record_and_stands_in_the_other(edge, make, it):
    window = make.window(it.right.person_id)
    screening = it.send(POSITIVE)
    before = Counter(edge.acts())

    assert it.move(screening.id) == it.wrong.person_id

    kept = it.now(screening.id)
    assert (kept.person_id, kept.window_id) == (it.right.person_id, window.id)
    assert it.results(it.wrong.person_id) == {}
    assert [each.total for each in it.results(it.right.person_id)["phq-9"]] == [16]
    asked = {"actor": it.wrong, "today": TODAY, "at": make.now}
    assert [each.window.id for each in edge.look(list_due, **asked).due] == [it.window.id]
    (moved,) = edge.rows(MovedScreening)
    assert (moved.from_id, moved.person_id) == (it.wrong.person_id, it.right.person_id)
    assert WORDS not in repr(edge.contents(but=()))
    done = Counter(edge.acts()) - before
    assert (done[Act.SCREENING_MOVED], done[Act.CASE_OPENED]) == (2, 1)
    both = edge.rows(AuditEvent, AuditEvent.act == Act.SCREENING_MOVED)
    assert {each.person_id for each in both} == {it.wrong.person_id, it.right.person_id}


def test_both_see_it_among_their_readers_and_are_told(edge, make, it):
    it.move(it.send().id)

    for member in (it.wrong, it.right):
        acts = [each.act for each in edge.look(list_readers, actor=member, at=make.now)]
        assert Act.SCREENING_MOVED in acts
    told = {each.recipient_id for each in edge.rows(Letter, Letter.kind == LetterKind.TOLD)}
    assert told == {it.wrong.account_id, it.right.account_id}


def test_it_is_scored_with_what_is_known_of_the_right_person(make, it):
    her = make.person(sex="female")
    screening = make.screening(it.record, DRINKS)
    assert it.payload(screening.id).is_positive is False

    it.move(screening.id, person_id=her.id)

    assert it.payload(screening.id).is_positive is True
    assert it.payload(screening.id).answers["audit-c"] == DRINKS["audit-c"]


def test_its_alert_goes_along_with_clock_attempts_and_interview(edge, make, it):
    screening = it.send(CRITICAL)
    certify(make, screening, it.mine)
    (before,) = edge.rows(Alert)
    given = {"actor": it.mine, "alert_id": before.id, "at": make.now}
    edge.act(alerts.acknowledge_alert, **given)
    said = {"result": "tried", "channel": "phone", "words": "It rang."}
    edge.act(alerts.record_contact, **given, **said)

    it.move(screening.id)

    (after,) = edge.rows(Alert)
    assert (after.person_id, after.owner_id) == (it.right.person_id, it.mine.account_id)
    assert (after.status, after.due_at) == (AlertStatus.ACKNOWLEDGED, before.due_at)
    (tried,) = edge.rows(ContactAttempt)
    assert tried.person_id == it.right.person_id
    record = edge.look(read_record, actor=it.mine, person_id=it.right.person_id, at=make.now)
    assert len(record.alerts) == 1


def test_an_alert_closed_over_the_wrong_person_is_raised_anew_for_the_right_one(edge, make, it):
    alert = make.alert(
        it.record,
        it.mine,
        status=AlertStatus.CLOSED,
        closed_at=make.now,
        acknowledged_at=make.now,
        acknowledged_by=it.mine.account_id,
    )
    screening_id = alert.screening_id

    it.move(screening_id)

    found = {each.status: each for each in edge.rows(Alert)}
    assert set(found) == {AlertStatus.CLOSED, AlertStatus.RAISED}
    assert found[AlertStatus.CLOSED].id == alert.id
    assert found[AlertStatus.RAISED].person_id == it.right.person_id


def test_nobody_is_given_the_alert_about_themselves(edge, make, it):
    colleague = make.actor(Role.CLINICIAN)
    screening = it.send(CRITICAL)
    with make.kept() as session:
        session.query(Alert).one().owner_id = colleague.account_id

    it.move(screening.id, person_id=colleague.person_id)

    (alert,) = edge.rows(Alert)
    assert (alert.owner_id, alert.status) == (it.mine.account_id, AlertStatus.RAISED)


def test_it_can_be_moved_back_and_stands_where_it_stood(edge, make, it):
    screening = it.send(POSITIVE)
    first = it.payload(screening.id)
    it.move(screening.id)
    assert it.now(screening.id).window_id is None
    assert edge.rows(Case, Case.person_id == it.right.person_id, Case.status == CaseStatus.OPEN)

    it.move(screening.id, person_id=it.wrong.person_id, reason="moved")

    back = it.now(screening.id)
    assert (back.person_id, back.window_id) == (it.wrong.person_id, it.window.id)
    assert it.payload(screening.id) == first
    assert it.results(it.right.person_id) == {}
    assert edge.count(MovedScreening) == 2


def test_of_two_windows_that_it_may_answer_nothing_says_which(make, it):
    for days in (5, 6):
        make.window(it.right.person_id, opens_on=TODAY - timedelta(days=days))
    screening = it.send()

    it.move(screening.id)

    assert it.now(screening.id).window_id is None


def test_a_sheet_from_which_it_was_typed_in_goes_along(edge, make, it):
    form = print_and_key(make, it.window, it.mine)
    with make.kept() as session:
        session.get_one(PaperForm, form.id).closed_at = make.now
    screening = make.screening(it.record, origin=Origin.PAPER)

    it.move(screening.id)

    assert {each.person_id for each in edge.rows(PaperForm)} == {it.right.person_id}
    assert {each.person_id for each in edge.rows(PaperEntry)} == {it.right.person_id}


def test_a_form_sent_twice_moves_it_once(edge, it):
    screening = it.send()
    it.move(screening.id)
    before = edge.contents()

    assert it.move(screening.id) == it.wrong.person_id

    assert edge.contents() == before


def stay_struck(make, it):
    screening = it.send()
    strike_out(make, screening, it.mine)
    return screening


def stay_copied(make, it):
    screening = it.send()
    with make.kept() as session:
        given = {"screening_id": screening.id, "person_id": screening.person_id}
        copy = ConflictCopy(id=new_key(), received_at=make.now, **given)
        key = vault.key_for(session, person_id=screening.person_id)
        copy.payload = vault.sealed(key, copy, "payload", [])
        session.add(copy)
    return screening


def stay_in_care(make, it):
    return make.screening(it.record, phase=Phase.CARE)


@pytest.mark.parametrize("stays", [stay_struck, stay_copied, stay_in_care])
def test_what_must_stay_is_refused_calmly(edge, make, it, stays):
    screening = stays(make, it)

    with pytest.raises(MoveNotAllowed):
        it.ask(screening.id)
    with pytest.raises(MoveNotAllowed):
        it.move(screening.id)

    assert edge.count(MovedScreening) == 0


def test_a_number_finds_somebody_else_in_the_own_units_and_nobody_more(edge, make, it):
    screening = it.send()
    found = it.find(screening.id, it.number_of(it.right.person_id))
    assert found.person_id == it.right.person_id
    elsewhere = make.person(make.unit("Elsewhere"))

    for person_id in (elsewhere.id, it.mine.person_id):
        with pytest.raises(InputRefused) as refused:
            it.find(screening.id, it.number_of(person_id))
        assert refused.value.problems == {"service_number": "unknown"}
        with pytest.raises(AccessDenied):
            it.move(screening.id, person_id=person_id)
    with pytest.raises(InputRefused) as refused:
        it.find(screening.id, it.number_of(it.wrong.person_id), reason="because", words=" ")
    assert refused.value.problems == {
        "service_number": "same_person",
        "reason": "choose",
        "words": "empty",
    }
    with pytest.raises(MoveNotAllowed):
        it.move(screening.id, person_id=it.wrong.person_id)


def test_only_who_is_in_charge_may(edge, make, it):
    screening = it.send()
    others = [*(make.actor(role) for role in Role), it.wrong, it.right]

    for actor in others:
        with pytest.raises(AccessDenied):
            it.move(screening.id, actor=actor)
        with pytest.raises(AccessDenied):
            it.ask(screening.id, actor=actor)
    with pytest.raises(RecordNotFound):
        it.move(new_key())
    assert edge.count(MovedScreening) == 0
