"""A year in the lives of 2,000 people, against a table that was made without the engine."""

from collections import Counter
from datetime import date

import pytest

from models.programmes import Deployed, Facts, Held, Kept, load, schedule
from models.vocabulary import Phase
from tests.models.programmes.calendar_table import RULES, expected, made_up

PEOPLE = 1000  # under each programme
FIRST, LAST = date(2027, 3, 1), date(2028, 2, 29)
PARTICULAR = {"un-contingent": ("waived", "superseded"), "us-2013": "pushed"}
CHECKED = (FIRST, date(2027, 7, 1), date(2027, 11, 15), LAST)


def facts_of(person, today):
    """What is known on a day: a return that is told later is not known yet."""
    stays = [
        Deployed(date.fromordinal(departure), home and date.fromordinal(home))
        for departure, home in person.known(today.toordinal())
    ]
    return Facts(tuple(stays), kept=tuple(kept(answer) for answer in person.answers))


def kept(answer):
    cause, anchor, opens, due, on = map(
        date.fromordinal, (answer.stay, answer.anchor, answer.opens, answer.due, answer.answered)
    )
    phase = Phase(answer.phase)
    return Kept(on, phase, Held(answer.code, phase, cause, anchor, opens, due))


def rows(windows):
    return sorted(
        (
            window.code,
            window.cause.toordinal(),
            window.opens_on.toordinal(),
            window.due_by.toordinal(),
            window.status.value,
            window.reason.value if window.reason else "",
        )
        for window in windows
    )


@pytest.mark.parametrize("code", RULES)
def test_every_window_of_the_year_stands_as_the_table_says(code):
    programme = load(code)
    seen = Counter()
    for number in range(PEOPLE):
        person = made_up(code, number, FIRST.toordinal(), LAST.toordinal())
        for today in CHECKED:
            table = expected(code, person, today.toordinal())
            assert rows(schedule(facts_of(person, today), programme, today)) == table, (
                number,
                today,
            )
            seen.update((status, reason) for *_, status, reason in table)
            seen["pushed"] += sum(is_pushed(code, row) for row in table)

    # The year has all that can happen in it, and the rarer of it often.
    assert {each[0] for each in seen if each != "pushed"} == {
        *("not-due", "open", "missed", "waived", "early", "in-window", "late")
    }
    assert min(seen["waived", "deployed_again"], seen[PARTICULAR[code]]) >= 100


def is_pushed(code, row):
    """Does the window open later than its rule says, for the spacing?"""
    widths = {name: due - opens for name, _, _, opens, due, *_ in RULES[code][1]}
    return row[3] - row[2] < widths[row[0]]
