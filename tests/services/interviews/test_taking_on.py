"""Where everybody has an interview somebody has to invite those whom no result brought."""

import pytest

from models.programmes import Interview
from models.tables.audit import AuditEvent
from models.tables.care import Case
from models.vocabulary import Act, CaseStatus, Role
from tests.answered import ALWAYS, NEVER, POSITIVE, answered, own_programme
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.services import interview_list
from welfare.services.interview_list import list_waiting, take_interview
from welfare.services.interviews import certify_screening


def waiting(edge, clinician, at):
    return [row.screening_id for row in edge.look(list_waiting, actor=clinician, at=at).rows]


def test_only_those_wait_whom_nobody_has_and_only_where_everybody_has_an_interview(
    edge, make, clinician, person
):
    mine = answered(make, person, programme=ALWAYS)
    taken = make.person()
    make.case(taken, make.actor(Role.CLINICIAN))
    answered(make, taken, programme=ALWAYS)
    answered(make, make.person(), POSITIVE, programme=NEVER)
    programme = own_programme(make, Interview.POSITIVE)
    answered(make, make.person(), POSITIVE, programme=programme)
    answered(make, make.person(make.unit("Elsewhere")), programme=ALWAYS)

    assert waiting(edge, clinician, make.now) == [mine.id]
    events = edge.rows(AuditEvent)
    assert [(event.act, event.person_id) for event in events] == [(Act.LIST_READ, person.id)]


def test_own_programmes_count_as_well(edge, make, clinician, person):
    screening = answered(make, person, programme=own_programme(make, Interview.ALWAYS))

    assert waiting(edge, clinician, make.now) == [screening.id]


def test_taking_somebody_on_puts_them_in_care_and_off_the_list(edge, make, clinician, person, talk):
    screening = answered(make, person, programme=ALWAYS)
    given = {"actor": clinician, "screening_id": screening.id, "at": make.now}

    first = edge.act(take_interview, **given)
    second = edge.act(take_interview, **given)

    assert first.id == second.id
    assert waiting(edge, clinician, make.now) == []
    assert edge.acts()[Act.CASE_OPENED] == 1
    edge.act(certify_screening, **talk, screening_id=screening.id, ends_care=True)
    assert waiting(edge, clinician, make.now) == []


def test_of_two_the_second_is_told_that_a_colleague_was_faster(edge, make, clinician, person):
    screening = answered(make, person, programme=ALWAYS)
    given = {"screening_id": screening.id, "at": make.now}
    edge.act(take_interview, actor=clinician, **given)

    with pytest.raises(MoveNotAllowed):
        edge.act(take_interview, actor=make.actor(Role.CLINIC_LEAD), **given)


def test_a_finished_interview_is_not_taken_again(edge, make, clinician, person, talk):
    make.case(person, clinician)
    screening = answered(make, person, programme=ALWAYS)
    edge.act(certify_screening, **talk, screening_id=screening.id, ends_care=True)

    with pytest.raises(MoveNotAllowed):
        edge.act(take_interview, actor=clinician, screening_id=screening.id, at=make.now)


def test_whom_a_result_brings_is_nobodys_to_take(edge, make, clinician, person):
    """Refused like a missing one: else trying would tell who was positive."""
    screening = answered(make, person, POSITIVE, programme=own_programme(make, Interview.POSITIVE))

    with pytest.raises(RecordNotFound):
        edge.act(take_interview, actor=clinician, screening_id=screening.id, at=make.now)


def test_only_clinic_staff_sees_who_waits(edge, make):
    for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}:
        with pytest.raises(AccessDenied):
            edge.look(list_waiting, actor=make.actor(role), at=make.now)


def test_clinicians_take_nobody_of_other_units_and_not_themselves(edge, make, clinician):
    away = answered(make, make.person(make.unit("Elsewhere")), programme=ALWAYS)
    person = type("Me", (), {"id": clinician.person_id, "unit_id": make.root.id})
    own = answered(make, person, programme=ALWAYS)

    for screening in (away, own):
        with pytest.raises(AccessDenied):
            edge.act(take_interview, actor=clinician, screening_id=screening.id, at=make.now)

    assert waiting(edge, clinician, make.now) == []
    assert not edge.rows(Case, Case.status == CaseStatus.OPEN)


def test_the_list_comes_in_pages_with_the_same_number_of_queries(
    edge, make, clinician, monkeypatch
):
    monkeypatch.setattr(interview_list, "PAGE", 3)
    given = {"actor": clinician, "at": make.now}
    answered(make, make.person(), programme=ALWAYS)
    few = edge.queries(list_waiting, **given)
    for _ in range(3):
        answered(make, make.person(), programme=ALWAYS)

    page = edge.look(list_waiting, **given)

    assert (len(page.rows), page.has_more) == (3, True)
    assert few == edge.queries(list_waiting, **given) <= 3
    assert len(edge.look(list_waiting, **given, number=2).rows) == 1
