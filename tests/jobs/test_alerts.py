"""The alerts job: looks after open alerts in every round, and the next letters leave at once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.programmes import load
from models.tables.care import Alert
from models.tables.letters import JobLease
from models.vocabulary import AlertStatus, Role
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY
from welfare.jobs import alerts
from welfare.jobs.loop import Loop
from welfare.policies import alert_rounds

HOUR = timedelta(hours=1)
PROGRAMME = load("un-contingent")


@pytest.fixture
def loop(watched, post_office):
    return Loop(watched, mailer=post_office, stationery=STATIONERY, programme="un-contingent")


@pytest.fixture
def taken(make):
    """What a clinician took an hour ago; its clock runs out now."""

    def take(owner, **given):
        usual = {"status": AlertStatus.ACKNOWLEDGED, "acknowledged_by": owner.account_id}
        usual |= {"acknowledged_at": NOW - HOUR, "due_at": NOW, "next_nudge_at": None}
        return make.alert(make.person(), owner, **usual | given)

    return take


def all_alerts(database):
    with database.reading() as session:
        return session.query(Alert).order_by(Alert.due_at, Alert.id).all()


def test_two_rounds_hand_over_pass_on_and_ask_again_and_every_letter_leaves(
    database, make, clinician, taken, loop, post_office
):
    former, lead = make.actor(Role.CLINICIAN), make.actor(Role.CLINIC_LEAD)
    make.alert(make.person(), former, due_at=NOW + HOUR)
    taken(former)
    taken(former, due_at=NOW + 2 * HOUR, next_nudge_at=NOW)

    assert loop.run_once(at=NOW) >= 3  # so that the next round does not wait
    loop.run_once(at=NOW)

    overdue, handed, planned = all_alerts(database)
    assert (overdue.cover_id, handed.owner_id) == (lead.account_id, clinician.account_id)
    assert planned.next_nudge_at is None
    assert len(post_office.letters) == 3


def test_whoever_has_left_gets_no_cover_from_a_handover(database, make, clinician, loop):
    gone = make.actor(Role.CLINICIAN, disabled_at=NOW)
    make.alert(make.person(), gone)

    loop.run_once(at=NOW)

    (alert,) = all_alerts(database)
    assert (alert.owner_id, alert.cover_id) == (clinician.account_id, None)


def test_while_another_worker_has_the_lease_nothing_is_done(database, make, clinician, watched):
    make.alert(make.person(), make.actor(Role.CLINICIAN))
    with make.kept() as session:
        session.add(JobLease(name=alerts.NAME, holder=uuid4(), until_at=NOW + HOUR))
    given = {"programme": PROGRAMME, "holder": uuid4(), "at": NOW}

    assert alerts.run(watched, walk=alerts.Walk(), **given) == 0
    assert all_alerts(database)[0].owner_id != clinician.account_id


def test_a_worker_goes_on_where_it_was_and_then_begins_anew(
    database, make, clinician, taken, watched, monkeypatch
):
    monkeypatch.setattr(alert_rounds, "BATCH", 1)
    former = make.actor(Role.CLINICIAN)
    for number in range(2):
        make.alert(make.person(), former, due_at=NOW + number * HOUR)
    walk, given = alerts.Walk(), {"programme": PROGRAMME, "holder": uuid4(), "at": NOW}

    done = [alerts.run(watched, walk=walk, **given) for _ in range(4)]

    assert done == [1, 1, 0, 0]
    assert {alert.owner_id for alert in all_alerts(database)} == {clinician.account_id}
