"""Calendar files: when, and nothing else. No name, no place, no word that tells what it is about.

The same appointment has the same id in each file, and a higher number each time it is changed: a
calendar replaces what it has, and drops what was cancelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

KIND = "text/calendar; charset=utf-8"
NAME = "appointments.ics"


@dataclass(frozen=True, slots=True)
class Entry:
    """`change`: how often it was changed."""

    id: UUID
    starts_at: datetime
    minutes: int
    change: int
    is_cancelled: bool


def calendar_file(entries: Sequence[Entry], *, title: str, at: datetime) -> bytes:
    """`title`: of each entry, the neutral word in the reader's language. `at`: when it is made."""
    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, title, at))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, title: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", str(entry.id))
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.starts_at.astimezone(UTC) + timedelta(minutes=entry.minutes))
    event.add("summary", title)
    event.add("sequence", entry.change)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event
