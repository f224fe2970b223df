"""Everything that stands against erasing a person, and who may not order it."""

from datetime import timedelta

import pytest

from models import vault
from models.base import new_key
from models.tables.care import Alert
from models.tables.lifecycle import LegalHold
from models.tables.people import PersonKey
from models.vocabulary import AlertKind, AlertStatus, CaseStatus, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied
from welfare.policies.actor import Actor, console
from welfare.services import erasure


def hold(make, person, **given):
    with make.kept() as session:
        placed = LegalHold(id=new_key(), person_id=person.id, placed_at=make.now, **given)
        key = vault.key_for(session, person_id=person.id)
        placed.reason = vault.sealed(key, placed, "reason", "a court asks")
        session.add(placed)


@pytest.mark.parametrize(
    ("kind", "status", "is_open"),
    [
        (AlertKind.CRITICAL_ANSWER, AlertStatus.RAISED, True),
        (AlertKind.CRITICAL_ANSWER, AlertStatus.ACKNOWLEDGED, True),
        (AlertKind.CALL_REQUEST, AlertStatus.RAISED, True),
        (AlertKind.CRITICAL_ANSWER, AlertStatus.CLOSED, False),
        (AlertKind.CRITICAL_ANSWER, AlertStatus.HISTORIC, False),
    ],
)
def test_an_open_alert_or_call_stands_against_it(
    edge, make, asked, person, refused, kind, status, is_open
):
    clinician = make.actor(Role.CLINICIAN)
    given = {"status": status}
    if status in (AlertStatus.ACKNOWLEDGED, AlertStatus.CLOSED):
        given |= {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    if status is AlertStatus.CLOSED:
        given["closed_at"] = make.now
    if status is AlertStatus.HISTORIC:
        given["due_at"] = None
    made = make.alert(person, clinician, **given)
    if kind is AlertKind.CALL_REQUEST:
        with make.kept() as session:
            alert = session.get_one(Alert, made.id)
            alert.kind, alert.screening_id = kind, None

    if is_open:
        assert refused() == {"alert": "still_open"}
    else:
        assert edge.act(erasure.erase_person, **asked)


def test_an_open_period_of_care_stands_against_it_and_a_closed_one_does_not(
    edge, make, asked, person, refused
):
    clinician = make.actor(Role.CLINICIAN)
    make.case(person, clinician, status=CaseStatus.CLOSED, closed_at=make.now)
    other = make.person()
    make.case(other, clinician)

    assert refused(person_id=other.id) == {"case": "still_open"}
    assert edge.act(erasure.erase_person, **asked)


def test_a_legal_hold_stands_against_it_until_it_is_lifted(edge, make, asked, person, refused):
    hold(make, person, lifted_at=make.now)
    other = make.person()
    hold(make, other)

    assert refused(person_id=other.id) == {"hold": "still_open"}
    assert edge.act(erasure.erase_person, **asked)


@pytest.mark.parametrize("held", ["own_alerts", "own_cases", "own_referrals", "duty", "cover"])
def test_what_somebody_holds_for_others_is_handed_over_first(make, person, refused, held):
    clinician, other = make.actor(Role.CLINICIAN), make.actor(Role.CLINICIAN)
    if held == "own_alerts":
        make.alert(person, clinician)
    elif held == "cover":
        make.alert(person, other, cover_id=clinician.account_id)
    elif held == "own_cases":
        make.case(person, clinician)
    elif held == "own_referrals":
        make.referral(person, clinician)
    else:
        make.duty(clinician, make.root)

    expected = "own_alerts" if held == "cover" else held
    assert refused(person_id=clinician.person_id) == {expected: "still_open"}


def test_everything_that_stands_against_it_is_named_at_once(make, person, refused):
    make.alert(person)
    make.case(person, make.actor(Role.CLINICIAN))
    hold(make, person)

    assert set(refused()) == {"alert", "case", "hold"}


def test_the_last_administrator_is_not_erased(edge, make, asked, refused):
    last = make.actor(Role.ADMINISTRATOR)
    make.actor(Role.ADMINISTRATOR, disabled_at=make.now)
    ended = make.actor(Role.MEMBER)
    make.post(ended, Role.ADMINISTRATOR, make.root, until_day=TODAY - timedelta(days=1))
    unconfirmed = make.actor(Role.MEMBER)
    make.post(unconfirmed, Role.ADMINISTRATOR, make.root, confirmed_at=None)

    assert refused(person_id=last.person_id) == {"account": "last_administrator"}

    make.actor(Role.ADMINISTRATOR)
    assert edge.act(erasure.erase_person, **asked | {"person_id": last.person_id})


def test_nobody_erases_themselves(make, person, refused):
    me = console(make.root.path)
    myself = Actor(me.account_id, person.id, me.role, me.unit_path)

    assert refused(actor=myself) == {"person": "yourself"}


def test_a_reason_that_is_not_on_the_list_is_refused(refused):
    assert refused(reason="because") == {"reason": "choose"}


@pytest.mark.parametrize("role", list(Role))
def test_no_post_of_a_page_may_erase(edge, make, asked, role):
    with pytest.raises(AccessDenied):
        edge.act(erasure.erase_person, **asked | {"actor": make.actor(role)})

    assert edge.count(PersonKey) == 2


def test_the_console_of_another_contingent_may_not_erase(edge, asked):
    with pytest.raises(AccessDenied):
        edge.act(erasure.erase_person, **asked | {"actor": console("0009")})
