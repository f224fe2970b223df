"""Nobody is on duty, or has left: nobody is asked into a gap, and an alert finds somebody else."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from models.tables.accounts import Post
from models.tables.care import Alert
from models.vocabulary import AlertStatus, LetterKind, Role
from tests.factories import TODAY
from tests.hazards.scenes import (
    CLOCKS,
    HALF_HOUR,
    nudge,
    send,
    take_away_the_contact,
    take_away_the_duty,
    told,
)
from tests.services.doors import come_in
from welfare.errors import NotOffered
from welfare.services.accounts import disable_account
from welfare.services.alerts import acknowledge_alert
from welfare.services.drafts import read_progress
from welfare.services.site import read_site
from welfare.services.windows import list_due


@pytest.mark.parametrize("take_away", [take_away_the_duty, take_away_the_contact])
def test_without_duty_or_contact_nobody_is_asked_and_the_gap_is_shown(edge, make, take_away):
    clinician, member = make.reachable(), make.actor()
    window = make.window(member.person_id)
    take_away(make, clinician)
    asked = {"actor": member, "today": TODAY, "at": make.now}

    with pytest.raises(NotOffered):
        edge.look(read_progress, **asked, window_id=window.id)

    due = edge.look(list_due, **asked)
    admin = make.actor(Role.ADMINISTRATOR)
    site = edge.look(read_site, actor=admin, at=make.now)
    assert (len(due.due), due.is_offered) == (1, False)
    assert [view.is_reachable for view in site.units] == [False]


def test_answers_given_before_the_gap_opened_are_never_turned_away(edge, make):
    clinician = make.reachable()
    take_away_the_duty(make, clinician)

    receipt = send(edge, make)

    assert receipt.alert.status is AlertStatus.RAISED and receipt.alert.owner_id is None
    admin = make.actor(Role.ADMINISTRATOR)
    assert edge.look(read_site, actor=admin, at=make.now).unowned_alerts == 1


def test_the_duty_of_another_unit_is_nobody(edge, make):
    make.reachable(make.unit("Another contingent"))

    assert send(edge, make).alert.owner_id is None


def test_a_disabled_clinician_leaves_a_hole_that_the_lead_fills(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    admin = make.actor(Role.ADMINISTRATOR)
    gone = make.actor(Role.CLINICIAN)
    make.duty(gone, make.root)
    edge.act(disable_account, actor=admin, account_id=gone.account_id, at=make.now)
    assert send(edge, make).alert.owner_id == clinician.account_id
    take_away_the_duty(make, clinician)

    assert send(edge, make).alert.owner_id == lead.account_id


def test_a_roster_that_names_somebody_without_a_clinical_post_is_a_hole(edge, make):
    clinician = make.reachable()
    with make.kept() as session:
        for post in session.query(Post).filter_by(account_id=clinician.account_id):
            post.until_day = TODAY - timedelta(days=1)

    assert send(edge, make).alert.owner_id is None


def test_a_clinician_who_was_disabled_with_an_open_alert_is_not_the_last_to_know(edge, make):
    clinician = make.reachable()
    send(edge, make)
    take_away_the_duty(make, clinician)
    colleague = make.actor(Role.CLINICIAN)
    make.duty(colleague, make.root)
    for number in range(1, CLOCKS.nudges_before_escalation + 1):
        nudge(edge, make.now + number * HALF_HOUR)

    assert edge.rows(Alert)[0].owner_id == colleague.account_id


def test_an_alert_whose_clinician_has_gone_is_raised_again_for_somebody_who_is_there(edge, make):
    clinician = make.reachable()
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)
    take_away_the_duty(make, clinician)
    colleague = make.actor(Role.CLINICIAN)
    make.duty(colleague, make.root)

    nudge(edge, make.now + HALF_HOUR)

    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.owner_id) == (AlertStatus.RAISED, colleague.account_id)
    assert (colleague.account_id, LetterKind.NUDGE) in told(edge)


def test_nobody_is_given_their_own_alert(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    as_member = replace(clinician, role=Role.MEMBER)

    assert send(edge, make, as_member).alert.owner_id == lead.account_id


def test_an_attacker_elsewhere_does_not_lock_the_duty_clinician_out(edge, make, quick_password):
    make.actor(Role.CLINICIAN, login="noor", password_hash=quick_password)
    networks = count(1)
    for _ in range(18):
        with pytest.raises(Exception, match="sign-in refused"):
            edge.act(
                come_in,
                login="noor",
                password="not the right one",
                network=f"192.0.2.{next(networks) // 4}",
                at=make.now,
            )

    assert edge.act(
        come_in, login="noor", password="a quiet river bend", network="198.51.100.9", at=make.now
    )
