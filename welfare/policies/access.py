"""Who may do what: one table, and the questions to ask it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, false

from models.vocabulary import Role
from welfare.errors import AccessDenied
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.rules import (
    Rule,
    answered_alert,
    at_console,
    cared_for,
    figure_of_own_units,
    led_alert,
    own_case,
    own_record,
    own_units,
    own_window,
    release_of_own_units,
    whole_trail,
)

# What is not written here is refused.
GRANTS: Mapping[Permission, Mapping[Role, Rule[Any]]] = {
    Permission.ACCOUNT_CONFIRM: {Role.ADMINISTRATOR: own_units},
    Permission.ACCOUNT_CREATE: {Role.ADMINISTRATOR: own_units},
    Permission.ACCOUNT_DISABLE: {Role.ADMINISTRATOR: own_units},
    Permission.ACCOUNT_INVITE: {Role.ADMINISTRATOR: own_units},
    Permission.ACCOUNT_READ: {Role.ADMINISTRATOR: own_units},
    Permission.ALERT_ACKNOWLEDGE: {
        Role.CLINICIAN: answered_alert,
        Role.CLINIC_LEAD: led_alert,
    },
    Permission.ALERT_READ: {
        Role.CLINICIAN: answered_alert,
        Role.CLINIC_LEAD: led_alert,
    },
    Permission.ALERT_WORK: {
        Role.CLINICIAN: answered_alert,
        Role.CLINIC_LEAD: answered_alert,
    },
    Permission.CALL_ASK: {Role.MEMBER: own_record},
    Permission.CASELOAD_READ: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.CRISIS_CONTACT_ADD: {
        Role.ADMINISTRATOR: own_units,
        Role.CLINIC_LEAD: own_units,
    },
    Permission.DUTY_SET: {Role.ADMINISTRATOR: own_units, Role.CLINIC_LEAD: own_units},
    Permission.KEYS_KEEP: {Role.ADMINISTRATOR: at_console},
    Permission.NOTE_WRITE: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.OWN_RECORD_READ: {Role.MEMBER: own_record},
    Permission.PERSON_ADD: {Role.ADMINISTRATOR: own_units},
    Permission.PERSON_ERASE: {Role.ADMINISTRATOR: at_console},
    Permission.PERSON_EXPORT: {Role.ADMINISTRATOR: at_console},
    Permission.PERSON_HOLD: {Role.ADMINISTRATOR: at_console},
    Permission.POST_GIVE: {Role.ADMINISTRATOR: own_units},
    Permission.RECORD_READ: {Role.CLINICIAN: cared_for, Role.CLINIC_LEAD: cared_for},
    Permission.RELEASE_DECIDE: {
        Role.PRIVACY_OFFICER: release_of_own_units,
        Role.CLINIC_LEAD: release_of_own_units,
    },
    Permission.RELEASE_READ: {Role.COMMANDER: figure_of_own_units},
    Permission.RELEASE_REVIEW: {
        Role.PRIVACY_OFFICER: release_of_own_units,
        Role.CLINIC_LEAD: release_of_own_units,
    },
    Permission.ROSTER_IMPORT: {Role.ADMINISTRATOR: own_units},
    Permission.SCREENING_ANSWER: {Role.MEMBER: own_window},
    Permission.SESSION_END: {Role.ADMINISTRATOR: own_units},
    Permission.SITE_READ: {Role.ADMINISTRATOR: own_units, Role.CLINIC_LEAD: own_units},
    Permission.TRAIL_READ: {Role.AUDITOR: whole_trail},
    Permission.UNIT_CREATE: {Role.ADMINISTRATOR: own_units},
}


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Could this person do this to any record at all? Asked at the web door."""
    return _rule(actor, permission) is not None


def allows(actor: Actor, permission: Permission, subject: Any) -> bool:
    """May this person do this to this record? Asked by views for the buttons of a page."""
    rule = _rule(actor, permission)
    return rule is not None and rule.one(actor, subject)


def require(actor: Actor, permission: Permission, subject: Any) -> None:
    """Go on only if this person may do this to this record. Raises AccessDenied."""
    if not allows(actor, permission, subject):
        raise AccessDenied(f"not granted: {permission}")


def visible(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """To which rows may this person do this? Asked by services that list."""
    rule = _rule(actor, permission)
    return false() if rule is None else rule.many(actor)


def granted_to(permission: Permission) -> Mapping[Role, Rule[Any]]:
    """Which roles, under which rule: the sentence "who will see this" is made from it."""
    return GRANTS[permission]


def _rule(actor: Actor, permission: Permission) -> Rule[Any] | None:
    return None if actor.role is None else GRANTS[permission].get(actor.role)
