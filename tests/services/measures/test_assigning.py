"""A clinician in charge assigns a questionnaire and ends it again; nobody else does."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import SQLAlchemyError

from models import assigned, vault
from models.base import new_key
from models.instruments import ASSIGNABLE, languages, words
from models.instruments import find as found
from models.session import snapshot
from models.tables.audit import AuditEvent
from models.tables.measures import AssignedMeasure
from models.tables.reminders import Reminder
from models.tables.screenings import Window
from models.vocabulary import Act, CaseStatus, Phase, Rhythm, Role, SetAsideBy
from tests.factories import TODAY
from tests.services.measures.conftest import DAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services.measures import Standing, end_measure
from welfare.web.wording import TITLES


def test_assigning_opens_the_first_window_with_one_event(ward, edge):
    measure = ward.assign()

    (window,) = ward.windows(measure)
    assert (window.opens_on, window.due_by, window.closes_on) == (
        TODAY,
        TODAY + 3 * DAY,
        TODAY + 6 * DAY,
    )
    assert window.phase is Phase.CARE and window.person_id == ward.person.id
    assert edge.acts() == Counter([Act.MEASURE_ASSIGNED])


def test_before_each_session_nothing_is_asked_until_there_is_one(ward):
    measure = ward.assign(rhythm="session")

    assert ward.windows(measure) == []
    (shown,) = ward.page().measures
    assert shown.standing is Standing.WAITING


def test_a_session_that_is_made_moved_and_called_off_takes_its_window_along(ward, edge):
    measure, other = ward.assign(rhythm="session"), ward.assign("gad-7")

    def plan(*days):
        given = {"case_id": ward.case.id, "days": days, "today": TODAY}
        return edge.act(assigned.plan_before_sessions, **given)

    assert plan(TODAY + 9 * DAY) == 1
    assert [each.anchor_day for each in ward.windows(measure)] == [TODAY + 9 * DAY]
    assert (plan(TODAY + 9 * DAY), plan(TODAY + DAY)) == (0, 2)
    (window,) = ward.windows(measure)
    assert (window.opens_on, window.due_by, window.closes_on) == (
        TODAY,
        TODAY + DAY,
        TODAY + DAY,
    )
    plan()
    (window,) = ward.windows(measure)
    assert window.closes_on < TODAY
    plan(TODAY + 2 * DAY)
    (window,) = ward.windows(measure)
    assert (window.closes_on, window.anchor_day) == (TODAY + 2 * DAY, TODAY + 2 * DAY)
    assert len(ward.windows(other)) == 1


def test_which_questionnaire_is_asked_stands_nowhere_in_the_clear(ward, edge):
    measure = ward.assign("pcl-5")
    ward.assign("who-5", rhythm="session")

    with edge.database.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in (AssignedMeasure, Window, AuditEvent, Reminder)
            for row in connection.execute(table.__table__.select())
        ]
    assert not any(code in row for row in rows for code in ("pcl-5", "who-5"))
    (window,) = ward.windows(measure)
    assert (window.programme, window.code[:9]) == ("care:un-contingent/2", "assigned-")
    contents = {len(each.content) for each in edge.rows(AssignedMeasure)}
    assert len(contents) == 1  # nor does its length tell


def test_a_form_that_is_sent_twice_assigns_once(ward, edge):
    key = new_key()

    assert ward.assign(measure_id=key).id == ward.assign(measure_id=key).id

    assert (edge.count(AssignedMeasure), edge.count(Window)) == (1, 1)
    assert edge.acts()[Act.MEASURE_ASSIGNED] == 1
    with pytest.raises(MoveNotAllowed):
        ward.assign("gad-7", measure_id=key)


def test_of_two_who_assign_the_same_at_once_the_second_is_told(ward, edge):
    """Two pages, each with an id of its own."""

    def assign():
        try:
            return ward.assign()
        except InputRefused as refused:
            return refused.problems

    with ThreadPoolExecutor(2) as pool:
        start = threading.Barrier(2)
        done = list(pool.map(lambda _: (start.wait(), assign())[1], range(2)))

    assert {"instrument": "assigned_already"} in done
    assert edge.count(AssignedMeasure) == 1


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"instrument": "c-ssrs-screener"}, {"instrument": "choose"}),  # not without a clinician
        ({"instrument": "isi"}, {"instrument": "choose"}),  # its words are not held
        ({"instrument": "phq-9.9"}, {"instrument": "choose"}),
        ({"rhythm": "daily"}, {"rhythm": "choose"}),
        ({"instrument": "", "rhythm": ""}, {"instrument": "choose", "rhythm": "choose"}),
    ],
)
def test_only_what_is_on_offer_is_assigned(ward, edge, given, problems):
    with pytest.raises(InputRefused) as raised:
        ward.assign(**given)

    assert raised.value.problems == problems and edge.count(AssignedMeasure) == 0


def test_everything_on_offer_has_words_and_a_title_and_can_be_answered_alone():
    for code in ASSIGNABLE:
        held = found(code)
        assert held.wording_included and "en" in languages(code, held.version)
        assert words(code, held.version, "en").items and TITLES[code]
        assert held.total is not None or held.criteria


@pytest.mark.parametrize("act", ["assign", "end"])
def test_only_the_clinician_in_charge_of_an_open_case_acts(ward, make, colleague, act):
    measure = ward.assign()
    do = {"assign": lambda who: ward.assign("gad-7", actor=who), "end": None}[act]
    do = do or (lambda who: ward.end(measure, actor=who))

    make.duty(colleague, make.root)
    make.alert(ward.person, colleague)  # may read the record, and yet
    others = [colleague, make.actor(Role.CLINIC_LEAD), make.actor(Role.COMMANDER), ward.member]
    for who in others:
        with pytest.raises(AccessDenied):
            do(who)


def test_nobody_assigns_anything_in_a_case_that_is_closed_or_to_nobody(ward, make):
    closed = make.case(make.person(), ward.mine, status=CaseStatus.CLOSED, closed_at=make.now)

    with pytest.raises(AccessDenied):
        ward.assign(case_id=closed.id)
    with pytest.raises(RecordNotFound):
        ward.assign(case_id=new_key())
    with pytest.raises(RecordNotFound):
        ward.edge.act(end_measure, actor=ward.mine, measure_id=new_key(), at=make.now)


def test_a_colleague_in_whose_care_the_person_is_too_does_not_assign_the_same(
    ward, make, colleague
):
    ward.assign()
    theirs = make.case(ward.person, colleague)

    with pytest.raises(InputRefused):
        ward.assign(actor=colleague, case_id=theirs.id)

    other = ward.assign("gad-7", actor=colleague, case_id=theirs.id)
    assert {each.row.id: each.may_end for each in ward.page().measures}[other.id] is False


def test_ending_takes_what_is_open_from_the_person_with_one_event(ward, edge):
    measure = ward.assign()

    assert ward.end(measure).ended_at == ward.end(measure).ended_at

    (window,) = ward.windows(measure)
    assert (window.set_aside, window.set_aside_by) == (SetAsideBy.WAIVED, ward.mine.account_id)
    assert edge.acts()[Act.MEASURE_ENDED] == 1
    (shown,) = ward.page().measures
    assert shown.standing is Standing.ENDED and not shown.may_end
    edge.schedule()
    edge.schedule(at=ward.on(TODAY + 30 * DAY))
    assert len(ward.windows(measure)) == 1


@pytest.mark.parametrize("act", ["assign", "end"])
def test_where_the_trail_cannot_be_written_nothing_has_happened(ward, edge, act):
    measure = ward.assign()
    edge.break_table("audit_event")

    with pytest.raises(SQLAlchemyError):
        ward.assign("gad-7") if act == "assign" else ward.end(measure)

    assert [each.ended_at for each in edge.rows(AssignedMeasure)] == [None]
    assert [each.set_aside for each in edge.rows(Window)] == [None]


def test_what_has_ended_can_be_assigned_anew_and_what_has_not_opened_is_gone(ward, edge):
    measure = ward.assign()
    ward.send(ward.windows(measure)[0])
    edge.schedule()
    assert len(ward.windows(measure)) == 2

    ward.end(measure)
    again = ward.assign(rhythm="twelve_weeks")

    assert len(ward.windows(measure)) == 1 and len(ward.windows(again)) == 1
    assert again.rhythm is Rhythm.TWELVE_WEEKS


def test_the_sealed_row_opens_with_the_key_of_its_person(ward, edge):
    measure = ward.assign("k10")

    with snapshot(edge.database) as session:
        key = vault.key_for(session, person_id=ward.person.id)
        assert assigned.instrument_of(key, measure) == "k10"
