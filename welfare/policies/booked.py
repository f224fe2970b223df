"""An appointment: how it is sealed and opened, what can be agreed on, what clashes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import vault
from models.tables.plans import Appointment
from models.vocabulary import AppointmentStatus, Meeting, NextStep, Protocol

CONTENT_SIZE = 8192  # one size for every appointment
PLACE_MOST = 300
PROTOCOL_MOST = 100
WORDS_MOST = 1000
AGREED_MOST = 500
NUMBER_MOST = 999
MINUTES = range(5, 481)
AHEAD_MOST = timedelta(days=366)
BACK_MOST = timedelta(days=366)
USUAL_MINUTES = 50
SESSION = "session"  # the kind of a kept appointment on somebody's time axis
HELD = (AppointmentStatus.PLANNED, AppointmentStatus.KEPT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """As a form brings it. `number`: of the session in its course."""

    starts_at: datetime
    minutes: int | None = USUAL_MINUTES
    mode: str = Meeting.IN_PERSON
    place: str = ""
    protocol: str = Protocol.SUPPORTIVE
    protocol_words: str = ""
    number: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What is sealed. `step` and `agreed`: what comes next, said when it was recorded."""

    mode: Meeting
    place: str
    protocol: Protocol
    protocol_words: str
    number: int | None
    words: str
    step: NextStep = NextStep.NONE
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment as pages show it."""

    id: UUID
    person_id: UUID
    case_id: UUID
    with_id: UUID
    starts_at: datetime
    minutes: int
    status: AppointmentStatus
    version: int
    details: Details

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_planned(self) -> bool:
        return self.status is AppointmentStatus.PLANNED


def opened(key: bytes, row: Appointment) -> Booked:
    content: Mapping[str, Any] = vault.opened(key, row, "content")
    return Booked(
        id=row.id,
        person_id=row.person_id,
        case_id=row.case_id,
        with_id=row.with_id,
        starts_at=row.starts_at,
        minutes=row.minutes,
        status=row.status,
        version=row.version,
        details=Details(
            mode=Meeting(content["mode"]),
            place=content["place"],
            protocol=Protocol(content["protocol"]),
            protocol_words=content["protocol_words"],
            number=content["number"],
            words=content["words"],
            step=NextStep(content["step"]),
            agreed=content["agreed"],
        ),
    )


def write(key: bytes, row: Appointment, details: Details) -> None:
    content = {
        "mode": details.mode.value,
        "place": details.place,
        "protocol": details.protocol.value,
        "protocol_words": details.protocol_words,
        "number": details.number,
        "words": details.words,
        "step": details.step.value,
        "agreed": details.agreed,
    }
    row.content = vault.sealed(key, row, "content", content, size=CONTENT_SIZE)


def details_of(wanted: Wanted, before: Details | None = None) -> Details:
    """Of what `problems_with` found nothing wrong with."""
    details = Details(
        mode=Meeting(wanted.mode),
        place=wanted.place.strip(),
        protocol=Protocol(wanted.protocol),
        protocol_words=wanted.protocol_words.strip(),
        number=wanted.number,
        words=wanted.words.strip(),
    )
    if before is None:
        return details
    return replace(details, step=before.step, agreed=before.agreed)


def is_as(each: Booked, wanted: Wanted) -> bool:
    """Is it what was typed, which may be anything?"""
    typed = (wanted.place, wanted.protocol_words, wanted.words)
    asked = (wanted.starts_at, wanted.minutes, wanted.mode, wanted.protocol, wanted.number)
    was = each.details
    words = (was.place, was.protocol_words, was.words)
    stands = (each.starts_at, each.minutes, was.mode, was.protocol, was.number)
    return stands == asked and words == tuple(text.strip() for text in typed)


def problems_with(wanted: Wanted, *, at: datetime, took_place: bool = False) -> dict[str, str]:
    """Why it cannot be agreed on as it is, by field."""
    lengths = {"place": PLACE_MOST, "protocol_words": PROTOCOL_MOST, "words": WORDS_MOST}
    return {
        **_time_problem(wanted.starts_at, at, took_place),
        **_choice_problems(wanted),
        **{name: "too_long" for name, most in lengths.items() if len(getattr(wanted, name)) > most},
    }


def _choice_problems(wanted: Wanted) -> dict[str, str]:
    problems = {}
    if wanted.minutes not in MINUTES:
        problems["minutes"] = "not_so_long"
    if wanted.mode not in set(Meeting):
        problems["mode"] = "choose"
    if wanted.protocol not in set(Protocol):
        problems["protocol"] = "choose"
    if wanted.protocol == Protocol.OTHER and not wanted.protocol_words.strip():
        problems["protocol_words"] = "empty"
    if wanted.number is not None and not 0 < wanted.number <= NUMBER_MOST:
        problems["session_number"] = "not_a_count"
    return problems


def _time_problem(starts_at: datetime, at: datetime, took_place: bool) -> dict[str, str]:
    if took_place:
        if starts_at > at:
            return {"day": "still_to_come"}
        return {"day": "too_long_ago"} if starts_at < at - BACK_MOST else {}
    if starts_at < at:
        return {"day": "in_past"}
    return {"day": "not_within_year"} if starts_at > at + AHEAD_MOST else {}


def clash(
    session: Session,
    *,
    with_id: UUID,
    person_id: UUID,
    starts_at: datetime,
    minutes: int,
    but: UUID | None = None,
) -> str | None:
    """Who has another appointment at that time, as a code; None if nobody has."""
    ends_at = starts_at + timedelta(minutes=minutes)
    found = session.scalars(
        select(Appointment)
        .where(
            Appointment.status == AppointmentStatus.PLANNED,
            Appointment.starts_at < ends_at,
            Appointment.starts_at > starts_at - timedelta(minutes=MINUTES.stop),
            or_(Appointment.with_id == with_id, Appointment.person_id == person_id),
        )
        .order_by(Appointment.starts_at)
        .execution_options(populate_existing=True)
    )
    meeting = [
        each
        for each in found
        if each.id != but and each.starts_at + timedelta(minutes=each.minutes) > starts_at
    ]
    if not meeting:
        return None
    return "you_are_busy" if any(e.with_id == with_id for e in meeting) else "person_is_busy"


def next_of(last: Booked, *, starts_at: datetime, was_kept: bool) -> Wanted:
    """The same again at another time; after one that was kept the number goes on."""
    details = last.details
    number = details.number
    if number is not None and was_kept:
        number = min(number + 1, NUMBER_MOST)
    return Wanted(
        starts_at=starts_at,
        minutes=last.minutes,
        mode=details.mode,
        place=details.place,
        protocol=details.protocol,
        protocol_words=details.protocol_words,
        number=number,
    )


def next_number(booked: Sequence[Booked]) -> int:
    """Of the next session: one more than the last that took place or is planned."""
    numbered = [
        (each.starts_at, each.details.number)
        for each in booked
        if each.status in HELD and each.details.number is not None
    ]
    return min(max(numbered)[1] + 1, NUMBER_MOST) if numbered else 1


def kept_days(rows: Iterable[Appointment]) -> list[date]:
    """Of each kept appointment, oldest first: for a time axis. Opens nothing."""
    return sorted(row.starts_at.date() for row in rows if row.status is AppointmentStatus.KEPT)
