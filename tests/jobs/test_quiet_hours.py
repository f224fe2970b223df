"""At night, where the reader is: what can wait leaves in the morning, once; the rest at once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.reminders import Reminder
from models.vocabulary import Act, AlertStatus, LetterKind, Role
from tests.factories import NOW, TODAY
from tests.jobs.conftest import PROGRAMME
from tests.jobs.post_office import STATIONERY
from tests.services.edge import Edge
from tests.site_factory import DAWN
from welfare.jobs import alerts, reminders
from welfare.jobs.alerts import Walk
from welfare.policies.actor import Machine
from welfare.services import overdue_alerts
from welfare.services.alerts import acknowledge_alert, record_contact
from welfare.services.condition import Trouble, read_standing
from welfare.services.reminders import ask_again
from welfare.services.text_messages import write_due

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def edge(watched):
    return Edge(watched)


@pytest.fixture
def at_night(make):
    """Quiet hours at the site, from an hour ago until `DAWN`."""
    return make.contingent()


@pytest.fixture
def remind(watched, post_office):
    """One round of the reminder job; how many letters it leaves in the post office by now."""
    me, walk = uuid4(), reminders.Walk()

    def round_at(at):
        given = {"mailer": post_office, "stationery": STATIONERY, "walk": walk, "holder": me}
        reminders.run(watched, at=at, **given)
        return len(post_office.letters)

    return round_at


@pytest.fixture
def nudged(worker, post_office):
    """The same for letters to staff."""

    def round_at(at):
        worker(at)
        return len(post_office.letters)

    return round_at


@pytest.fixture
def planned(make, edge, clinician, at_night):
    """Somebody was not reached, in the evening, and is tried again in an hour: at night."""
    alert = make.alert(make.person(), clinician)
    acting = {"actor": clinician, "alert_id": alert.id}
    edge.act(acknowledge_alert, **acting, at=NOW - HOUR)
    tried = {"result": "tried", "channel": "phone", "words": "", "next_try": "one_hour"}
    edge.act(record_contact, **acting, **tried, at=NOW - HOUR)
    return alert


def letter_to(alert, at):
    given = {"recipient_id": alert.owner_id, "written_at": at, "next_try_at": at}
    return Letter(kind=LetterKind.NUDGE, alert_id=alert.id, **given)


def troubles(database, at):
    with database.reading() as session:
        found = read_standing(session, job="nudges", at=at).troubles(watching_since=at, at=at)
    return set(found) - {Trouble.NOBODY_ON_DUTY}


def ask_for_letter(make, edge, window, role=Role.WELFARE_OFFICER):
    return edge.act(ask_again, actor=make.actor(role), window_id=window.id, at=NOW)


def test_no_reminder_arrives_in_the_night_and_none_is_lost_or_doubled(make, edge, remind, at_night):
    make.window(make.person().id, opens_on=TODAY)

    sent = [remind(at) for at in (NOW, NOW + HOUR, DAWN - SECOND, DAWN, DAWN + MINUTE, DAWN + HOUR)]

    assert sent == [0, 0, 0, 1, 1, 1]
    (row,) = edge.rows(Reminder)
    assert (row.sent_at, row.tries) == (DAWN, 1)


def test_where_it_is_day_a_reminder_waits_for_nobody_elses_night(
    make, edge, remind, post_office, at_night
):
    awake = make.unit("Eastmark")
    make.contingent(awake, quiet_from=None, quiet_until=None)
    for _ in range(3):
        make.window(make.person().id, opens_on=TODAY)
    window = make.window(make.person(awake).id, opens_on=TODAY)

    assert remind(NOW) == 1
    assert [each.person_id for each in edge.rows(Reminder) if each.sent_at] == [window.person_id]


def test_a_letter_that_an_officer_asked_for_waits_and_an_own_wish_does_not(
    make, edge, remind, at_night
):
    window, own = (make.window(make.person().id, opens_on=TODAY) for _ in range(2))
    ask_for_letter(make, edge, window)
    wish = make.reminder(own, day=None, asked_by=None, written_at=NOW, next_try_at=NOW)

    remind(NOW)

    assert [each.id for each in edge.rows(Reminder) if each.sent_at] == [wish.id]


def test_hours_that_are_changed_at_night_count_at_once(make, edge, remind, at_night):
    make.window(make.person().id, opens_on=TODAY)
    assert remind(NOW) == 0
    with make.kept() as session:
        found = session.merge(at_night)
        found.quiet_from = found.quiet_until = None

    assert remind(NOW + MINUTE) == 1


def test_an_alert_that_nobody_has_taken_nudges_at_any_hour(make, nudged, clinician, at_night):
    make.alert(make.person(), clinician, next_nudge_at=NOW)

    assert [nudged(NOW + 30 * MINUTE * step) for step in range(3)] == [1, 2, 3]


def test_an_alert_whose_clock_runs_out_at_night_is_passed_on_at_night(
    make, edge, watched, nudged, post_office, planned
):
    lead = make.actor(Role.CLINIC_LEAD)
    with make.kept() as session:
        session.get_one(Alert, planned.id).due_at = NOW

    edge.act(overdue_alerts.pass_on_overdue, by=Machine(), after=None, at=NOW)

    assert nudged(NOW) == 1
    (letter,) = edge.rows(Letter)
    assert (letter.kind, letter.recipient_id) == (LetterKind.ESCALATION, lead.account_id)


def test_a_planned_try_at_night_is_asked_about_when_the_night_is_over(
    make, edge, watched, nudged, planned
):
    walk, me = Walk(), uuid4()
    sent = []
    for at in (NOW, NOW + HOUR, DAWN - SECOND, DAWN, DAWN + MINUTE):
        alerts.run(watched, programme=PROGRAMME, walk=walk, holder=me, at=at)
        sent.append(nudged(at))

    assert sent == [0, 0, 0, 1, 1]
    (letter,) = edge.rows(Letter)
    assert (letter.kind, letter.written_at) == (LetterKind.NUDGE, DAWN)
    assert edge.acts()[Act.ALERT_NUDGED] == 1


def test_a_planned_try_of_the_evening_whose_letter_could_not_leave_waits_for_the_morning(
    make, edge, nudged, post_office, planned
):
    with make.kept() as session:
        session.add(letter_to(planned, NOW - HOUR))

    sent = [nudged(at) for at in (NOW, DAWN - SECOND)]
    assert sent == [0, 0]

    with make.kept() as session:  # raised anew, it is no plan any more: somebody must look
        again = session.get_one(Alert, planned.id)
        again.status, again.acknowledged_at, again.acknowledged_by = AlertStatus.RAISED, None, None
        again.next_nudge_at = DAWN + HOUR
    assert nudged(DAWN - SECOND) == 1


def test_a_notice_waits_and_is_no_trouble_of_the_site_meanwhile(
    make, watched, nudged, clinician, at_night
):
    with make.kept() as session:
        given = {"written_at": NOW, "next_try_at": NOW, "recipient_id": clinician.account_id}
        session.add(Letter(kind=LetterKind.NOTICE, **given))

    for at in (NOW + HOUR, DAWN, DAWN + 4 * MINUTE):
        assert troubles(watched, at) == set()
    assert [nudged(at) for at in (NOW, DAWN - SECOND)] == [0, 0]
    assert troubles(watched, DAWN + 6 * MINUTE) == {Trouble.LETTERS_WAITING}

    assert [nudged(at) for at in (DAWN, DAWN + MINUTE)] == [1, 1]


def test_a_letter_that_somebody_waits_for_leaves_at_night(make, nudged, clinician, at_night):
    link = make.invitation(clinician, confirmed_at=NOW, expires_at=NOW + HOUR)
    with make.kept() as session:
        given = {"written_at": NOW, "next_try_at": NOW, "recipient_id": clinician.account_id}
        session.add(Letter(kind=LetterKind.INVITATION, invitation_id=link.id, **given))

    assert nudged(NOW) == 1


def test_no_text_message_is_written_for_a_plan_before_its_letter(make, edge, planned):
    edge.act(overdue_alerts.nudge_planned, by=Machine(), at=NOW)

    assert edge.act(write_due, at=NOW) == 0
    assert edge.rows(Alert)[0].next_nudge_at == NOW
