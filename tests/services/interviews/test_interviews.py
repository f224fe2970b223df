"""The interview: asked for by the programme, certified once, by whoever cares for the person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from models import vault
from models.base import new_key
from models.programmes import Interview
from models.session import transaction
from models.tables.care import Case
from models.tables.interviews import Certification
from models.tables.paper import EnteredInError
from models.tables.people import Person
from models.vocabulary import Act, AlertStatus, CaseStatus, Role
from tests.answered import ALWAYS, NEVER, POSITIVE, answered, own_programme
from tests.factories import CALM, CRITICAL, NOW, TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services.interviews import certify_screening
from welfare.services.own_record import read_history
from welfare.services.records import read_record
from welfare.services.work_list import read_work_list

EARLIER = TODAY - timedelta(days=3)


def steps(edge, clinician, person):
    return edge.look(read_record, actor=clinician, person_id=person.id, at=NOW).steps


@pytest.mark.parametrize(
    ("interview", "answers", "is_asked"),
    [
        (Interview.NONE, POSITIVE, False),
        (Interview.POSITIVE, CALM, False),
        (Interview.POSITIVE, POSITIVE, True),
        (Interview.POSITIVE, CRITICAL, False),  # its alert brings a human anyway
        (Interview.ALWAYS, CALM, True),
        (Interview.ALWAYS, CRITICAL, True),
    ],
)
def test_the_programme_and_the_result_say_whether_an_interview_is_to_come(
    edge, make, clinician, person, talk, interview, answers, is_asked
):
    make.case(person, clinician)
    programme = own_programme(make, interview)
    screening = answered(make, person, answers, programme=programme)

    (row,) = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    assert row.needs_interview is is_asked
    assert len(steps(edge, clinician, person)) == is_asked
    if not is_asked:
        with pytest.raises(MoveNotAllowed):
            edge.act(certify_screening, **talk, screening_id=screening.id)


def test_what_was_certified_is_sealed_recorded_and_off_the_work_list(
    edge, make, clinician, person, talk
):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS, day=EARLIER)

    done = edge.act(certify_screening, **talk, screening_id=screening.id)

    assert edge.acts() == {Act.SCREENING_CERTIFIED: 1}
    assert talk["words"].encode() not in bytes(done.content)
    (step,) = steps(edge, clinician, person)
    assert (step.talk.spoken_on, step.talk.words) == (TODAY, talk["words"])
    assert step.talk.by.startswith("Adan")
    (row,) = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    assert not row.needs_interview


def test_all_interviews_are_of_one_length(edge, make, clinician, person, talk):
    make.case(person, clinician)
    for words, day in (("Well.", EARLIER), ("w" * 2000, TODAY)):
        screening = answered(make, person, programme=ALWAYS, day=day)
        edge.act(certify_screening, **talk | {"words": words}, screening_id=screening.id)

    assert len({len(each.content) for each in edge.rows(Certification)}) == 1


def test_ones_own_second_try_gives_the_first_and_a_colleague_is_told(
    edge, make, clinician, person, talk
):
    colleague = make.actor(Role.CLINICIAN)
    for each in (clinician, colleague):
        make.case(person, each)
    screening = answered(make, person, programme=ALWAYS)
    first = edge.act(certify_screening, **talk, screening_id=screening.id)

    other = talk | {"words": "Other words.", "channel": "phone"}
    second = edge.act(certify_screening, **other, screening_id=screening.id)
    with pytest.raises(MoveNotAllowed):
        edge.act(certify_screening, **other | {"actor": colleague}, screening_id=screening.id)

    assert (second.id, second.certified_by) == (first.id, clinician.account_id)
    assert edge.count(Certification) == 1
    assert edge.acts() == {Act.SCREENING_CERTIFIED: 1}


def test_two_at_the_same_moment_make_one(make, watched, clinician, person, talk, edge):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS)
    together = Barrier(2, timeout=10)

    def certify(_number):
        together.wait()
        with transaction(watched) as session:
            return certify_screening(session, **talk, screening_id=screening.id).id

    with ThreadPoolExecutor(2) as pool:
        ids = set(pool.map(certify, range(2)))

    assert ids == {each.id for each in edge.rows(Certification)}
    assert edge.acts() == {Act.SCREENING_CERTIFIED: 1}


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"spoken_on": None}, {"spoken_on": "not_a_date"}),
        ({"spoken_on": TODAY + timedelta(days=1)}, {"spoken_on": "not_since_answers"}),
        ({"spoken_on": EARLIER - timedelta(days=1)}, {"spoken_on": "not_since_answers"}),
        ({"channel": "pigeon"}, {"channel": "choose"}),
        ({"words": " "}, {"words": "empty"}),
        ({"words": "w" * 2001}, {"words": "too_long"}),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(
    edge, make, clinician, person, talk, changed, problems
):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS, day=EARLIER)

    with pytest.raises(InputRefused) as refused:
        edge.act(certify_screening, **talk | changed, screening_id=screening.id)

    assert refused.value.problems == problems
    assert edge.count(Certification) == 0


def test_nobody_certifies_by_their_role_alone(edge, make, person, talk):
    screening = answered(make, person, programme=ALWAYS)

    for role in Role:
        given = talk | {"actor": make.actor(role)}
        with pytest.raises(AccessDenied):
            edge.act(certify_screening, **given, screening_id=screening.id)


def test_nobody_certifies_their_own_screening(edge, make, clinician, talk):
    (own,) = edge.rows(Person, Person.id == clinician.person_id)
    make.case(own, clinician)
    screening = answered(make, own, programme=ALWAYS)

    with pytest.raises(AccessDenied):
        edge.act(certify_screening, **talk, screening_id=screening.id)


def test_a_missing_screening_is_not_found(edge, talk):
    with pytest.raises(RecordNotFound):
        edge.act(certify_screening, **talk, screening_id=uuid4())


def test_a_part_sent_early_and_one_entered_in_error_are_not_certified(
    edge, make, clinician, person, talk
):
    make.case(person, clinician)
    part = make.screening(person, CRITICAL)
    mistake = answered(make, person, programme=ALWAYS)
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        mark = EnteredInError(id=new_key(), screening_id=mistake.id, person_id=person.id)
        mark.marked_at, mark.marked_by = make.now, clinician.account_id
        mark.reason = vault.sealed(key, mark, "reason", "wrong person")
        session.add(mark)

    for screening in (part, mistake):
        with pytest.raises(MoveNotAllowed):
            edge.act(certify_screening, **talk, screening_id=screening.id)


def test_care_can_end_with_the_interview(edge, make, clinician, person, talk):
    make.case(person, clinician)
    theirs = make.case(person, make.actor(Role.CLINICIAN))
    screening = answered(make, person, programme=ALWAYS)

    edge.act(certify_screening, **talk, screening_id=screening.id, ends_care=True)

    open_cases = edge.rows(Case, Case.status == CaseStatus.OPEN)
    assert [each.id for each in open_cases] == [theirs.id]
    assert edge.acts() == {Act.SCREENING_CERTIFIED: 1, Act.CASE_CLOSED: 1}


def test_who_shares_a_case_does_not_end_it_with_the_interview(edge, make, clinician, person, talk):
    make.case(person, make.actor(Role.CLINICIAN), second_id=clinician.account_id)
    screening = answered(make, person, programme=ALWAYS)

    with pytest.raises(InputRefused) as refused:
        edge.act(certify_screening, **talk, screening_id=screening.id, ends_care=True)

    assert refused.value.problems == {"ends_care": "not_in_charge"}
    assert edge.rows(Case)[0].status is CaseStatus.OPEN


def test_care_does_not_end_while_an_alert_is_open(edge, make, clinician, person, talk):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS)
    make.alert(person, clinician)
    done = {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    make.alert(person, clinician, status=AlertStatus.CLOSED, closed_at=make.now, **done)

    with pytest.raises(InputRefused) as refused:
        edge.act(certify_screening, **talk, screening_id=screening.id, ends_care=True)

    assert refused.value.problems == {"ends_care": "alert_open"}
    assert edge.count(Certification) == 0


def test_the_person_sees_in_their_history_that_an_interview_took_place(edge, make, clinician, talk):
    member = make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS, day=EARLIER)
    answered(make, person, programme=NEVER)

    edge.act(certify_screening, **talk, screening_id=screening.id)

    found = edge.look(read_history, actor=member, at=make.now).screenings
    assert [each.interview_on for each in found] == [TODAY, None]


def test_the_work_list_takes_no_query_more_for_twelve_people_with_interviews(edge, make, clinician):
    asked = {"actor": clinician, "today": TODAY, "at": make.now}
    positive = own_programme(make, Interview.POSITIVE)

    def fill(people):
        for number in range(people):
            each = make.person()
            make.case(each, clinician)
            answered(make, each, POSITIVE, programme=(ALWAYS, positive)[number % 2])
            late = {"opens_on": TODAY - timedelta(days=90), "due_by": TODAY - timedelta(days=60)}
            make.window(each.id, **late, closes_on=TODAY - timedelta(days=1))

    fill(2)
    edge.look(read_work_list, **asked)  # a programme of the site's own is read once and kept
    few = edge.queries(read_work_list, **asked)
    fill(10)

    assert few == edge.queries(read_work_list, **asked) <= 7
    rows = edge.look(read_work_list, **asked)
    assert {(row.needs_interview, row.missed) for row in rows} == {(True, 1)}
