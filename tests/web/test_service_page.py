"""The clinic lead's page about the service."""

import re
from datetime import timedelta

import pytest

from models.vocabulary import AlertStatus, Role
from tests.factories import NOW, TODAY
from tests.models.rows import a_plan
from welfare.policies.booked import Wanted

HOUR = timedelta(hours=1)


def seen_alerts(make, number):
    clinician = make.actor(Role.CLINICIAN)
    for _ in range(number):
        given = {"raised_at": NOW - 3 * HOUR, "acknowledged_at": NOW - 2.5 * HOUR}
        given |= {"acknowledged_by": clinician.account_id, "status": AlertStatus.ACKNOWLEDGED}
        make.alert(make.person(), clinician, **given)


def test_a_lead_finds_it_from_every_page_and_sees_numbers(make, visit):
    seen_alerts(make, 5)
    visitor = visit(make.actor(Role.CLINIC_LEAD))

    assert 'href="/en/service/"' in visitor.get("/en/work-list").text
    page = visitor.get("/en/service/")

    assert page.status_code == 200
    assert "In time: 5 of 5." in page.text
    assert "Half of them within 30 minutes." in page.text
    assert 'class="w-bar"' in page.text


def test_too_few_alerts_are_said_in_words_and_not_drawn(make, visit):
    seen_alerts(make, 4)

    text = visit(make.actor(Role.CLINIC_LEAD)).get("/en/service/").text

    assert "Too few alerts to say: fewer than 5." in text
    assert 'class="w-bar"' not in text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLINIC_LEAD])
def test_everybody_else_is_refused_whatever_there_is(make, visit, role):
    visitor = visit(make.actor(role))
    before = visitor.get("/en/service/")
    seen_alerts(make, 5)

    after = visitor.get("/en/service/")

    assert (before.status_code, after.status_code) == (403, 403)
    assert "In time" not in after.text and "/en/service/" not in after.text


def test_plans_past_their_review_and_appointments_that_nobody_recorded_are_counted(make, visit):
    clinician = make.actor(Role.CLINICIAN)
    case = make.case(make.person(), clinician)
    make.plan(case, clinician, a_plan(review_on=TODAY - timedelta(days=1)))
    make.appointment(case, clinician, Wanted(NOW - 24 * HOUR))

    text = visit(make.actor(Role.CLINIC_LEAD)).get("/en/service/").text

    for heading in ("Plans past their day of review", "over and not recorded"):
        assert re.search(rf"{heading}</dt>\s*<dd>1</dd>", text)
