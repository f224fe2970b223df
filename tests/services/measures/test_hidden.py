"""That somebody is in care, and so is asked more: no officer, no list and no figure says it."""

from datetime import timedelta

import pytest

from analytics.due import due
from analytics.extract import positive
from models.tables.reminders import Reminder, WindowLink
from models.vocabulary import Act, Role
from tests.answered import ALWAYS
from tests.factories import TODAY
from tests.services.measures.conftest import DAY
from welfare.errors import AccessDenied, MoveNotAllowed
from welfare.services import (
    interview_list,
    paper_forms,
    reminders,
    service_figures,
    waivers,
    work_list,
)
from welfare.services.completion import Section, read_completion
from welfare.services.own_record import list_readers
from welfare.services.readiness import read_readiness
from welfare.services.records import read_record

HIGH = {"phq-9": {str(number): 3 for number in range(1, 9)} | {"9": 0}}


@pytest.fixture
def officer(make):
    return {"actor": make.actor(Role.WELFARE_OFFICER), "at": make.now}


@pytest.fixture
def asked(ward):
    return ward.assign()


@pytest.mark.parametrize("days", [0, 4, 9])
def test_no_list_of_who_was_asked_names_or_counts_it(ward, edge, officer, asked, days):
    given = officer | {"today": TODAY + timedelta(days=days)}
    edge.schedule(at=ward.on(TODAY + 7 * DAY))

    for section in Section:
        page = edge.look(read_completion, **given, section=section)
        assert page.rows == () and not any(page.counts.values())
    ward.send(ward.windows(asked)[0])
    assert edge.look(read_readiness, **given).rows == ()


def test_it_is_not_among_what_was_waived_or_ended_either(ward, edge, officer, asked):
    ward.end(asked)

    assert edge.look(read_readiness, **officer, today=TODAY).rows == ()


@pytest.mark.parametrize("act", [reminders.ask_again, reminders.make_link])
def test_no_officer_writes_or_hands_over_anything_about_it(ward, edge, officer, asked, act):
    (window,) = ward.windows(asked)

    with pytest.raises(AccessDenied):
        edge.act(act, **officer, window_id=window.id)

    assert edge.count(Reminder) == edge.count(WindowLink) == 0


def test_whoever_prints_forms_nearby_does_not_see_it(ward, make, edge, asked, colleague):
    given = {"actor": colleague, "today": TODAY, "at": make.now}

    found = edge.look(paper_forms.list_windows, person_id=ward.person.id, **given)
    assert found.windows == ()

    (window,) = ward.windows(asked)
    with pytest.raises(MoveNotAllowed):
        edge.act(paper_forms.print_form, window_id=window.id, language="en", **given)


def test_where_everybody_has_an_interview_it_asks_for_none(ward, make, edge, colleague):
    measure = ward.assign(programme=ALWAYS.partition("/")[0])
    ward.send(ward.windows(measure)[0], HIGH)
    lead = make.actor(Role.CLINIC_LEAD)
    assert edge.look(interview_list.list_waiting, actor=colleague, at=make.now).rows == ()
    service = edge.look(service_figures.read_service, actor=lead, today=TODAY, at=make.now)
    assert service.now.interviews == 0
    view = edge.look(read_record, actor=ward.mine, person_id=ward.person.id, at=make.now)
    assert view.steps == ()
    (row,) = edge.look(work_list.read_work_list, actor=ward.mine, today=TODAY, at=make.now)
    assert not row.needs_interview


def test_command_counts_neither_what_was_due_in_care_nor_what_was_answered_there(ward, edge, asked):
    ward.send(ward.windows(asked)[0], HIGH)
    period = {"first": TODAY - DAY, "last": TODAY + 9 * DAY, "among": {ward.person.id}}

    with edge.database.reading() as session:
        assert due(session, default="un-contingent", **period) == set()
        assert positive(session, **period) == set()


def test_its_clinician_sees_it_on_the_record_and_missed_ones_on_its_own_page(ward, edge, asked):
    def checks(day):
        view = edge.look(read_record, actor=ward.mine, person_id=ward.person.id, at=ward.make.now)
        given = {"actor": ward.mine, "record": view.record, "today": day}
        return edge.look(waivers.read_checks, **given)

    assert [each.measure_id for each in checks(TODAY).due] == [asked.id]
    assert checks(TODAY + 8 * DAY).missed == ()
    (row,) = edge.look(
        work_list.read_work_list, actor=ward.mine, today=TODAY + 8 * DAY, at=ward.make.now
    )
    assert row.missed == 0


def test_the_member_sees_who_assigned_and_ended_it(ward, edge, asked):
    ward.end(asked)

    acts = {each.act for each in edge.look(list_readers, actor=ward.member, at=ward.make.now)}
    assert {Act.MEASURE_ASSIGNED, Act.MEASURE_ENDED} <= acts
