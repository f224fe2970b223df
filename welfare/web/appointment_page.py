"""Appointments as pages show them: moments, how one meets, what the session follows, its state."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import format_date, to_user_timezone
from flask_babel import gettext as _

from models.vocabulary import AppointmentStatus, NextStep, Protocol
from welfare.gateways.calendar_files import Entry
from welfare.policies.booked import Booked, Details
from welfare.services.appointment_list import Line
from welfare.services.appointments import EARLY
from welfare.services.own_appointments import OwnAppointments
from welfare.web.agreed_words import APPOINTMENT_STATES, MEETINGS, NEXT_STEPS, PROTOCOLS
from welfare.web.zones import moment


def day_of(at: datetime) -> date:
    """The day that it is for the reader."""
    local: datetime = to_user_timezone(at)
    return local.date()


def shown(each: Booked) -> dict[str, Any]:
    state, kind = APPOINTMENT_STATES[each.status]
    details = each.details
    return {
        "id": str(each.id),
        "url": url_for("appointments.show", appointment_id=each.id),
        "when": moment(each.starts_at),
        "minutes": each.minutes,
        "how": MEETINGS[details.mode],
        "where": details.place,
        "session": session_words(details),
        "words": details.words,
        "state": state,
        "kind": kind,
        "next": NEXT_STEPS[details.step] if details.step is not NextStep.NONE else "",
        "agreed": details.agreed,
        "is_planned": each.is_planned,
        "version": each.version,
        "record": url_for("appointments.record", appointment_id=each.id),
    }


def session_words(details: Details) -> str:
    """Such as "Prolonged exposure (PE), session 3"."""
    is_other = details.protocol is Protocol.OTHER
    follows = details.protocol_words if is_other else str(PROTOCOLS[details.protocol])
    if details.number is None:
        return follows
    return str(_("%(follows)s, session %(number)s", follows=follows, number=details.number))


def days(lines: Sequence[Line], *, at: datetime) -> list[dict[str, Any]]:
    """Of a list: one part for each day. What is still to come cannot be recorded."""
    return [
        {
            "heading": format_date(day, "EEEE d MMMM y"),
            "rows": [
                {
                    **shown(each.booked),
                    "name": each.name,
                    "person_url": url_for("people.show", person_id=each.booked.person_id),
                    "overlaps": each.overlaps,
                    "can_record": each.booked.is_planned and can_record(each.booked, at),
                }
                for each in found
            ],
        }
        for day, found in groupby(lines, key=lambda each: day_of(each.booked.starts_at))
    ]


def of_member(found: OwnAppointments, *, at: datetime) -> dict[str, Any]:
    """What the person sees: when, with whom, how and where; nothing of what it follows."""
    to_come = found.to_come(at)
    return {
        "to_come": [_own(each, found.names) for each in to_come],
        "over": [_own(each, found.names) for each in reversed(found.booked) if each not in to_come],
    }


def _own(each: Booked, names: Mapping[UUID, str]) -> dict[str, Any]:
    state, kind = APPOINTMENT_STATES[each.status]
    is_told = each.status in (AppointmentStatus.PLANNED, AppointmentStatus.CANCELLED)
    return {
        "when": moment(each.starts_at),
        "minutes": each.minutes,
        "who": names.get(each.with_id, ""),
        "how": MEETINGS[each.details.mode],
        "where": each.details.place,
        "state": state if is_told else "",
        "kind": kind,
        "file": url_for("own_care.calendar", only=each.id),
    }


def entries(found: Sequence[Booked]) -> list[Entry]:
    """Of a calendar file."""
    return [
        Entry(
            id=each.id,
            starts_at=each.starts_at,
            minutes=each.minutes,
            change=each.version,
            is_cancelled=each.status is AppointmentStatus.CANCELLED,
        )
        for each in found
    ]


def can_record(each: Booked, at: datetime) -> bool:
    """On its day, or afterwards."""
    return each.starts_at - EARLY <= at


def recorded(each: Booked) -> dict[str, str]:
    """What stands in the form that says how it went."""
    return {
        "status": "" if each.is_planned else each.status.value,
        "step": each.details.step.value,
        "later": each.details.agreed,
    }
