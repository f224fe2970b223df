"""Who may do what: the table read aloud, and its two faces held against each other."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import select

from models.session import snapshot
from models.tables.care import Alert, Case
from models.tables.people import Person
from models.tables.places import Unit
from models.tables.releases import ReleaseCell
from models.tables.screenings import Window
from models.vocabulary import AlertStatus, CaseStatus, Role
from tests.policies.granted import GRANTED
from tests.policies.population import settle
from welfare.errors import AccessDenied
from welfare.policies.access import GRANTS, allows, granted_to, may_ever, require, visible
from welfare.policies.actor import Actor, console
from welfare.policies.permissions import Permission
from welfare.policies.rules import Placed

CLINICAL = {
    Permission.ALERT_ACKNOWLEDGE,
    Permission.ALERT_READ,
    Permission.ALERT_WORK,
    Permission.CASELOAD_READ,
    Permission.CASE_CHANGE,
    Permission.CASE_HAND_OVER,
    Permission.CASE_REOPEN,
    Permission.COMMAND_TELL,
    Permission.DEPLOYMENT_EVENT_RECORD,
    Permission.GLASS_BREAK,
    Permission.GLASS_END,
    Permission.INTERVIEW_TAKE,
    Permission.MESSAGE_READ,
    Permission.MESSAGE_REPLY,
    Permission.MESSAGE_TAKE,
    Permission.NOTE_WRITE,
    Permission.PAPER_KEY,
    Permission.PAPER_PRINT,
    Permission.PROGRAMME_CONFIRM_CARE,
    Permission.PROGRAMME_COUNT_LOSSES,
    Permission.PROGRAMME_PROPOSE_CARE,
    Permission.APPOINTMENT_KEEP,
    Permission.CONSENT_RECORD,
    Permission.MEASURE_ASSIGN,
    Permission.PLAN_WRITE,
    Permission.RECORD_READ,
    Permission.RECORD_SUMMARISE,
    Permission.REFERRAL_DECIDE,
    Permission.REFERRAL_READ,
    Permission.REFERRAL_SEND,
    Permission.REFERRAL_WITHDRAW,
    Permission.REFERRAL_WORK,
    Permission.RECORD_SHUT,
    Permission.SCREENING_CERTIFY,
    Permission.SCREENING_MOVE,
    Permission.SCREENING_RECEIVE,
    Permission.SCREENING_STRIKE,
    Permission.WINDOW_WAIVE,
}
PATH = "00010001"
ME, OTHER = uuid4(), uuid4()


def acting(role, path=PATH):
    return Actor(account_id=ME, person_id=ME, role=role, unit_path=path)


def case(clinician=ME, status=CaseStatus.OPEN, of=OTHER, second=None, path=PATH):
    unit = Unit(path=path)
    return Case(clinician_id=clinician, second_id=second, status=status, unit=unit, person_id=of)


def asked(path=PATH, of=OTHER):
    """A window or a screening of somebody in this unit: both carry whose they are."""
    return Placed(Window(person_id=of), Unit(path=path))


def alert(owner=None, cover=None, status=AlertStatus.RAISED, path=PATH, of=OTHER):
    unit = Unit(path=path)
    return Alert(owner_id=owner, cover_id=cover, status=status, unit=unit, person_id=of)


def test_the_table_says_what_people_have_read():
    table = {
        (role.value, permission.value): rule.name
        for permission, rules in GRANTS.items()
        for role, rule in rules.items()
    }

    assert table == GRANTED


def test_every_permission_is_decided():
    assert set(GRANTS) == set(Permission)


def test_permissions_are_in_order_and_named_subject_dot_verb():
    names = [permission.value for permission in Permission]

    assert names == sorted(names)
    assert all(name.count(".") == 1 for name in names)


@pytest.mark.parametrize(
    "role", [Role.COMMANDER, Role.ADMINISTRATOR, Role.AUDITOR, Role.WELFARE_OFFICER]
)
def test_command_administration_audit_and_welfare_hold_nothing_clinical(role):
    held = {permission for permission, rules in GRANTS.items() if role in rules}

    assert not held & CLINICAL


@pytest.mark.parametrize("path", ["", "0001"])
def test_someone_without_a_role_may_never_do_anything(path):
    nobody = acting(None, path)

    assert not any(may_ever(nobody, permission) for permission in Permission)


@pytest.mark.parametrize(
    ("role", "permission", "subject", "expected"),
    [
        (Role.CLINICIAN, Permission.NOTE_WRITE, case(), True),
        (Role.CLINICIAN, Permission.NOTE_WRITE, case(OTHER), False),
        (Role.CLINICIAN, Permission.NOTE_WRITE, case(status=CaseStatus.CLOSED), False),
        (Role.CLINICIAN, Permission.NOTE_WRITE, case(of=ME), False),
        (Role.CLINIC_LEAD, Permission.NOTE_WRITE, case(OTHER), False),
        (Role.COMMANDER, Permission.NOTE_WRITE, case(), False),
        (Role.MEMBER, Permission.NOTE_WRITE, case(), False),
        (Role.CLINICIAN, Permission.NOTE_WRITE, case(OTHER, second=ME), True),
        (Role.CLINICIAN, Permission.NOTE_WRITE, case(OTHER, CaseStatus.CLOSED, second=ME), False),
        (Role.CLINICIAN, Permission.CASE_CHANGE, case(), True),
        (Role.CLINICIAN, Permission.CASE_CHANGE, case(OTHER, second=ME), False),
        (Role.CLINICIAN, Permission.CASE_CHANGE, case(status=CaseStatus.CLOSED), False),
        (Role.CLINIC_LEAD, Permission.CASE_CHANGE, case(OTHER), False),
        (Role.CLINICIAN, Permission.CASE_HAND_OVER, case(), True),
        (Role.CLINICIAN, Permission.CASE_HAND_OVER, case(OTHER, second=ME), False),
        (Role.CLINIC_LEAD, Permission.CASE_HAND_OVER, case(OTHER), True),
        (Role.CLINIC_LEAD, Permission.CASE_HAND_OVER, case(OTHER, path="00010002"), False),
        (Role.CLINIC_LEAD, Permission.CASE_HAND_OVER, case(OTHER, of=ME), False),
        (Role.CLINIC_LEAD, Permission.CASE_HAND_OVER, case(OTHER, CaseStatus.CLOSED), False),
        (Role.CLINICIAN, Permission.CASE_REOPEN, case(status=CaseStatus.CLOSED), True),
        (Role.CLINICIAN, Permission.CASE_REOPEN, case(), False),
        (Role.CLINICIAN, Permission.CASE_REOPEN, case(status=CaseStatus.CLOSED, of=ME), False),
        (Role.CLINICIAN, Permission.CASE_REOPEN, case(OTHER, CaseStatus.CLOSED, second=ME), False),
        (Role.CLINIC_LEAD, Permission.CASE_REOPEN, case(OTHER, CaseStatus.CLOSED), False),
        (Role.ADMINISTRATOR, Permission.CASE_HAND_OVER, case(OTHER), False),
        (Role.CLINIC_LEAD, Permission.SERVICE_READ, Unit(path=PATH + "0001"), True),
        (Role.CLINICIAN, Permission.SERVICE_READ, Unit(path=PATH), False),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(owner=ME), True),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(owner=OTHER, cover=ME), True),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(owner=OTHER), False),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(), False),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(ME, status=AlertStatus.CLOSED), False),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(ME, status=AlertStatus.HISTORIC), False),
        (Role.CLINICIAN, Permission.ALERT_WORK, alert(ME, of=ME), False),
        (Role.CLINIC_LEAD, Permission.ALERT_ACKNOWLEDGE, alert(ME, of=ME), False),
        (Role.CLINIC_LEAD, Permission.ALERT_ACKNOWLEDGE, alert(owner=OTHER), True),
        (Role.CLINIC_LEAD, Permission.ALERT_ACKNOWLEDGE, alert(), True),
        (Role.CLINIC_LEAD, Permission.ALERT_ACKNOWLEDGE, alert(path="00010002"), False),
        (Role.CLINIC_LEAD, Permission.ALERT_WORK, alert(owner=OTHER), False),
        (Role.CLINICIAN, Permission.ALERT_ACKNOWLEDGE, alert(owner=OTHER), False),
        (Role.ADMINISTRATOR, Permission.UNIT_CREATE, Unit(path=PATH), True),
        (Role.ADMINISTRATOR, Permission.UNIT_CREATE, Unit(path=PATH + "0001"), True),
        (Role.ADMINISTRATOR, Permission.UNIT_CREATE, Unit(path="0001"), False),
        (Role.ADMINISTRATOR, Permission.UNIT_CREATE, Unit(path="00010002"), False),
        (Role.CLINIC_LEAD, Permission.UNIT_CREATE, Unit(path=PATH), False),
        (Role.CLINIC_LEAD, Permission.INCIDENT_RECORD, Unit(path=PATH + "0001"), True),
        (Role.WELFARE_OFFICER, Permission.INCIDENT_RECORD, Unit(path=PATH), True),
        (Role.WELFARE_OFFICER, Permission.INCIDENT_RECORD, Unit(path="00010002"), False),
        (Role.CLINICIAN, Permission.INCIDENT_RECORD, Unit(path=PATH), False),
        (Role.WELFARE_OFFICER, Permission.DEPLOYMENT_CHANGE, Unit(path=PATH), False),
        (Role.ADMINISTRATOR, Permission.DEPLOYMENT_CHANGE, Unit(path="00010002"), False),
        (Role.ADMINISTRATOR, Permission.PERSON_ERASE, Unit(path=PATH), False),
        (Role.ADMINISTRATOR, Permission.PERSON_EXPORT, Unit(path=PATH), False),
        (Role.ADMINISTRATOR, Permission.KEYS_KEEP, Unit(path=PATH), False),
        (Role.COMMANDER, Permission.RELEASE_READ, ReleaseCell(unit_path=PATH), True),
        (Role.COMMANDER, Permission.RELEASE_READ, ReleaseCell(unit_path="0001"), False),
        (Role.MEMBER, Permission.SCREENING_ANSWER, Window(person_id=ME), True),
        (Role.MEMBER, Permission.SCREENING_ANSWER, Window(person_id=OTHER), False),
        (Role.CLINICIAN, Permission.SCREENING_ANSWER, Window(person_id=ME), False),
        (Role.WELFARE_OFFICER, Permission.COMPLETION_READ, asked(), True),
        (Role.WELFARE_OFFICER, Permission.COMPLETION_READ, asked(path=PATH + "0001"), True),
        (Role.WELFARE_OFFICER, Permission.COMPLETION_READ, asked(path="0001"), False),
        (Role.COMMANDER, Permission.COMPLETION_READ, asked(), False),
        (Role.CLINIC_LEAD, Permission.COMPLETION_READ, asked(), False),
        (Role.CLINICIAN, Permission.INTERVIEW_TAKE, asked(), True),
        (Role.CLINICIAN, Permission.INTERVIEW_TAKE, asked(path="00010002"), False),
        (Role.CLINICIAN, Permission.INTERVIEW_TAKE, asked(of=ME), False),
        (Role.WELFARE_OFFICER, Permission.INTERVIEW_TAKE, asked(), False),
    ],
)
def test_who_may_do_what_to_which_record(role, permission, subject, expected):
    assert allows(acting(role), permission, subject) is expected


def test_require_lets_pass_what_is_allowed_and_raises_for_the_rest():
    require(acting(Role.CLINICIAN), Permission.NOTE_WRITE, case())

    with pytest.raises(AccessDenied):
        require(acting(Role.CLINICIAN), Permission.NOTE_WRITE, case(OTHER))


def test_a_role_without_a_unit_leads_to_no_unit():
    drifting = acting(Role.ADMINISTRATOR, path="")

    assert not allows(drifting, Permission.UNIT_CREATE, Unit(path="0001"))
    assert drifting.path_range == ("", "")


def test_the_console_is_an_administrator_of_its_root_and_nothing_clinical():
    operator = console("0001")

    assert allows(operator, Permission.UNIT_CREATE, Unit(path="00010007"))
    assert not any(may_ever(operator, permission) for permission in CLINICAL)


@pytest.mark.parametrize(
    "permission",
    [
        Permission.KEYS_KEEP,
        Permission.PERSON_ERASE,
        Permission.PERSON_EXPORT,
        Permission.PERSON_HOLD,
    ],
)
def test_what_opens_or_ends_a_whole_record_is_done_at_the_console_of_its_contingent(permission):
    inside, elsewhere = Unit(path="00010007"), Unit(path="0002")

    assert allows(console("0001"), permission, inside)
    assert not allows(console("0001"), permission, elsewhere)
    assert not allows(acting(Role.ADMINISTRATOR, "0001"), permission, inside)


def test_the_sentence_about_readers_comes_from_the_live_table():
    assert granted_to(Permission.RECORD_READ) is GRANTS[Permission.RECORD_READ]


def test_one_and_many_never_disagree_and_every_grant_holds_for_somebody(watched, make):
    actors, subjects = settle(make)
    compared = 0

    with snapshot(watched) as session:
        for actor, permission in product(actors, Permission):
            kind = next(iter(GRANTS[permission].values())).subject
            listed = set(session.scalars(select(kind.id).where(visible(actor, permission))))
            allowed = {key for key, each in subjects[kind] if allows(actor, permission, each)}
            assert listed == allowed, (actor.role, actor.unit_path, permission)
            compared += len(subjects[kind])
    never_used = [
        (role, permission)
        for permission, rules in GRANTS.items()
        for role, rule in rules.items()
        if not any(
            allows(actor, permission, subject)
            for actor in actors
            if actor.role is role
            for _, subject in subjects[rule.subject]
        )
    ]

    assert compared > 8_000
    assert never_used == []


def test_an_ended_case_or_alert_takes_the_record_away_again(watched, make):
    clinician, person = make.actor(Role.CLINICIAN), make.person()
    make.case(person, clinician, status=CaseStatus.CLOSED, closed_at=make.now)
    make.alert(
        person,
        clinician,
        status=AlertStatus.CLOSED,
        closed_at=make.now,
        acknowledged_at=make.now - timedelta(hours=1),
        acknowledged_by=clinician.account_id,
    )

    with snapshot(watched) as session:
        seen = session.scalars(
            select(Person.id).where(visible(clinician, Permission.RECORD_READ))
        ).all()

    assert seen == []
