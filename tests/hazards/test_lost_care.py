"""Care is not lost when an alert is closed, or at posting, discharge, erasure or restore."""

from datetime import timedelta

import pytest

from models.tables.accounts import Account, Post
from models.tables.care import Alert, Case
from models.tables.people import Membership, Person, PersonKey
from models.vocabulary import AlertStatus, CaseStatus, Role
from tests.factories import TODAY
from tests.hazards.scenes import HALF_HOUR, nudge, send
from welfare.errors import InputRefused
from welfare.policies.actor import Machine, console
from welfare.services.alerts import acknowledge_alert, list_unseen
from welfare.services.erasure import Reason, erase_person
from welfare.services.posts import end_post
from welfare.services.restores import reopen
from welfare.services.work_list import read_work_list

SECOND = timedelta(seconds=1)


def test_who_looks_after_somebody_keeps_them_in_view_after_the_alert_is_closed(edge, make):
    clinician = make.reachable()
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)
    with make.kept() as session:
        alert = session.get_one(Alert, receipt.alert.id)
        alert.status, alert.closed_at, alert.outcome = (
            AlertStatus.CLOSED,
            make.now,
            alert.detail,
        )

    rows = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [row.person_id for row in rows] == [receipt.screening.person_id]


def test_an_alert_stays_with_the_unit_where_it_was_raised_when_the_person_is_posted(edge, make):
    make.reachable()
    lead = make.actor(Role.CLINIC_LEAD)
    receipt = send(edge, make)
    elsewhere = make.unit("Another contingent")
    with make.kept() as session:
        session.get_one(Person, receipt.screening.person_id).unit_id = elsewhere.id

    unseen = edge.look(list_unseen, actor=lead, at=make.now)

    assert [each.alert.id for each in unseen] == [receipt.alert.id]


def test_when_a_clinician_is_posted_their_people_go_to_who_is_there(edge, make):
    """Control: `hand_over.leave_posts` inside the act that ends the Post."""
    clinician, colleague = make.reachable(), make.actor(Role.CLINICIAN)
    make.duty(colleague, make.root, from_at=make.now)
    receipt = send(edge, make)
    make.case(make.person(), clinician)
    admin = make.actor(Role.ADMINISTRATOR)
    (post,) = edge.rows(Post, Post.account_id == clinician.account_id)

    edge.act(end_post, actor=admin, post_id=post.id, at=make.now + SECOND)

    (alert,) = edge.rows(Alert, Alert.id == receipt.alert.id)
    assert alert.owner_id == colleague.account_id
    open_cases = edge.rows(Case, Case.status == CaseStatus.OPEN)
    assert {case.clinician_id for case in open_cases} == {colleague.account_id}


def test_somebody_who_is_discharged_stays_in_care(edge, make):
    """Control: neither a case nor an alert asks whether its person is on a roster still."""
    clinician, member = make.reachable(), make.actor()
    receipt = send(edge, make, member)
    with make.kept() as session:
        for stay in session.query(Membership).filter_by(person_id=member.person_id):
            stay.until_day = TODAY - timedelta(days=1)
        session.get_one(Account, member.account_id).disabled_at = make.now

    rows = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [row.person_id for row in rows] == [member.person_id]
    nudge(edge, make.now + HALF_HOUR)
    assert edge.rows(Alert)[0].owner_id == receipt.alert.owner_id == clinician.account_id


def test_nobody_is_erased_over_an_open_alert(edge, make):
    """Control: `erasure._obstacles`."""
    make.reachable()
    receipt = send(edge, make)
    given = {"person_id": receipt.screening.person_id, "reason": Reason.ASKED, "at": make.now}

    with pytest.raises(InputRefused):
        edge.act(erase_person, actor=console(make.root.path), **given)

    assert edge.count(PersonKey) > 0 and edge.rows(Alert)[0].is_live


def test_after_a_restore_a_human_looks_again(edge, make):
    """Control: `restores.reopen`. What was acknowledged after the backup is forgotten."""
    clinician = make.reachable()
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)

    edge.act(reopen, by=Machine(), at=make.now + HALF_HOUR)

    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.due_at) == (AlertStatus.RAISED, receipt.alert.due_at)
    assert nudge(edge, make.now + HALF_HOUR) == 1
