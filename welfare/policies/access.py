"""Who may do what: one table, and the questions to ask it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, false

from models.vocabulary import Role
from welfare.errors import AccessDenied
from welfare.policies.actor import Actor
from welfare.policies.message_rules import addressed_message, overdue_message, shared_message
from welfare.policies.oversight import (
    late_question,
    others_delay,
    others_glass,
    others_question,
    own_glass,
    readable,
)
from welfare.policies.permissions import Permission
from welfare.policies.referral_rules import (
    deciding_side,
    either_side,
    ending_side,
    responsible_side,
)
from welfare.policies.rules import (
    Rule,
    answered_alert,
    at_console,
    cared_for,
    charged_case,
    ended_case,
    every_mission,
    figure_of_own_units,
    in_charge,
    led_alert,
    led_case,
    linked_window,
    near_record,
    own_case,
    own_record,
    own_units,
    own_window,
    release_of_own_units,
    screening_of_own_units,
    whole_trail,
    window_of_own_units,
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
    Permission.APPOINTMENT_KEEP: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.CALL_ASK: {Role.MEMBER: own_record},
    Permission.CASELOAD_READ: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.CASE_CHANGE: {Role.CLINICIAN: charged_case, Role.CLINIC_LEAD: charged_case},
    Permission.CASE_HAND_OVER: {Role.CLINICIAN: charged_case, Role.CLINIC_LEAD: led_case},
    Permission.CASE_REOPEN: {Role.CLINICIAN: ended_case, Role.CLINIC_LEAD: ended_case},
    Permission.COMMAND_TELL: {Role.CLINICIAN: in_charge, Role.CLINIC_LEAD: in_charge},
    Permission.COMPLETION_READ: {Role.WELFARE_OFFICER: window_of_own_units},
    Permission.CONSENT_GIVE: {Role.MEMBER: own_record},
    Permission.CONSENT_RECORD: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.CONTINGENT_SET: {Role.ADMINISTRATOR: own_units, Role.CLINIC_LEAD: own_units},
    Permission.CRISIS_CONTACT_ADD: {
        Role.ADMINISTRATOR: own_units,
        Role.CLINIC_LEAD: own_units,
    },
    Permission.DELAY_REVIEW: {
        Role.PRIVACY_OFFICER: others_delay,
        Role.CLINIC_LEAD: others_delay,
    },
    Permission.DEPLOYMENT_CHANGE: {Role.ADMINISTRATOR: own_units},
    Permission.DEPLOYMENT_EVENT_RECORD: {
        Role.CLINICIAN: in_charge,
        Role.CLINIC_LEAD: in_charge,
    },
    Permission.DUTY_SET: {Role.ADMINISTRATOR: own_units, Role.CLINIC_LEAD: own_units},
    Permission.GLASS_BREAK: {Role.CLINICIAN: near_record, Role.CLINIC_LEAD: near_record},
    Permission.GLASS_END: {Role.CLINICIAN: own_glass, Role.CLINIC_LEAD: own_glass},
    Permission.GLASS_REVIEW: {
        Role.PRIVACY_OFFICER: others_glass,
        Role.CLINIC_LEAD: others_glass,
    },
    Permission.INCIDENT_RECORD: {
        Role.CLINIC_LEAD: own_units,
        Role.WELFARE_OFFICER: own_units,
    },
    Permission.INTERVIEW_TAKE: {
        Role.CLINICIAN: screening_of_own_units,
        Role.CLINIC_LEAD: screening_of_own_units,
    },
    Permission.KEYS_KEEP: {Role.ADMINISTRATOR: at_console},
    Permission.MEASURE_ASSIGN: {Role.CLINICIAN: charged_case, Role.CLINIC_LEAD: charged_case},
    Permission.MESSAGE_READ: {
        Role.CLINICIAN: shared_message,
        Role.CLINIC_LEAD: shared_message,
    },
    Permission.MESSAGE_REPLY: {
        Role.CLINICIAN: addressed_message,
        Role.CLINIC_LEAD: addressed_message,
    },
    Permission.MESSAGE_TAKE: {Role.CLINIC_LEAD: overdue_message},
    Permission.MESSAGE_WRITE: {Role.MEMBER: own_record},
    Permission.MISSION_CHANGE: {Role.ADMINISTRATOR: every_mission},
    Permission.NOTE_WRITE: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.NOTEBOOK_KEEP: {Role.MEMBER: own_record},
    Permission.OWN_RECORD_READ: {Role.MEMBER: own_record},
    Permission.OWN_RECORD_TAKE: {Role.MEMBER: own_record},
    Permission.PAPER_KEY: {Role.CLINICIAN: near_record, Role.CLINIC_LEAD: near_record},
    Permission.PAPER_PRINT: {Role.CLINICIAN: near_record, Role.CLINIC_LEAD: near_record},
    Permission.PEOPLE_MERGE: {Role.ADMINISTRATOR: own_units},
    Permission.PERSON_ADD: {Role.ADMINISTRATOR: own_units},
    Permission.PERSON_ERASE: {Role.ADMINISTRATOR: at_console},
    Permission.PERSON_EXPORT: {Role.ADMINISTRATOR: at_console},
    Permission.PERSON_HOLD: {Role.ADMINISTRATOR: at_console},
    Permission.PLAN_WRITE: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.POST_GIVE: {Role.ADMINISTRATOR: own_units},
    Permission.PROGRAMME_CONFIRM_CARE: {Role.CLINICIAN: own_units, Role.CLINIC_LEAD: own_units},
    Permission.PROGRAMME_CONFIRM_WINDOWS: {
        Role.ADMINISTRATOR: own_units,
        Role.CLINIC_LEAD: own_units,
    },
    Permission.PROGRAMME_COUNT_LOSSES: {Role.CLINICIAN: own_units, Role.CLINIC_LEAD: own_units},
    Permission.PROGRAMME_PROPOSE_CARE: {Role.CLINIC_LEAD: own_units},
    Permission.PROGRAMME_PROPOSE_WINDOWS: {
        Role.ADMINISTRATOR: own_units,
        Role.CLINIC_LEAD: own_units,
    },
    Permission.PROGRAMME_READ: {
        Role.ADMINISTRATOR: own_units,
        Role.CLINICIAN: own_units,
        Role.CLINIC_LEAD: own_units,
    },
    Permission.QUESTION_ASK: {Role.MEMBER: own_record},
    Permission.QUESTION_REPLY: {
        Role.PRIVACY_OFFICER: others_question,
        Role.CLINIC_LEAD: late_question,
    },
    Permission.RECEIPT_READ: {Role.MEMBER: own_window},
    Permission.REFERRAL_DECIDE: {
        Role.CLINICIAN: deciding_side,
        Role.CLINIC_LEAD: deciding_side,
    },
    Permission.REFERRAL_READ: {Role.CLINICIAN: either_side, Role.CLINIC_LEAD: either_side},
    Permission.REFERRAL_SEND: {Role.CLINICIAN: own_case, Role.CLINIC_LEAD: own_case},
    Permission.REFERRAL_WITHDRAW: {Role.CLINICIAN: ending_side, Role.CLINIC_LEAD: ending_side},
    Permission.REFERRAL_WORK: {
        Role.CLINICIAN: responsible_side,
        Role.CLINIC_LEAD: responsible_side,
    },
    Permission.RECORD_READ: {Role.CLINICIAN: readable, Role.CLINIC_LEAD: readable},
    Permission.RECORD_SHUT: {Role.CLINICIAN: in_charge, Role.CLINIC_LEAD: near_record},
    Permission.RECORD_SUMMARISE: {Role.CLINICIAN: in_charge, Role.CLINIC_LEAD: in_charge},
    Permission.RELEASE_DECIDE: {
        Role.PRIVACY_OFFICER: release_of_own_units,
        Role.CLINIC_LEAD: release_of_own_units,
    },
    Permission.RELEASE_READ: {Role.COMMANDER: figure_of_own_units},
    Permission.RELEASE_REVIEW: {
        Role.PRIVACY_OFFICER: release_of_own_units,
        Role.CLINIC_LEAD: release_of_own_units,
    },
    Permission.REMINDER_SEND: {Role.WELFARE_OFFICER: window_of_own_units},
    Permission.ROSTER_IMPORT: {Role.ADMINISTRATOR: own_units},
    Permission.SCREENING_ANSWER: {Role.MEMBER: own_window},
    Permission.SCREENING_CERTIFY: {Role.CLINICIAN: cared_for, Role.CLINIC_LEAD: cared_for},
    Permission.SCREENING_MOVE: {Role.CLINICIAN: in_charge, Role.CLINIC_LEAD: in_charge},
    Permission.SCREENING_RECEIVE: {Role.CLINICIAN: near_record, Role.CLINIC_LEAD: near_record},
    Permission.SCREENING_STRIKE: {Role.CLINICIAN: in_charge, Role.CLINIC_LEAD: in_charge},
    Permission.SESSION_END: {Role.ADMINISTRATOR: own_units},
    Permission.SERVICE_READ: {Role.CLINIC_LEAD: own_units},
    Permission.SITE_READ: {Role.ADMINISTRATOR: own_units, Role.CLINIC_LEAD: own_units},
    Permission.TRAIL_READ: {Role.AUDITOR: whole_trail},
    Permission.UNIT_CREATE: {Role.ADMINISTRATOR: own_units},
    Permission.WINDOW_WAIVE: {Role.CLINICIAN: in_charge, Role.CLINIC_LEAD: in_charge},
}


# Whoever came by a link has these instead, and nothing of the table above.
BY_LINK: Mapping[Permission, Rule[Any]] = {
    Permission.CALL_ASK: own_record,
    Permission.RECEIPT_READ: linked_window,
    Permission.SCREENING_ANSWER: linked_window,
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
    if actor.role is None:
        return None
    if actor.window_id is not None:
        return BY_LINK.get(permission)
    return GRANTS[permission].get(actor.role)
