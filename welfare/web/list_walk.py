"""What of the work-list stays in the address, while somebody goes through it person by person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Flask, has_request_context, request

from welfare.policies.work_order import Only, Sort, Urgency, Wanted

PLACE = "place"
LAST_PLACE = 10_000
# An address names a person: its other words must say nothing about them.
STATES: Mapping[str, Urgency] = {
    "first": Urgency.UNACKNOWLEDGED,
    "late": Urgency.CONTACT_OVERDUE,
    "open": Urgency.ALERT_OPEN,
    "moved": Urgency.WORSE,
    "due": Urgency.DUE,
    "new": Urgency.NEW,
    "rest": Urgency.REST,
    "hold": Urgency.ON_HOLD,
}
CODES = {urgency: code for code, urgency in STATES.items()}
DOWN = "-"
# Pages and forms about one person, between which the place on the list goes along.
ABOUT_ONE = frozenset(
    {
        "people.show",
        "people.acknowledge",
        "people.record_contact",
        "people.close",
        "people.sign_note",
        "people.certify",
        "people.waive",
        "cases.show",
        "cases.share",
        "cases.hold",
        "cases.lift",
        "deployment_events.new",
        "deployment_events.record",
        "entered_in_error.ask",
        "entered_in_error.mark",
        "appointments.make",
        "appointments.of_person",
        "measures.assign",
        "measures.show",
        "messages.show",
        "plans.show",
        "plans.write",
        "referrals.of_person",
        "right_record.ask",
        "right_record.preview",
        "right_record.move",
    }
)


def init_app(app: Flask) -> None:
    @app.url_defaults
    def keep_the_place(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in ABOUT_ONE and has_request_context() and place_of(request.args) is not None:
            for name, value in carried(request.args).items():
                values.setdefault(name, value)


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """From an address. What is not in a closed list leaves nobody out."""
    sort = asked.get("sort", "")
    return Wanted(
        state=STATES.get(asked.get("state", "")),
        unit_id=_key(asked.get("unit", "")),
        only=_word(Only, asked.get("only", "")),
        sort=_word(Sort, sort.removeprefix(DOWN)) or Sort.STATE,
        is_descending=sort.startswith(DOWN),
    )


def query_of(wanted: Wanted) -> dict[str, Any]:
    """The same as an address carries it; what is usual is left out."""
    sort = f"{DOWN if wanted.is_descending else ''}{wanted.sort}"
    given = {
        "state": CODES[wanted.state] if wanted.state else "",
        "unit": str(wanted.unit_id or ""),
        "only": wanted.only or "",
        "sort": "" if sort == Sort.STATE else sort,
    }
    return {name: str(value) for name, value in given.items() if value}


def place_of(asked: Mapping[str, str]) -> int | None:
    """Where on the list the person of this page stood; None for who did not come from it."""
    text = asked.get(PLACE, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PLACE))
    return int(text) if is_number else None


def carried(asked: Mapping[str, str]) -> dict[str, Any]:
    place = place_of(asked)
    here = {} if place is None else {PLACE: str(place)}
    return query_of(wanted_of(asked)) | here


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _word(words: Any, text: str) -> Any:
    return words(text) if text in set(words) else None
