"""Saying no to one check: what it changes, whom it tells, and what must not be lost by it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.audit import AuditEvent
from models.tables.people import Person
from models.tables.screenings import Draft, Window
from models.vocabulary import Act, AlertStatus, Role, SetAsideBy
from tests.answered import answered
from tests.factories import CALM, CRITICAL, TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services.drafts import Page, save_part
from welfare.services.early_parts import send_critical_parts
from welfare.services.own_windows import (
    decline_window,
    newest_missed,
    read_declinable,
    window_of,
)
from welfare.services.screenings import send_screening
from welfare.services.waivers import waive_window
from welfare.services.windows import list_due

DAY = timedelta(days=1)


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def asked(member, window, make):
    return {"actor": member, "window_id": window.id, "at": make.now}


@pytest.fixture
def save(edge, asked):
    def keep(part, answers):
        edge.act(
            save_part, **asked, part=part, answers=answers[part], today=TODAY, page=Page(mark=1)
        )

    return keep


def stored(edge, window):
    (row,) = edge.rows(Window, Window.id == window.id)
    return row


def due(edge, member, at):
    return edge.look(list_due, actor=member, today=TODAY, at=at)


def test_declining_ends_the_asking_and_is_recorded(edge, asked, member, window, make):
    edge.act(decline_window, **asked)

    row = stored(edge, window)
    assert (row.set_aside, row.set_aside_on) == (SetAsideBy.DECLINED, TODAY)
    assert row.set_aside_by == member.account_id
    assert due(edge, member, make.now).due == ()
    (event,) = edge.rows(AuditEvent)
    assert (event.act, event.person_id) == (Act.WINDOW_SET_ASIDE, member.person_id)
    (person,) = edge.rows(Person, Person.id == member.person_id)
    assert person.scheduled_on is None  # what is asked next is worked out anew


def test_declining_twice_is_declining_once(edge, asked):
    for _ in range(2):
        edge.act(decline_window, **asked)

    assert edge.acts() == {Act.WINDOW_SET_ASIDE: 1}


def test_answers_that_are_not_sent_are_said_first_and_then_thrown_away(edge, asked, save):
    assert not edge.look(read_declinable, **asked).has_draft
    save("phq-9", CALM)
    assert edge.look(read_declinable, **asked).has_draft

    edge.act(decline_window, **asked)

    assert edge.count(Draft) == 0


def test_a_critical_answer_that_nobody_knows_of_is_not_lost(edge, asked, save, window):
    save("phq-9", CRITICAL)

    with pytest.raises(InputRefused):
        edge.act(decline_window, **asked)

    assert edge.count(Draft) == 1
    assert stored(edge, window).set_aside is None


def test_once_a_human_was_told_the_rest_can_be_declined(edge, asked, save, make, member):
    save("phq-9", CRITICAL)
    edge.act(send_critical_parts, **asked, language="en")

    edge.act(decline_window, **asked)

    assert due(edge, member, make.now).due == ()


@pytest.mark.parametrize(
    "days",
    [
        {"opens_on": TODAY + DAY, "due_by": TODAY + 9 * DAY},
        {"opens_on": TODAY - 9 * DAY, "due_by": TODAY - 5 * DAY, "closes_on": TODAY - DAY},
        {"set_aside": SetAsideBy.WAIVED, "set_aside_on": TODAY},
    ],
)
def test_only_an_open_check_can_be_declined(edge, member, make, days):
    window = make.window(member.person_id, **days)
    given = {"actor": member, "window_id": window.id, "at": make.now}

    for service in (read_declinable, decline_window):
        with pytest.raises(MoveNotAllowed):
            edge.act(service, **given)


def test_what_was_sent_cannot_be_declined_and_what_was_declined_is_still_taken(
    edge, asked, window, make, member
):
    """A page that was open all the while must not lose its answers."""
    edge.act(decline_window, **asked)
    edge.act(send_screening, **asked, submission_id=uuid4(), answers=CALM, language="en")

    later = make.window(member.person_id, opens_on=TODAY)
    given = asked | {"window_id": later.id}
    edge.act(send_screening, **given, submission_id=uuid4(), answers=CALM, language="en")
    with pytest.raises(MoveNotAllowed):
        edge.act(decline_window, **given)


def test_nobody_declines_for_somebody_else(edge, asked, make, clinician):
    for actor in (make.actor(), clinician, make.actor(Role.WELFARE_OFFICER)):
        for service in (read_declinable, decline_window):
            with pytest.raises(AccessDenied):
                edge.act(service, **asked | {"actor": actor})
    with pytest.raises(RecordNotFound):
        edge.act(decline_window, **asked | {"window_id": uuid4()})


def test_the_last_missed_check_is_named_for_half_a_year(edge, make, member):
    def missed(closed_on):
        days = {"opens_on": closed_on - 30 * DAY, "due_by": closed_on - DAY}
        return make.window(member.person_id, **days, closes_on=closed_on)

    make.window(make.actor().person_id, opens_on=TODAY - 9 * DAY, due_by=TODAY - DAY)
    missed(TODAY - 181 * DAY)
    assert edge.look(newest_missed, actor=member, today=TODAY) is None
    missed(TODAY - 90 * DAY)
    last = missed(TODAY - DAY)

    assert edge.look(newest_missed, actor=member, today=TODAY).id == last.id


def test_a_receipt_knows_its_own_check_and_nobody_elses(edge, make, member):
    (person,) = edge.rows(Person, Person.id == member.person_id)
    screening, part = answered(make, person), make.screening(person)

    given = {"actor": member, "screening_id": screening.id}
    assert edge.look(window_of, **given).person_id == member.person_id
    assert edge.look(window_of, **given | {"screening_id": part.id}) is None
    with pytest.raises(AccessDenied):
        edge.look(window_of, **given | {"actor": make.actor()})


def test_a_clinician_says_that_a_check_is_not_needed(edge, asked, make, clinician, member, window):
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    given = {"actor": clinician, "window_id": window.id, "at": make.now}

    for _ in range(2):
        edge.act(waive_window, **given)

    row = stored(edge, window)
    assert (row.set_aside, row.set_aside_by) == (SetAsideBy.WAIVED, clinician.account_id)
    assert edge.acts() == {Act.WINDOW_SET_ASIDE: 1}
    assert due(edge, member, make.now).due == ()


@pytest.mark.parametrize("answers", [CRITICAL, {"phq-9": {"9": 2}}])
def test_waiving_leaves_an_answer_that_nobody_knows_of_where_its_owner_sees_it(
    edge, asked, save, make, clinician, member, window, answers
):
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    save("phq-9", answers)

    edge.act(waive_window, actor=clinician, window_id=window.id, at=make.now)

    assert [each.window.id for each in due(edge, member, make.now).over] == [window.id]
    edge.act(send_critical_parts, **asked, language="en")
    assert edge.acts()[Act.ALERT_RAISED] == 1


def test_nobody_waives_for_somebody_not_in_their_care(edge, make, clinician, window, member):
    (person,) = edge.rows(Person, Person.id == member.person_id)
    ended = make.actor(Role.CLINICIAN)
    done = {"acknowledged_at": make.now, "acknowledged_by": ended.account_id}
    make.alert(person, ended, status=AlertStatus.CLOSED, closed_at=make.now, **done)

    for actor in (clinician, ended, member, make.actor(Role.WELFARE_OFFICER)):
        with pytest.raises(AccessDenied):
            edge.act(waive_window, actor=actor, window_id=window.id, at=make.now)


def test_a_check_that_is_over_or_declined_is_not_waived(edge, make, clinician, member):
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    over = {"opens_on": TODAY - 9 * DAY, "due_by": TODAY - 5 * DAY, "closes_on": TODAY - DAY}
    declined = {"set_aside": SetAsideBy.DECLINED, "set_aside_on": TODAY}

    for days in (over, declined):
        window = make.window(member.person_id, **days)
        with pytest.raises(MoveNotAllowed):
            edge.act(waive_window, actor=clinician, window_id=window.id, at=make.now)
