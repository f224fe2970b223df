"""Made-up lives for the tests of the schedule, and how a schedule is read as a plain table."""

from dataclasses import replace
from datetime import date

from models.programmes import Deployed, Facts, Kept, Scheduled, SetAside, read


def day(text):
    return date.fromisoformat(text)


def stay(from_day, until_day=None, leave_end=None, *, finding=False):
    return Deployed(
        day(from_day), until_day and day(until_day), leave_end and day(leave_end), finding
    )


def table(windows):
    """Code, opens, due, closes, status and reason of each window."""
    return [
        " ".join(
            [
                window.code,
                str(window.opens_on),
                str(window.due_by),
                str(window.closes_on),
                window.status,
                *([window.reason] if window.reason else []),
            ]
        )
        for window in windows
    ]


def written(lines):
    return [" ".join(line.split()) for line in lines.strip().splitlines()]


def the(windows, code, turn=0) -> Scheduled:
    return [window for window in windows if window.code == code][turn]


def answered(facts: Facts, window: Scheduled, on: date) -> Facts:
    """The same person, who has answered this window."""
    return replace(facts, kept=(*facts.kept, Kept(on, window.phase, window.held)))


def put_aside(facts: Facts, window: Scheduled, on: date, *, is_declined: bool) -> Facts:
    return replace(facts, set_aside=(*facts.set_aside, SetAside(on, window.held, is_declined)))


# Everything at once: spacing, early papers, an alternative, incidents, repeats and a rolling year.
EVERYTHING = read(
    """
code = "everything"
version = "1"
title = "Everything"
source = "Made up for tests"
late_for_days = 20
early_for_days = 15
spacing_days = 25
leave_days = 10

[stages]
first = ["phq-9"]

[clocks]
answer_within_hours = 8
nudge_every_minutes = 30
nudges_before_escalation = 3

[[gates]]
instrument = "phq-9"
at_least = 10
opens = "gad-7"

[[windows]]
code = "before"
phase = "pre"
anchor = "departure"
opens = -60
due = -1

[[windows]]
code = "in-mission"
phase = "during"
anchor = "departure"
opens = 40
due = 60
every = 60
times = 5

[[windows]]
code = "home"
phase = "return"
anchor = "return"
opens = -10
due_anchor = "leave_end"
due = 30

[[windows]]
code = "after"
phase = "post"
anchor = "return"
opens = 70
due = 120
exempt_days = 30

[[windows]]
code = "after-finding"
phase = "post"
anchor = "leave_end"
opens = 50
due = 140
instead_of = "after"
exempt_days = 30

[[windows]]
code = "shock"
phase = "post"
anchor = "incident"
opens = 3
due = 10
every = 25
times = 2

[[windows]]
code = "yearly"
phase = "annual"
anchor = "last_screening"
opens = 150
due = 200
times = 6
""",
    file="everything.toml",
)
