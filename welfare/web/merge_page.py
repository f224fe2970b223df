"""What pages say about people who may be enrolled twice, and about records that were joined."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import LazyString, format_date, gettext
from flask_babel import lazy_gettext as _

from welfare.policies.likeness import Alike
from welfare.policies.two_records import MergeState, RecordSide, WayIn
from welfare.services.duplicates import Likely
from welfare.services.merge_list import MergeRow
from welfare.services.merging import MergeView
from welfare.web import zones

UrlOf = Callable[..., str]
WHY: Mapping[Alike, LazyString] = {
    Alike.NAME: _("Same name and year of birth"),
    Alike.NUMBER: _("Same service number, written differently"),
    Alike.EMAIL: _("Same e-mail address"),
    Alike.PHONE: _("Same telephone number"),
}
STATES: Mapping[MergeState, tuple[LazyString, str]] = {
    MergeState.WAITING: (_("Waits for a second word"), "attention"),
    MergeState.IN_FORCE: (_("Joined"), "good"),
    MergeState.REFUSED: (_("Two people"), "done"),
    MergeState.PARTED: (_("Parted again"), "done"),
}
WAYS_IN: Mapping[WayIn, LazyString] = {
    WayIn.NONE: _("None"),
    WayIn.OPEN: _("In use"),
    WayIn.DISABLED: _("Disabled"),
}
# Why two records cannot be joined as they are, and what helps.
PROBLEMS: Mapping[str, LazyString] = {
    "yourself": _("One of these records is your own. Ask another administrator."),
    "other_goes_on": _("The second record has an account. Let that record go on instead."),
    "both_open": _(
        "Both have an account. Ask which one the person uses, and disable the other one."
    ),
    "has_merged": _(
        "A record was joined to the second one before. Let that one go on, or part it first."
    ),
    "overlap": _(
        "Both have a deployment at the same time, and they are not the same. "
        "Correct the days or the mission of one of them."
    ),
    "asked_before": _("Another request about one of these records waits. Decide it first."),
}


def pair_rows(found: Sequence[Likely], url_of: UrlOf) -> list[list[Any]]:
    return [
        [
            {
                "text": each.first.name,
                "url": url_of(first_id=each.first.person_id, second_id=each.second.person_id),
            },
            {"text": each.first.service_number, "bdi": True},
            each.first.unit,
            each.second.name,
            {"text": each.second.service_number, "bdi": True},
            each.second.unit,
            "; ".join(str(WHY[sign]) for sign in each.why),
        ]
        for each in found
    ]


def merge_rows(found: Sequence[MergeRow], url_of: UrlOf) -> list[list[Any]]:
    return [
        [
            {"text": each.first, "url": url_of(merge_id=each.merge.id)},
            each.second,
            zones.moment(each.merge.made_at),
            {"text": STATES[each.state][0], "tag": STATES[each.state][1]},
        ]
        for each in found
    ]


def side(found: RecordSide) -> dict[str, Any]:
    """One of the two cards: the same lines on both, so that they can be compared."""
    facts = [
        (_("Service number"), found.service_number),
        (_("Year of birth"), str(found.birth_year or "")),
        (_("Unit"), found.unit),
        (_("E-mail address"), found.email),
        (_("Telephone number"), found.phone),
        (_("Account"), WAYS_IN[found.way_in]),
        (_("Deployments"), "; ".join(_stay(*each) for each in _days(found)) or gettext("None")),
    ]
    return {
        "id": found.person_id,
        "name": found.name,
        "facts": [{"key": key, "value": value or "–"} for key, value in facts],
    }


def problems(found: Mapping[str, str]) -> list[LazyString]:
    return [PROBLEMS[code] for code in found.values()]


def story(found: MergeView) -> list[dict[str, Any]]:
    """Who asked, and what came of it, with the moments."""
    merge = found.merge
    has_ended = _("Parted again") if merge.confirmed_at else _("Refused")
    facts = [
        (_("Asked for"), zones.moment(merge.made_at)),
        (_("Asked by"), found.asked_by or gettext("an operator at the server")),
        (_("Joined"), zones.moment(merge.confirmed_at)),
        (has_ended, zones.moment(merge.undone_at)),
    ]
    return [{"key": key, "value": value} for key, value in facts if value]


def _days(found: RecordSide) -> list[tuple[str, date, date | None]]:
    return [(each.mission, each.from_day, each.until_day) for each in found.stays]


def _stay(mission: str, from_day: date, until_day: date | None) -> str:
    until = format_date(until_day, "medium") if until_day else gettext("today")
    return f"{mission}, {format_date(from_day, 'medium')} – {until}"
