"""What a note can begin with: words from what the page shows anyway, for a clinician to edit."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from models.instruments import find
from models.instruments.payload import Response
from welfare.policies.booked import Booked
from welfare.policies.sent_screenings import Answered
from welfare.services import records
from welfare.web.appointment_page import day_of, session_words
from welfare.web.trends import change_of


class Beginning(StrEnum):
    NEWEST = "newest"
    FIRST_TALK = "first_talk"
    SESSION = "session"
    CLOSING = "closing"


LABELS: dict[Beginning, LazyString] = {
    Beginning.NEWEST: lazy("The newest result"),
    Beginning.FIRST_TALK: lazy("First talk"),
    Beginning.SESSION: lazy("Session"),
    Beginning.CLOSING: lazy("End of care"),
}
PROMPTS: dict[Beginning, tuple[LazyString, ...]] = {
    Beginning.NEWEST: (),
    Beginning.FIRST_TALK: (
        lazy("What brings the person here:"),
        lazy("What has happened, and since when:"),
        lazy("Sleep, work, family, alcohol, medication:"),
        lazy("Who is there for them, and what helps:"),
        lazy("Risk, asked and told:"),
        lazy("What we agreed on:"),
    ),
    Beginning.SESSION: (
        lazy("Since the last time:"),
        lazy("What we did:"),
        lazy("Risk, asked and told:"),
        lazy("To try until the next time:"),
    ),
    Beginning.CLOSING: (
        lazy("What was reached, and what was not:"),
        lazy("What helps from now on:"),
        lazy("What to watch for, and where to turn then:"),
        lazy("Who has been told:"),
    ),
}


def beginning_in(given: str) -> Beginning | None:
    return Beginning(given) if given in set(Beginning) else None


def on_offer(view: records.PersonView) -> list[tuple[str, LazyString]]:
    """Those for which this record has something to begin with."""
    has_result = bool(newest_result(view))
    return [
        (each.value, words)
        for each, words in LABELS.items()
        if has_result or each is not Beginning.NEWEST
    ]


def words_of(
    beginning: Beginning, view: records.PersonView, session: Booked | None, *, at: datetime
) -> str:
    """`session`: the appointment that the note is about, where there is one."""
    heading = {
        Beginning.NEWEST: "",
        Beginning.FIRST_TALK: _("First talk, %(day)s", day=format_date(at, "long")),
        Beginning.SESSION: _session_heading(session, at),
        Beginning.CLOSING: _("End of care, %(day)s", day=format_date(at, "long")),
    }[beginning]
    results = _course(view) if beginning is Beginning.CLOSING else newest_result(view)
    lines = [heading, *(str(prompt) for prompt in PROMPTS[beginning]), results]
    return "\n".join(line for line in lines if line)


def newest_result(view: records.PersonView) -> str:
    """In plain words; nothing but what the page shows anyway."""
    counting = _counting(view)
    if not counting:
        return ""
    *earlier, newest = counting
    lines = [
        _line(response, earlier)
        for response in newest.payload.responses
        if find(response.instrument).total is not None
    ]
    return "\n".join([format_date(newest.day, "long"), *lines])


def _session_heading(session: Booked | None, at: datetime) -> str:
    if session is None:
        return str(_("Session, %(day)s", day=format_date(at, "long")))
    day = format_date(day_of(session.starts_at), "long")
    return f"{session_words(session.details)}, {day}"


def _course(view: records.PersonView) -> str:
    """Of each questionnaire the first and the newest total."""
    totals: dict[str, list[float]] = {}
    for each in _counting(view):
        for response in each.payload.responses:
            if response.result.total is not None:
                totals.setdefault(response.instrument, []).append(response.result.total)
    return "\n".join(
        _("%(code)s: %(first)s at first, %(last)s now.", code=code.upper(), **_ends(found))
        for code, found in totals.items()
        if len(found) > 1
    )


def _ends(found: Sequence[float]) -> dict[str, str]:
    return {"first": f"{found[0]:g}", "last": f"{found[-1]:g}"}


def _counting(view: records.PersonView) -> list[Answered]:
    return [
        each
        for each in view.screenings
        if each.mistake is None and not each.is_copy and not each.is_repeat
    ]


def _line(response: Response, earlier: Sequence[Answered]) -> str:
    code, result = response.instrument, response.result
    before = [each.payload.response(code) for each in earlier if each.payload.part_of is None]
    totals = [each.result.total for each in before if each is not None]
    return str(
        _(
            "%(code)s: %(total)s. %(cut)s. Since the last one: %(change)s.",
            code=code.upper(),
            total=_total(response),
            cut=_cut(result.positive),
            change=change_of(code, [*totals, result.total]),
        )
    )


def _total(response: Response) -> str:
    total = response.result.total
    if total is None:
        return str(_("Not complete: no total"))
    highest = find(response.instrument, response.result.version).total_range[1]
    return str(_("Total %(total)s of %(highest)s", total=f"{total:g}", highest=f"{highest:g}"))


def _cut(positive: bool | None) -> str:
    if positive is None:
        return str(_("Above cut-point: not known"))
    return str(_("At or above cut-point") if positive else _("Below cut-point"))
