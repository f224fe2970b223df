"""A calendar file says when, and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar

from welfare.gateways.calendar_files import Entry, calendar_file

AT = datetime(2031, 3, 5, 9, 30, tzinfo=UTC)
FIRST = Entry(UUID(int=7), AT, 50, change=3, is_cancelled=False)
SECOND = Entry(UUID(int=8), AT + timedelta(days=1), 90, change=1, is_cancelled=True)
SAID = {
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "SEQUENCE",
    "CLASS",
    "STATUS",
}


def read(*entries):
    calendar = Calendar.from_ical(calendar_file(entries, title="Appointment", at=AT))
    return calendar, calendar.walk("VEVENT")


def test_an_entry_has_a_lasting_id_a_number_and_a_neutral_title():
    calendar, (event,) = read(FIRST)

    assert str(calendar["METHOD"]) == "PUBLISH"
    assert set(event) == SAID
    assert (str(event["UID"]), event["SEQUENCE"]) == (str(FIRST.id), 3)
    assert (str(event["SUMMARY"]), str(event["CLASS"])) == ("Appointment", "PRIVATE")
    assert event["DTSTART"].dt == AT and event["DTEND"].dt == AT + timedelta(minutes=50)


def test_what_is_cancelled_is_said_to_be_so():
    _calendar, events = read(FIRST, SECOND)

    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CANCELLED"]


def test_without_any_entry_it_is_still_a_calendar():
    assert read()[1] == []
