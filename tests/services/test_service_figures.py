"""How the service does: for the clinic lead alone, of the own units alone, in a fixed number of
queries."""

from datetime import timedelta

import pytest

from models.base import new_key
from models.tables.care import ContactAttempt
from models.vocabulary import Act, AlertStatus, CaseStatus, Role
from tests.factories import NOW, TODAY
from welfare.errors import AccessDenied
from welfare.services.service_figures import Load, read_service

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lead(make):
    return make.actor(Role.CLINIC_LEAD)


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def look(edge, lead):
    return lambda: edge.look(read_service, actor=lead, today=TODAY, at=NOW)


def alert(make, owner, *, ago=2 * HOUR, clock=8 * HOUR, seen=None, tried=None, unit=None):
    """Raised `ago`; acknowledged and tried after these times."""
    raised = NOW - ago
    given = {"raised_at": raised, "due_at": raised + clock}
    if seen is not None:
        given |= {"status": AlertStatus.ACKNOWLEDGED, "acknowledged_at": raised + seen}
        given |= {"acknowledged_by": owner.account_id}
    made = make.alert(make.person(unit), owner, **given)
    if tried is not None:
        try_to_reach(make, made, owner, raised + tried)
    return made


def try_to_reach(make, alert, owner, at):
    content = alert.detail  # any sealed words: nobody opens them here
    with make.kept() as session:
        about = {"alert_id": alert.id, "person_id": alert.person_id}
        attempt = ContactAttempt(id=new_key(), by_id=owner.account_id, at=at, **about)
        attempt.content = content
        session.add(attempt)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLINIC_LEAD])
def test_nobody_but_a_clinic_lead_sees_it(edge, make, role):
    with pytest.raises(AccessDenied):
        edge.look(read_service, actor=make.actor(role), today=TODAY, at=NOW)


def test_an_empty_service_has_nothing_to_say(look):
    found = look()

    now = found.now
    assert (now.unowned, now.unacknowledged, now.past_due, now.interviews) == (0, 0, 0, 0)
    assert [(each.alerts, each.acknowledged.median) for each in found.periods] == [(0, None)] * 2


def test_what_waits_now_is_counted(make, clinician, look):
    alert(make, None)
    alert(make, clinician, ago=10 * HOUR)
    alert(make, clinician, ago=10 * HOUR, seen=HOUR)
    alert(make, clinician, seen=HOUR)

    now = look().now

    assert (now.unowned, now.unacknowledged, now.past_due) == (1, 2, 2)


def test_other_units_count_nowhere(edge, make, clinician):
    unit, other = make.unit("A Company", make.root), make.unit("B Company", make.root)
    alert(make, clinician, unit=other)
    make.case(make.person(other), clinician)

    lead = make.actor(Role.CLINIC_LEAD, unit)
    found = edge.look(read_service, actor=lead, today=TODAY, at=NOW)

    assert found.now.unacknowledged == 0
    assert sum(load.open for load in found.loads) == 0
    assert [each.alerts for each in found.periods] == [0, 0]


def test_what_is_closed_waits_no_more_and_still_counts_in_the_measures(make, clinician, look):
    given = {"status": AlertStatus.CLOSED, "closed_at": NOW, "acknowledged_at": NOW - HOUR}
    make.alert(make.person(), clinician, acknowledged_by=clinician.account_id, **given)

    found = look()

    assert found.now.unacknowledged == 0
    assert [each.alerts for each in found.periods] == [1, 1]


def test_each_clinician_has_their_load(edge, make, lead, clinician, look):
    colleague = make.actor(Role.CLINICIAN)
    make.case(make.person(), clinician)
    make.case(make.person(), clinician, held_until=TODAY + 3 * DAY)
    make.case(make.person(), clinician, held_until=TODAY, second_id=colleague.account_id)
    make.case(make.person(), clinician, status=CaseStatus.CLOSED, closed_at=NOW)

    loads = look().loads

    assert loads[0] == Load(loads[0].name, open=3, held=1, shared=1, second=0)
    assert sorted((load.open, load.second) for load in loads) == [(0, 0), (0, 1), (3, 0)]


def test_medians_and_shares_are_those_of_the_period(make, clinician, look):
    for hours in range(1, 6):
        alert(make, clinician, ago=3 * DAY, seen=hours * HOUR, tried=(hours + 4) * HOUR)
    for _ in range(5):
        alert(make, clinician, ago=60 * DAY, seen=20 * HOUR)

    month, quarter = look().periods

    assert (month.days, month.alerts, quarter.days, quarter.alerts) == (30, 5, 90, 10)
    assert (month.acknowledged.median, month.acknowledged.share) == (3 * HOUR, 1.0)
    assert (month.contacted.median, month.contacted.share) == (7 * HOUR, 0.8)
    assert (quarter.acknowledged.median, quarter.acknowledged.share) == (12.5 * HOUR, 0.5)
    assert (quarter.contacted.median, quarter.contacted.share) == (7 * HOUR, 0.4)


def test_what_has_still_time_is_neither_in_time_nor_late(make, clinician, look):
    for _ in range(5):
        alert(make, clinician, ago=HOUR)
    assert look().periods[0].acknowledged.decided == 0

    for _ in range(5):
        alert(make, clinician, ago=9 * HOUR)

    measure = look().periods[0].acknowledged
    assert (measure.within, measure.decided, measure.share) == (0, 5, 0.0)


def test_of_fewer_than_five_nothing_is_said(make, clinician, look):
    for _ in range(4):
        alert(make, clinician, ago=DAY, seen=HOUR)

    measure = look().periods[0].acknowledged
    assert (measure.median, measure.share) == (None, None)


def test_only_the_first_try_counts(make, clinician, look):
    for _ in range(5):
        late = alert(make, clinician, ago=2 * DAY, seen=HOUR, tried=2 * HOUR)
        try_to_reach(make, late, clinician, NOW - HOUR)

    assert look().periods[0].contacted.median == 2 * HOUR
    assert look().periods[0].alerts == 5


def test_historic_answers_have_no_clock_and_are_not_measured(make, look):
    make.alert(make.person(), status=AlertStatus.HISTORIC, due_at=None, next_nudge_at=None)

    assert look().periods[0].alerts == 0


def test_a_look_leaves_one_event_that_names_nobody(edge, make, clinician, look):
    alert(make, clinician)

    look()

    assert edge.acts()[Act.SITE_READ] == 1
    assert sum(edge.acts().values()) == 1


def test_the_number_of_queries_does_not_grow_with_people(edge, make, lead, clinician):
    asked = {"actor": lead, "today": TODAY, "at": NOW}
    few = edge.queries(read_service, **asked)
    for _ in range(3):
        alert(make, clinician, seen=HOUR, tried=HOUR)
        make.case(make.person(), make.actor(Role.CLINICIAN))

    assert edge.queries(read_service, **asked) == few <= 9
