"""Reading forms: text, dates, moments, ids, answers. What cannot be read is refused by field."""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from uuid import UUID

from werkzeug.datastructures import MultiDict

from models.instruments import find
from models.instruments.asking import skipped_items
from welfare.errors import AnswersRefused, InputRefused
from welfare.policies.local_time import MIDNIGHT, at_hour
from welfare.web.zones import current_zone

Form = MultiDict[str, str]
LONGEST = 10_000
YEARS = range(1900, 2201)  # far from where counting days would end
DECLINED = "none"
PAGE_FIELDS = ("made_from", "mark", "carried")  # what a page of questions knew when it was made
SHORT = 200
MOST_DIGITS = 4  # no questionnaire goes so far


def text(form: Form, name: str) -> str:
    return form.get(name, "").replace("\x00", "").strip()[:LONGEST]


def day(form: Form, name: str) -> date | None:
    """A day as yyyy-mm-dd, or None if left empty. Raises InputRefused for anything else."""
    given = text(form, name)
    if not given:
        return None
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise InputRefused({name: "not_a_date"}) from None
    if found.year not in YEARS:
        raise InputRefused({name: "not_a_date"})
    return found


def needed_day(form: Form, name: str) -> date:
    given = day(form, name)
    if given is None:
        raise InputRefused({name: "not_a_date"})
    return given


def hour(form: Form, name: str) -> time | None:
    """A time of day as hh:mm, or None if left empty. Raises InputRefused for anything else."""
    given = text(form, name)
    try:
        return time.fromisoformat(given).replace(second=0, tzinfo=None) if given else None
    except ValueError:
        raise InputRefused({name: "not_a_time"}) from None


def by_own_clock(day: date, hour: time | None) -> datetime:
    """A day and an hour (none: its beginning) as the reader's clock says them; the page names the
    zone beside the field. What an hour means that clocks leave out or repeat: see `at_hour`."""
    return at_hour(day, hour or MIDNIGHT, current_zone())


def moment(form: Form, day_name: str, hour_name: str) -> datetime:
    """A day and an hour, both needed. Raises InputRefused for what cannot be read."""
    on, at = needed_day(form, day_name), hour(form, hour_name)
    if at is None:
        raise InputRefused({hour_name: "not_a_time"})
    return by_own_clock(on, at)


def key(form: Form, name: str) -> UUID:
    """An id from a select or hidden field. Raises InputRefused."""
    try:
        return UUID(form.get(name, ""))
    except ValueError:
        raise InputRefused({name: "choose"}) from None


def key_or_none(form: Form, name: str) -> UUID | None:
    """An id that a page of ours put there, or None where it is left out or not as we put it."""
    try:
        return UUID(form.get(name, ""))
    except ValueError:
        return None


def part_answers(form: Form, code: str) -> dict[str, int | None]:
    """The answers of one questionnaire page: fields such as "phq-9.9", value "none" = declined.

    Items that the form skips after these answers are left out. Raises AnswersRefused for what
    is not a number; whether a number is on offer is asked when it is scored. Where several
    options may be ticked, they come as one answer: their sum.
    """
    several = {item.id for item in find(code).items if item.several}
    given: dict[str, int | None] = {}
    problems: dict[str, str] = {}
    for name, values in form.lists():
        if name.startswith(f"{code}."):
            item = name.removeprefix(f"{code}.")
            value = _together(values) if item in several else values[0]
            _take(given, problems, item, name, value)
    if problems:
        raise AnswersRefused(problems)
    skipped = skipped_items(find(code), given)
    return {item: value for item, value in given.items() if item not in skipped}


def keyed_answers(form: Form, codes: Sequence[str]) -> dict[str, dict[str, int | None]]:
    """What somebody typed in from paper: also what the form would have skipped, and gaps where
    nothing was chosen. Raises AnswersRefused for what is not a number."""
    several = {f"{code}.{item.id}" for code in codes for item in find(code).items if item.several}
    answers: dict[str, dict[str, int | None]] = {code: {} for code in codes}
    problems: dict[str, str] = {}
    for name, values in form.lists():
        code, _dot, item = name.rpartition(".")
        if code in answers and values[0]:
            value = _together(values) if name in several else values[0]
            _take(answers[code], problems, item, name, value)
    if problems:
        raise AnswersRefused(problems)
    return answers


def all_answers(form: Form) -> dict[str, dict[str, int | None]]:
    """The answers of every questionnaire named in a form, as the check page sends them."""
    codes = dict.fromkeys(name.rpartition(".")[0] for name in form if "." in name)
    answers: dict[str, dict[str, int | None]] = {}
    problems: dict[str, str] = {}
    for code in codes:
        answers[code] = {}
    for name, value in form.items():
        code, dot, item = name.rpartition(".")
        if dot:
            _take(answers[code], problems, item, name, value)
    if problems:
        raise AnswersRefused(problems)
    return answers


def answer_fields(answers: dict[str, dict[str, int | None]]) -> dict[str, str]:
    """The reverse of `all_answers`: hidden fields for the check page."""
    return {
        f"{code}.{item}": DECLINED if value is None else str(value)
        for code, given in answers.items()
        for item, value in given.items()
    }


def as_chosen(form: Form, code: str) -> dict[str, str]:
    """What was chosen on a page that is shown again; several ticked options joined by "+"."""
    return {
        name.removeprefix(f"{code}."): "+".join(values)
        for name, values in form.lists()
        if name.startswith(f"{code}.")
    }


def _together(values: Sequence[str]) -> str:
    if all(value.isdecimal() and len(value) < MOST_DIGITS for value in values):
        return str(reduce(or_, (int(value) for value in values)))
    return "+".join(values)  # "none" alone is an answer; beside a ticked option it is none


def number(form: Form, name: str) -> int | None:
    """A whole number that we put there ourselves, or None if it is not as we put it."""
    given = form.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 17 else None


def _take(
    given: dict[str, int | None], problems: dict[str, str], item: str, name: str, value: str
) -> None:
    if value == DECLINED:
        given[item] = None
    elif value.isdecimal() and len(value) < MOST_DIGITS:
        given[item] = int(value)
    else:
        problems[name] = "not_offered"
