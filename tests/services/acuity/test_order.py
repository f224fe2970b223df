"""Those who need it soonest by their own words come first, inside the same urgency."""

from datetime import timedelta

import pytest

from models import vault
from models.tables.care import Alert
from models.vocabulary import AlertStatus, Role
from tests.factories import TODAY
from welfare.policies.acuity import NOTHING, Acuity, most_pressing, sealed
from welfare.services.alerts import list_unseen
from welfare.services.work_list import read_work_list

REACH, HOW, NO = Acuity(reach=True), Acuity(how=True), Acuity(today=False, how=False, reach=False)


@pytest.fixture
def tell(make):
    def keep(alert, told):
        with make.kept() as session:
            stored = session.get_one(Alert, alert.id)
            key = vault.key_for(session, person_id=stored.person_id)
            stored.acuity = sealed(key, stored, told)

    return keep


@pytest.fixture
def alert(make, clinician, tell):
    """An alert that is due after so many hours, and what was told with it."""

    def made(hours, told=NOTHING, *, person=None, **given):
        due = make.now + timedelta(hours=hours)
        found = make.alert(person or make.person(), clinician, due_at=due, **given)
        if told is not NOTHING:
            tell(found, told)
        return found

    return made


def test_the_soonest_come_first_then_the_planned_then_the_clock(edge, make, clinician, alert):
    alerts = [alert(1), alert(2, NO), alert(5, HOW), alert(8, REACH), alert(7, Acuity(today=True))]
    lead = make.actor(Role.CLINIC_LEAD)

    own = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    unseen = edge.look(list_unseen, actor=lead, at=make.now)

    ordered = [alerts[place].id for place in (4, 3, 2, 0, 1)]
    assert [row.alert.id for row in own] == ordered
    assert [each.alert.id for each in unseen] == ordered


def test_what_was_told_never_passes_somebody_whom_nobody_has_seen(edge, make, clinician, alert):
    taken = {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    worked = alert(1, REACH, status=AlertStatus.ACKNOWLEDGED, **taken)
    new = alert(8)

    rows = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [row.alert.id for row in rows] == [new.id, worked.id]


def test_of_several_alerts_of_one_person_what_presses_most_counts(edge, make, clinician, alert):
    person = make.person()
    alert(1, person=person)
    alert(5, REACH, person=person)
    alert(2)

    first, _second = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert (first.person_id, first.acuity) == (person.id, REACH)


def test_lists_take_no_more_queries_for_it(edge, make, clinician, alert):
    asked = {"actor": clinician, "today": TODAY, "at": make.now}
    alert(1)
    few = edge.queries(read_work_list, **asked)
    for hours in range(9):
        alert(hours, REACH)

    assert edge.queries(read_work_list, **asked) == few


def test_nothing_told_of_nobody_is_nothing():
    assert most_pressing([]) == NOTHING
