"""The person answers what was assigned as they answer any check, and is asked again in time."""

import pytest

from models import vault
from models.instruments.payload import unpack
from models.instruments.summary import read_results
from models.session import snapshot
from models.tables.care import Alert, Case
from models.tables.people import Person
from models.tables.places import CrisisContact
from models.tables.screenings import ConflictCopy, Screening, Window
from models.vocabulary import AlertStatus, CaseStatus, Phase, Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.services.measures.conftest import CRITICAL_PHQ, DAY
from welfare.errors import AccessDenied, AnswersRefused, NotOffered, SubmissionConflict
from welfare.policies.measure_tasks import tasks_of
from welfare.services import drafts, early_parts, entered_in_error, own_windows, waivers, windows
from welfare.services.measures import Standing, read_measures

WEEK = 7 * DAY


@pytest.fixture
def asked(ward):
    """The PHQ-9, every week; its first window is open."""
    return ward.assign()


@pytest.fixture
def window(ward, asked):
    return ward.windows(asked)[0]


@pytest.fixture
def of_member(ward, make, window):
    return {"actor": ward.member, "window_id": window.id, "at": make.now}


def test_the_member_is_asked_this_one_questionnaire_and_nothing_more(ward, edge, of_member):
    due = edge.look(windows.list_due, actor=ward.member, today=TODAY, at=ward.make.now)
    assert [each.window.phase for each in due.due] == [Phase.CARE]

    progress = edge.look(drafts.read_progress, today=TODAY, **of_member)

    assert progress.parts == ("phq-9",)
    assert progress.window.measure_id is not None


def test_a_result_that_opens_a_second_stage_elsewhere_opens_nothing_here(ward, edge, of_member):
    high = {str(number): 3 for number in range(1, 9)} | {"9": 0}
    part = {"part": "phq-9", "answers": high, "today": TODAY}

    progress = edge.act(drafts.save_part, **of_member, **part)

    assert progress.parts == ("phq-9",) and progress.next_part is None


def test_other_questionnaires_are_not_taken(ward, window):
    for answers in (CALM, {"gad-7": {"1": 0}}, {}):
        with pytest.raises(AnswersRefused):
            ward.send(window, answers)


def test_answers_go_into_the_same_charts_and_the_same_summary(ward, edge, window):
    ward.send(window)

    (screening,) = edge.rows(Screening)
    assert (screening.phase, screening.window_id) == (Phase.CARE, window.id)
    with snapshot(edge.database) as session:
        key = vault.key_for(session, person_id=ward.person.id)
        person = session.get_one(Person, ward.person.id)
        (point,) = read_results(vault.opened(key, person, "summary"))["phq-9"]
        assert unpack(vault.opened(key, screening, "payload")).rules == "care:un-contingent/2"
    assert (point.day, point.total, point.phase) == (TODAY, 0, Phase.CARE)


def test_a_critical_answer_raises_an_alert_like_anywhere(ward, edge, window):
    receipt = ward.send(window, CRITICAL_PHQ)

    (alert,) = edge.rows(Alert)
    assert receipt.alert.id == alert.id and alert.status is AlertStatus.RAISED
    assert alert.owner_id == ward.mine.account_id and alert.due_at is not None
    assert edge.count(Case) == 1  # the person was in care already


def test_where_no_human_can_be_reached_nothing_is_asked(ward, make, edge, of_member):
    with make.kept() as session:
        session.query(CrisisContact).delete()

    with pytest.raises(NotOffered):
        edge.look(drafts.read_progress, today=TODAY, **of_member)


def test_a_critical_part_can_be_sent_before_the_rest(ward, edge, of_member):
    part = {"part": "phq-9", "answers": CRITICAL["phq-9"], "today": TODAY}
    edge.act(drafts.save_part, **of_member, **part)

    edge.act(early_parts.send_critical_parts, language="en", **of_member)

    assert edge.rows(Alert)[0].status is AlertStatus.RAISED
    assert edge.rows(Screening)[0].phase is Phase.CARE


def test_other_answers_for_the_same_window_are_kept_beside_the_first(ward, edge, window):
    ward.send(window)

    with pytest.raises(SubmissionConflict):
        ward.send(window, CRITICAL_PHQ)

    assert edge.count(ConflictCopy) == 1
    assert edge.rows(Alert)[0].status is AlertStatus.RAISED


def test_the_next_one_opens_a_week_after_the_answer_and_never_beside_an_open_one(
    ward, edge, asked, window
):
    edge.schedule()
    assert len(ward.windows(asked)) == 1

    ward.send(window, at=ward.on(TODAY + 2 * DAY))
    edge.schedule(at=ward.on(TODAY + 2 * DAY))
    edge.schedule(at=ward.on(TODAY + 3 * DAY))

    _first, second = ward.windows(asked)
    assert second.opens_on == TODAY + 2 * DAY + WEEK
    assert second.closes_on == second.opens_on + 6 * DAY


