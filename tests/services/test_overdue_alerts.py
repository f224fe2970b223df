"""An acknowledged alert whose clock has run out before anybody reached the person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.hand_over import Leaving, leave_posts
from models.tables.accounts import Account, Post
from models.tables.care import Alert, ContactAttempt
from models.tables.letters import Letter
from models.tables.people import Person
from models.vocabulary import Act, AlertStatus, LetterKind, NextTry, PostEnding, Role
from tests.models.queries import counted
from welfare.policies import alert_rounds
from welfare.policies.actor import Machine
from welfare.services.alerts import close_alert, record_contact
from welfare.services.nudges import letters_waiting
from welfare.services.overdue_alerts import pass_on_overdue

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
REACHED = {"result": "reached", "channel": "phone", "words": ""}
TRIED = REACHED | {"result": "tried"}


@pytest.fixture
def owner(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def lead(make):
    return make.actor(Role.CLINIC_LEAD)


@pytest.fixture
def taken(make, owner):
    """An alert that the owner took an hour ago and whose clock runs out now."""

    def take(person=None, **given):
        usual = {"status": AlertStatus.ACKNOWLEDGED, "acknowledged_by": owner.account_id}
        usual |= {"acknowledged_at": make.now - HOUR, "due_at": make.now, "next_nudge_at": None}
        return make.alert(person or make.person(), owner, **usual | given)

    return take


@pytest.fixture
def look(edge, make):
    """One look of the job, this long after now."""

    def once(wait=timedelta(0), after=None):
        return edge.act(pass_on_overdue, by=Machine(), after=after, at=make.now + wait)

    return once


def test_it_goes_to_the_lead_as_cover_and_stays_with_who_took_it(
    edge, make, owner, lead, taken, look
):
    taken()

    assert [look(-SECOND).count, look().count] == [0, 1]

    (alert,), (letter,) = edge.rows(Alert), edge.rows(Letter)
    assert (alert.owner_id, alert.cover_id) == (owner.account_id, lead.account_id)
    assert (alert.status, alert.overdue_at) == (AlertStatus.ACKNOWLEDGED, make.now)
    assert (letter.recipient_id, letter.kind) == (lead.account_id, LetterKind.ESCALATION)
    assert edge.acts() == {Act.ALERT_OVERDUE: 1}
    assert [each.id for each in edge.look(letters_waiting, at=make.now)] == [letter.id]


def test_it_is_passed_on_once(edge, taken, lead, look):
    taken()

    assert [look(number * HOUR).count for number in range(4)] == [1, 0, 0, 0]
    assert edge.count(Letter) == 1


@pytest.mark.parametrize("leaves", ["by its last day", "disabled behind our back"])
def test_where_its_cover_cannot_act_any_more_it_is_passed_on_again(
    edge, make, taken, lead, look, leaves
):
    taken()
    look()
    with make.kept() as session:
        if leaves == "by its last day":
            post = session.scalars(select(Post).where(Post.account_id == lead.account_id)).one()
            post.until_day = make.now.date() - 24 * HOUR
        else:
            session.get_one(Account, lead.account_id).disabled_at = make.now
    assert look(HOUR).count == 1  # nobody else is there: its owner is told, once
    assert look(2 * HOUR).count == 0
    successor = make.actor(Role.CLINIC_LEAD)

    assert [look(3 * HOUR).count, look(4 * HOUR).count] == [1, 0]

    (alert,) = edge.rows(Alert)
    assert alert.cover_id == successor.account_id
    newest = max(edge.rows(Letter), key=lambda letter: letter.written_at)
    assert newest.recipient_id == successor.account_id


def test_without_a_lead_the_clinician_on_duty_covers(edge, make, taken, look):
    on_duty = make.reachable()
    former = make.actor(Role.CLINICIAN)
    taken(cover_id=former.account_id)

    look()

    assert edge.rows(Alert)[0].cover_id == on_duty.account_id


def test_a_lead_who_covers_already_is_told(edge, taken, lead, look):
    taken(cover_id=lead.account_id)

    look()

    (alert,), (letter,) = edge.rows(Alert), edge.rows(Letter)
    assert alert.cover_id == letter.recipient_id == lead.account_id


@pytest.mark.parametrize("attempts", [[REACHED], [REACHED, TRIED], [TRIED, REACHED]])
def test_once_the_person_was_reached_nothing_is_passed_on(
    edge, make, owner, lead, taken, look, attempts
):
    alert = taken()
    for number, given in enumerate(attempts):
        acting = {"actor": owner, "alert_id": alert.id, "at": make.now + number * SECOND}
        edge.act(record_contact, **acting, **given)

    assert look(HOUR).count == edge.count(Letter) == 0


@pytest.mark.parametrize("next_try", list(NextTry))
def test_a_try_that_reached_nobody_holds_nothing_up(edge, make, owner, lead, taken, look, next_try):
    acting = {"actor": owner, "alert_id": taken().id, "at": make.now - SECOND}
    edge.act(record_contact, **acting, **TRIED, next_try=next_try)

    assert look().count == 1


def test_what_was_closed_in_time_is_over(edge, make, owner, lead, taken, look):
    acting = {"actor": owner, "alert_id": taken().id, "at": make.now - SECOND}
    edge.act(record_contact, **acting, **TRIED)
    edge.act(close_alert, **acting, outcome="not_reached", words="")

    assert look().count == edge.count(Letter) == 0


def test_where_nobody_else_is_the_owner_is_told_once_and_a_lead_as_soon_as_there_is_one(
    edge, make, owner, taken, look
):
    taken()
    assert [look(number * HOUR).count for number in range(3)] == [1, 0, 0]
    assert edge.rows(Letter)[0].recipient_id == owner.account_id
    assert edge.rows(Alert)[0].overdue_at is None
    lead = make.actor(Role.CLINIC_LEAD)

    look(3 * HOUR)

    (alert,) = edge.rows(Alert)
    assert (alert.cover_id, alert.overdue_at) == (lead.account_id, make.now + 3 * HOUR)


def test_an_owner_who_is_alone_and_means_to_try_again_is_left_in_peace(
    edge, make, owner, taken, look
):
    acting = {"actor": owner, "alert_id": taken().id, "at": make.now - SECOND}
    edge.act(record_contact, **acting, **TRIED, next_try=NextTry.FOUR_HOURS)

    assert look().count == 0


def test_nobody_is_told_about_themselves(edge, make, owner, lead, taken, look):
    (themselves,) = edge.rows(Person, Person.id == lead.person_id)
    taken(themselves)

    look()

    assert [letter.recipient_id for letter in edge.rows(Letter)] == [owner.account_id]
    assert edge.rows(Alert)[0].cover_id is None


def test_a_lead_who_owns_it_passes_it_to_the_clinician_on_duty(edge, make, lead, taken, look):
    on_duty = make.reachable()
    taken(owner_id=lead.account_id, acknowledged_by=lead.account_id)

    look()

    (alert,) = edge.rows(Alert)
    assert (alert.owner_id, alert.cover_id) == (lead.account_id, on_duty.account_id)


def test_a_contact_that_cannot_be_opened_counts_as_nobody_reached(
    edge, make, owner, lead, taken, look
):
    damaged, other = taken(), taken()
    for alert in (damaged, other):
        edge.act(record_contact, actor=owner, alert_id=alert.id, at=make.now, **REACHED)
    with make.kept() as session:
        attempt = session.query(ContactAttempt).filter_by(alert_id=damaged.id).one()
        attempt.content = type(attempt.content)(bytes(len(attempt.content)))

    assert look().count == 1
    assert [letter.alert_id for letter in edge.rows(Letter)] == [damaged.id]


def test_reached_and_unreached_are_walked_through_in_batches(
    edge, make, owner, lead, taken, look, monkeypatch
):
    monkeypatch.setattr(alert_rounds, "BATCH", 2)
    for number in range(5):
        alert = taken(due_at=make.now - (5 - number) * SECOND)
        if number < 3:  # these stay in the list until they are closed
            edge.act(record_contact, actor=owner, alert_id=alert.id, at=make.now, **REACHED)

    rounds = [look()]
    while rounds[-1].more_after is not None:
        rounds.append(look(after=rounds[-1].more_after))

    assert [each.count for each in rounds] == [0, 1, 1]


def test_the_number_of_queries_does_not_grow_with_the_alerts(database, make, owner, lead, taken):
    def queries(alerts):
        for _ in range(alerts):
            taken()
        with database.writing() as session, counted(database) as sent:
            pass_on_overdue(session, by=Machine(), after=None, at=make.now)
        return len([each for each in sent if each.lstrip().startswith("SELECT")])

    assert queries(2) == queries(6) <= 8


def test_when_its_cover_leaves_it_is_passed_on_again(edge, make, owner, lead, taken, look):
    taken()
    look()
    another = make.actor(Role.CLINIC_LEAD)
    with edge.database.writing() as session:
        account = session.get_one(Account, lead.account_id)
        posts = session.query(Post).filter_by(account_id=lead.account_id).all()
        leaving = Leaving(account, Machine(), None, make.now)
        leave_posts(session, leaving=leaving, posts=posts, ending=PostEnding.ENDED)
        session.commit()

    look(SECOND)

    (alert,) = edge.rows(Alert)
    assert (alert.owner_id, alert.cover_id) == (owner.account_id, another.account_id)
    assert alert.overdue_at is not None
