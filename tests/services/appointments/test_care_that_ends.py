"""What becomes of appointments when care is closed, handed over, left, merged or erased."""

from datetime import timedelta

import pytest

from models.erasure import erase
from models.tables.plans import Appointment, Plan
from models.vocabulary import Act, AppointmentStatus, Role
from tests.answered import ALWAYS, answered
from tests.factories import TODAY
from tests.models.rows import a_plan
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies.actor import Machine
from welfare.policies.booked import Wanted
from welfare.services import appointments, cases, interviews, merging
from welfare.services.accounts import disable_account
from welfare.services.plan_reviews import count_overdue

DAY = timedelta(days=1)


@pytest.fixture
def closing(care, make):
    given = {"actor": care.clinician, "case_id": care.case.id, "at": make.now}
    return lambda session: cases.close_case(session, **given, reason="no_need", words="")


def test_closing_a_case_cancels_what_is_planned_and_leaves_what_was_recorded(
    care, closing, edge, make
):
    row = care.make()
    kept = make.appointment(care.case, care.clinician, Wanted(make.now - DAY), status="kept")

    edge.act(closing)

    assert care.now(row).status is AppointmentStatus.CANCELLED
    assert care.now(kept).status is AppointmentStatus.KEPT
    assert edge.acts()[Act.APPOINTMENT_CANCELLED] == 1


def test_nothing_is_made_in_a_case_that_is_being_closed(care, closing, meanwhile):
    problem = meanwhile(closing, care.make)

    assert isinstance(problem, AccessDenied)
    assert care.rows() == []


def test_what_is_being_made_while_the_case_is_closed_is_cancelled(care, closing, edge, meanwhile):
    given = care.given()

    assert (
        meanwhile(
            lambda session: appointments.make_appointment(session, **given),
            lambda: edge.act(closing),
        )
        is None
    )

    assert [row.status for row in care.rows()] == [AppointmentStatus.CANCELLED]


def test_an_interview_that_ends_care_cancels_them_too(care, make, edge):
    row = care.make()
    screening = answered(make, care.person, programme=ALWAYS)

    edge.act(
        interviews.certify_screening,
        actor=care.clinician,
        screening_id=screening.id,
        spoken_on=TODAY,
        channel="phone",
        words="Goes on alone.",
        ends_care=True,
        at=make.now,
    )

    assert care.now(row).status is AppointmentStatus.CANCELLED


@pytest.mark.parametrize("keeps_one_already", [False, True])
def test_a_hand_over_takes_them_along(care, make, edge, keeps_one_already):
    colleague = make.actor(Role.CLINICIAN)
    theirs = make.case(care.person, colleague) if keeps_one_already else care.case
    row = care.make()

    edge.act(
        cases.hand_over_case,
        actor=care.clinician,
        case_id=care.case.id,
        colleague_id=colleague.account_id,
        at=make.now,
    )

    now = care.now(row)
    assert (now.with_id, now.case_id) == (colleague.account_id, theirs.id)
    assert care.act(appointments.cancel_appointment, row, actor=colleague).status == "cancelled"


def test_what_a_second_clinician_had_planned_goes_to_whoever_is_in_charge(care, make, edge):
    second = make.actor(Role.CLINICIAN)
    with make.kept() as session:
        session.merge(care.case).second_id = second.account_id
    row = care.make(actor=second)

    edge.act(cases.end_sharing, actor=second, case_id=care.case.id, at=make.now)

    assert care.now(row).with_id == care.clinician.account_id


def leave(edge, make, who):
    admin = make.actor(Role.ADMINISTRATOR)
    given = {"actor": admin, "account_id": who.account_id, "at": make.now, "even_so": True}
    edge.act(disable_account, **given)


def test_whoever_leaves_gives_them_to_the_next_human_with_the_case(care, make, edge):
    row = care.make()
    lead = make.actor(Role.CLINIC_LEAD)

    leave(edge, make, care.clinician)

    assert care.now(row).with_id == lead.account_id


def test_where_nobody_is_left_the_gap_is_counted_for_the_lead(care, make, edge):
    care.make()
    leave(edge, make, care.clinician)
    lead = make.actor(Role.CLINIC_LEAD)

    found = edge.look(count_overdue, actor=lead, today=TODAY, at=make.now)

    assert (found.without_clinician, found.unrecorded) == (1, 0)


def test_an_erasure_cancels_them_and_nothing_of_them_can_be_opened(care, make, meanwhile):
    row = care.make()
    given = {"by": Machine(), "person_id": care.person.id, "erased_by": None}
    given |= {"erased_at": make.now, "at": make.now}

    problem = meanwhile(lambda session: erase(session, **given), care.make)

    assert isinstance(problem, AccessDenied | RecordNotFound)
    (now,) = care.rows()
    assert now.status is AppointmentStatus.CANCELLED
    assert now.content != row.content and len(now.content) == len(row.content)


def test_two_records_that_are_joined_have_both_and_are_parted_with_their_own(care, make, edge):
    other = make.person()
    theirs = make.case(other, care.clinician)
    row = make.appointment(theirs, care.clinician)
    plan = make.plan(theirs, care.clinician, a_plan())
    asks, confirms = (make.actor(Role.ADMINISTRATOR) for _ in range(2))
    given = {"at": make.now}
    merge = edge.act(
        merging.ask_to_merge, actor=asks, first_id=care.person.id, second_id=other.id, **given
    )
    edge.act(merging.confirm_merge, actor=confirms, merge_id=merge.id, **given)
    joined = care.now(row)
    assert joined.person_id == care.person.id and care.opened(joined).minutes == 50
    assert edge.rows(Plan)[0].person_id == care.person.id
    since = care.make(case_id=theirs.id, hours=90)

    edge.act(merging.part_again, actor=asks, merge_id=merge.id, **given)

    back = edge.rows(Appointment, Appointment.person_id == other.id)
    assert {each.id for each in back} == {row.id, since.id}
    assert edge.rows(Plan, Plan.id == plan.id)[0].person_id == other.id
