"""The rules in words once more, as a table and a walk through the days, to check the schedule by.

Written without the engine and without the programme files: days are plain numbers, each window is
followed from day to day, and the people answer what this table says is open.
"""

from dataclasses import dataclass, field
from random import Random

CYCLE = ("pre", "during", "return", "post", "annual")
GRACE = 60

# Window, phase, counted from, opens, due, again after, times.
RULES = {
    "un-contingent": (
        0,
        (
            ("before", "pre", "departure", -60, -1, 0, 1),
            ("in-mission", "during", "departure", 150, 180, 180, 8),
            ("return", "return", "return", -30, 30, 0, 1),
            ("after", "post", "return", 90, 180, 0, 1),
            ("yearly", "annual", "return", 365, 425, 365, 3),
        ),
    ),
    "us-2013": (
        90,
        (
            ("before", "pre", "departure", -120, -1, 0, 1),
            ("after-1", "post", "return", 90, 180, 0, 1),
            ("after-2", "post", "return", 181, 545, 0, 1),
            ("after-3", "post", "return", 546, 910, 0, 1),
        ),
    ),
}


@dataclass
class Entry:
    """One window of the table. `stands`: it is still a part of the plan."""

    code: str
    phase: str
    stay: int
    anchor: int
    opens: int
    due: int
    answered: int | None = None
    stands: bool = True
    first: int = 0  # when it opens, after the spacing
    ends: int | None = None  # when a later deployment takes over
    never: str = ""  # why it never opens

    def __post_init__(self):
        self.first = self.opens

    @property
    def place(self):
        return CYCLE.index(self.phase), self.due, self.code


@dataclass
class Person:
    """Stays: departure, return that was planned, return as it came, day on which that was told."""

    stays: list
    answers: list = field(default_factory=list)

    def known(self, today):
        return [
            (departure, planned if today < told else actual)
            for departure, planned, actual, told in self.stays
        ]


def planned(rules, stays):
    found = []
    for number, (departure, home) in enumerate(stays):
        following = stays[number + 1 :]
        mission_over = following[0][0] - 1 if home is None and following else home
        for code, phase, counted_from, opens, due, again, times in rules:
            anchor = departure if counted_from == "departure" else home
            if anchor is None:
                continue
            for turn in range(times):
                first, last = anchor + opens + turn * again, anchor + due + turn * again
                if phase == "during" and mission_over is not None and last > mission_over:
                    break
                found.append(Entry(code, phase, departure, anchor, first, last))
    return found


def with_answers(entries, answers, today):
    """Answered windows as they were; each stands for the planned one that it still is."""
    table = list(entries)
    for old in sorted((each for each in answers if each.answered <= today), key=lambda e: e.opens):
        same = [
            each
            for each in table
            if each.answered is None
            and (each.code, each.stay) == (old.code, old.stay)
            and (each.anchor == old.anchor or (each.opens <= old.due and old.opens <= each.due))
        ]
        if same:
            table.remove(min(same, key=lambda each: abs(each.opens - old.opens)))
        table.append(
            Entry(old.code, old.phase, old.stay, old.anchor, old.opens, old.due, old.answered)
        )
        table[-1].stands = bool(same)
    return table


def new_cycle(entry, rules, stays):
    """The day on which a later deployment takes over from this one's return; None: never."""
    if entry.phase in ("pre", "during"):
        return None
    home = next(home for departure, home in stays if departure == entry.stay)
    later = [departure for departure, _ in stays if departure > entry.stay]
    if not later or home is None:
        return None
    return max(later[0] + rules[0][3], home + 1)


def opening(entry, spacing, table, today):
    """Not before the spacing after the last screening is over."""
    opens = entry.opens
    for day in sorted(e.answered for e in table if e.answered is not None):
        if day <= min(opens, today):
            opens = max(opens, day + spacing)
    return opens


def expected(programme, person, today):
    """Rows of the table on one day: code, departure, opens, due, status, reason."""
    spacing, rules = RULES[programme]
    stays = person.known(today)
    table = with_answers(planned(rules, stays), person.answers, today)
    for entry in table:
        entry.ends = new_cycle(entry, rules, stays)
        if entry.answered is None:
            entry.first = opening(entry, spacing, table, today)
            entry.never = never_asked(entry)
    return sorted((each.code, each.stay, *stands(each, table, today)) for each in table)


def never_asked(entry):
    if entry.first > entry.due:
        return "spacing"
    return "deployed_again" if entry.ends is not None and entry.ends <= entry.first else ""


def stands(entry, table, today):
    """Opens, due, status and reason of one window."""
    if entry.answered is not None:
        early, late = entry.answered < entry.opens, entry.answered > entry.due
        return entry.opens, entry.due, "early" if early else "late" if late else "in-window", ""
    if entry.never:
        shown = entry.opens if entry.never == "spacing" else entry.first
        return shown, entry.due, "waived", entry.never
    others = [
        each.first
        for each in table
        if each.stay == entry.stay and each.stands and not each.never and each.place > entry.place
    ]
    return entry.first, entry.due, *followed(entry, entry.first, others, entry.ends, today)


def followed(entry, first, others, ends, today):
    """The window from day to day: what it is called on the last of them."""
    status, reason = "not-due", ""
    turning = {first, entry.due + GRACE + 1, *others, today}
    turning |= {ends} if ends is not None else set()
    for day in sorted(day for day in turning if day <= today):
        if status == "not-due" and day >= first:
            status = "open"
        if status == "open" and ends is not None and day >= ends:
            is_late = day > entry.due
            status, reason = ("missed", "") if is_late else ("waived", "deployed_again")
        if status == "open" and any(other <= day for other in others):
            is_late = day > entry.due
            status, reason = ("missed", "") if is_late else ("waived", "superseded")
        if status == "open" and day > entry.due + GRACE:
            status = "missed"
    return status, reason


def made_up(programme, number, first, last):
    """A person with one or two deployments, who answers most of what the table says is open."""
    chance = Random(number)  # noqa: S311 - made-up people, the same in every run
    departure = first + chance.randrange(-250, 250)
    stays = []
    for _ in range(chance.choice((1, 1, 2))):
        actual = departure + chance.randrange(20, 430)
        told = actual if chance.random() < 0.5 else chance.randrange(departure, actual + 1)
        plan = None if told == actual else actual + chance.choice((-90, -20, -5, 0, 5, 20, 150))
        stays.append((departure, None if plan is None else max(plan, departure), actual, told))
        departure = actual + chance.randrange(15, 400)
    person = Person(stays)
    for day in range(first - 300 + number % 53, last, 53):
        answer_one(programme, person, day, chance)
    return person


def answer_one(programme, person, day, chance):
    _, rules = RULES[programme]
    wanted = ("open", "not-due") if chance.random() < 0.05 else ("open",)
    found = [row for row in expected(programme, person, day) if row[4] in wanted]
    if not found or chance.random() < 0.3:
        return
    code, stay, opens, due, _, _ = chance.choice(found)
    phase = next(rule[1] for rule in rules if rule[0] == code)
    anchor = next(
        each.anchor
        for each in planned(rules, person.known(day))
        if (each.code, each.stay, each.due) == (code, stay, due)
    )
    person.answers.append(Entry(code, phase, stay, anchor, opens, due, day))
