"""Two records that are joined and parted again, and what was assigned to the second in care."""

from uuid import uuid4

import pytest

from models import vault
from models.assigned import instrument_of, plan_next
from models.session import snapshot
from models.tables.care import Case
from models.tables.measures import AssignedMeasure
from models.tables.screenings import Draft, Screening, Window
from models.vocabulary import Phase, SetAsideBy
from tests.factories import CRITICAL, TODAY
from welfare.services import drafts, measures, windows
from welfare.services.screenings import send_screening

PHQ = {"phq-9": CRITICAL["phq-9"]}


@pytest.fixture
def measure(two):
    return two.make.measure(two.make.case(two.second, two.clinician))


@pytest.fixture
def of_first(two):
    return {"actor": two.account, "at": two.make.now}


def window_of(edge, measure):
    return edge.rows(Window, Window.measure_id == measure.id)[0]


def owner_of(edge, table, key):
    return edge.rows(table, table.id == key)[0].person_id


def opens(edge, person, measure):
    with snapshot(edge.database) as session:
        return instrument_of(vault.key_for(session, person_id=person.id), measure)


def due(two, of_first):
    return two.edge.look(windows.list_due, today=TODAY, **of_first).due


def test_the_first_is_asked_what_was_assigned_to_the_second(two, edge, measure, of_first):
    merge = two.join()

    assert [each.window.id for each in due(two, of_first)] == [window_of(edge, measure).id]
    moved = edge.rows(AssignedMeasure)[0]
    assert opens(edge, two.first, moved) == "phq-9"

    two.part(merge)

    assert due(two, of_first) == ()
    assert opens(edge, two.second, edge.rows(AssignedMeasure)[0]) == "phq-9"
    assert owner_of(edge, Window, window_of(edge, measure).id) == two.second.id


def test_both_may_have_been_asked_the_same_and_each_clinician_ends_their_own(two, edge, measure):
    other = two.make.measure(two.make.case(two.first, two.clinician))

    two.join()

    with edge.database.writing() as session:  # neither is planned away for the other
        assert plan_next(session, person_ids=[two.first.id], today=TODAY) == 0
    given = {"actor": two.clinician, "at": two.make.now}
    edge.act(measures.end_measure, measure_id=measure.id, **given)
    ended = {each.id: each.ended_at for each in edge.rows(AssignedMeasure)}
    assert ended == {measure.id: two.make.now, other.id: None}


def test_what_the_first_has_answered_since_stays_readable_and_the_assignment_goes_back(
    two, edge, measure, of_first
):
    merge, window = two.join(), window_of(edge, measure)
    sending = {"window_id": window.id, "answers": PHQ, "language": "en"} | of_first
    edge.act(send_screening, submission_id=uuid4(), **sending)
    edge.schedule()

    two.part(merge)

    (screening,) = edge.rows(Screening)
    assert screening.person_id == two.first.id
    kept = edge.rows(Window, Window.id == window.id)[0]
    assert kept.person_id == two.first.id and kept.measure_id != measure.id
    copy = edge.rows(AssignedMeasure, AssignedMeasure.id == kept.measure_id)[0]
    assert copy.ended_at is not None and opens(edge, two.first, copy) == "phq-9"
    (back,) = edge.rows(AssignedMeasure, AssignedMeasure.id == measure.id)
    assert (back.person_id, back.ended_at) == (two.second.id, None)
    assert {each.person_id for each in edge.rows(Window, Window.measure_id == back.id)} == {
        two.second.id  # planned since, it goes back with what it belongs to
    }


def test_a_critical_answer_that_the_first_has_begun_since_is_still_shown_as_unsent(
    two, edge, measure, of_first
):
    merge, window = two.join(), window_of(edge, measure)
    part = {"part": "phq-9", "answers": CRITICAL["phq-9"], "today": TODAY}
    edge.act(drafts.save_part, window_id=window.id, **part, **of_first)

    two.part(merge)

    kept = edge.rows(Window, Window.id == window.id)[0]
    assert kept.set_aside is SetAsideBy.WAIVED and edge.count(Draft) == 1
    (over,) = edge.look(windows.list_due, today=TODAY, **of_first).over
    assert over.begun.untold == ("phq-9.9",)


def test_what_was_assigned_since_in_a_case_that_goes_back_goes_with_it(two, edge, make, measure):
    merge = two.join()
    (case,) = edge.rows(Case)
    later = make.measure(case, "gad-7")

    two.part(merge)

    assert owner_of(edge, AssignedMeasure, later.id) == two.second.id
    assert {each.person_id for each in edge.rows(Window, Window.phase == Phase.CARE)} == {
        two.second.id
    }
    assert opens(edge, two.second, edge.rows(AssignedMeasure, AssignedMeasure.id == later.id)[0])


def test_what_has_gone_on_in_a_case_of_the_first_ends_when_they_are_parted(
    two, edge, make, measure
):
    own = make.case(two.first, two.clinician)
    merge = two.join()
    with make.kept() as session:
        session.get_one(AssignedMeasure, measure.id).case_id = own.id

    two.part(merge)

    (back,) = edge.rows(AssignedMeasure)
    assert back.person_id == two.second.id and back.ended_at is not None