def test_what_is_missed_is_overdue_first_then_asked_anew_and_the_page_says_so(ward, edge, asked):
    (shown,) = ward.page(today=TODAY + 4 * DAY).measures
    assert (shown.standing, shown.is_silent, shown.last) == (Standing.OVERDUE, True, None)

    edge.schedule(at=ward.on(TODAY + WEEK))

    assert [each.opens_on for each in ward.windows(asked)] == [TODAY, TODAY + WEEK]
    (shown,) = ward.page(today=TODAY + WEEK).measures
    assert (shown.standing, shown.is_silent) == (Standing.DUE, True)


def test_data_of_any_check_counts_as_data(ward, edge, window):
    ward.send(window)
    edge.schedule()

    (shown,) = ward.page(today=TODAY + 4 * DAY).measures

    assert (shown.standing, shown.is_silent, shown.last.day) == (Standing.COMING, False, TODAY)


def test_declined_is_asked_again_a_week_later(ward, edge, asked, of_member):
    edge.act(own_windows.decline_window, **of_member)
    edge.schedule()

    assert [each.opens_on for each in ward.windows(asked)] == [TODAY, TODAY + WEEK]
    (shown,) = ward.page().measures
    assert (shown.standing, shown.is_silent) == (Standing.COMING, False)


def test_waived_by_the_clinician_is_asked_again_a_week_later(ward, edge, asked, window, make):
    edge.act(waivers.waive_window, actor=ward.mine, window_id=window.id, at=make.now)
    edge.schedule()

    assert [each.opens_on for each in ward.windows(asked)] == [TODAY, TODAY + WEEK]


def test_a_missed_one_is_not_among_the_checks_that_the_member_or_the_record_calls_missed(
    ward, edge, make
):
    ward.assign()
    later = TODAY + 8 * DAY

    assert edge.look(own_windows.newest_missed, actor=ward.member, today=later) is None


def test_answers_entered_in_error_free_the_window_and_leave_one_open(ward, edge, asked, window):
    ward.send(window)
    edge.schedule()
    assert len(ward.windows(asked)) == 2

    (screening,) = edge.rows(Screening)
    given = {"screening_id": screening.id, "reason": "by_mistake", "words": ""}
    edge.act(entered_in_error.mark, actor=ward.mine, at=ward.make.now, **given)
    edge.schedule()

    assert [each.id for each in ward.windows(asked)] == [window.id]
    assert edge.look(windows.list_due, actor=ward.member, today=TODAY, at=ward.make.now).due
    ward.send(window)
    edge.schedule()
    assert [each.opens_on for each in ward.windows(asked)] == [TODAY, TODAY + WEEK]


def test_rescheduling_leaves_it_alone_whatever_happens_to_deployments(ward, edge, make, asked):
    make.deployment(ward.person, programme="un-contingent/2")
    with make.kept() as session:
        session.get_one(Person, ward.person.id).scheduled_on = None

    edge.schedule()
    edge.schedule(at=ward.on(TODAY + DAY))

    assert len(ward.windows(asked)) == 1
    assert any(each.deployment_id for each in edge.rows(Window))


def test_an_answer_in_care_moves_no_check_of_the_programme(ward, edge, make, window):
    make.deployment(ward.person, programme="canada/1")
    edge.schedule(programme="canada")
    before = [each.opens_on for each in edge.rows(Window, Window.deployment_id.is_not(None))]

    ward.send(window)
    edge.schedule(programme="canada")

    assert [
        each.opens_on for each in edge.rows(Window, Window.deployment_id.is_not(None))
    ] == before


def test_overdue_ones_are_tasks_of_whoever_cares_for_the_person(ward, edge, colleague, asked):
    def tasks(who, day):
        with edge.database.reading() as session:
            return session.execute(tasks_of(who, ward.on(day))).all()

    late = TODAY + 4 * DAY
    assert tasks(ward.mine, late) == [(ward.person.id, "measure", TODAY + 3 * DAY)]
    assert tasks(ward.mine, TODAY + 3 * DAY) == []
    assert tasks(colleague, late) == [] and tasks(ward.member, late) == []
    with ward.make.kept() as session:
        session.get_one(Case, ward.case.id).second_id = colleague.account_id
    assert len(tasks(colleague, late)) == 1
    ward.end(asked)
    assert tasks(ward.mine, late) == []


def test_the_page_is_for_who_cares_and_costs_the_same_whatever_was_assigned(
    ward, make, edge, colleague
):
    given = {"person_id": ward.person.id, "today": TODAY, "at": make.now}
    for who in (colleague, ward.member, make.actor(Role.WELFARE_OFFICER)):
        with pytest.raises(AccessDenied):
            ward.page(actor=who)
    ward.assign()
    few = edge.queries(read_measures, actor=ward.mine, **given)
    for code in ("gad-7", "who-5"):
        ward.end(ward.assign(code))
    assert edge.queries(read_measures, actor=ward.mine, **given) == few
    assert ward.page().case.status is CaseStatus.OPEN
