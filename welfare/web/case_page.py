"""How somebody's care stands, in words: for the page on which it is shared, held or ended."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _

from models.vocabulary import CaseEnding
from welfare.services.care import Care, Standing
from welfare.services.caseloads import InCare
from welfare.services.cases import HOLD_MOST
from welfare.web.wording import KINDS, clock

ENDINGS: dict[CaseEnding, LazyString] = {
    CaseEnding.GOALS_REACHED: _("What we agreed on is reached"),
    CaseEnding.NO_NEED: _("No need for care was found"),
    CaseEnding.DECLINED: _("The person does not want it"),
    CaseEnding.ELSEWHERE: _("Somebody elsewhere looks after them"),
    CaseEnding.LEFT: _("They left the service or our area"),
    CaseEnding.OTHER: _("Another reason"),
}
CHOOSE = ("", _("Please choose"))


def facts(care: Care, *, today: date) -> list[dict[str, str]]:
    """Who is in charge, who shares it, until when it rests; or when and why it ended."""
    case = care.case
    if case.closed_at is not None:
        rows = [
            (_("Ended on"), format_date(case.closed_at, "long")),
            (_("Why care ended"), _ending(care)),
        ]
    else:
        rows = [(_("In charge"), care.in_charge), (_("Shared with"), care.second)]
    if is_held(care, today=today) and case.held_until is not None:
        rows.append((_("On hold until"), format_date(case.held_until, "long")))
    return [{"key": str(key), "value": value} for key, value in rows if value]


def is_held(care: Care, *, today: date) -> bool:
    return care.case.held_until is not None and care.case.held_until > today


def alerts(care: Care, *, at: datetime) -> list[dict[str, Any]]:
    """The reader's open alerts on this person, each with the way to it."""
    return [
        {
            "heading": KINDS[alert.kind],
            "clock": clock(alert.due_at, at) if alert.due_at else "",
            "url": url_for("people.show", person_id=care.case.person_id),
        }
        for alert in care.alerts
    ]


def chosen_from(colleagues: Sequence[tuple[UUID, str]]) -> list[tuple[str, str | LazyString]]:
    return [CHOOSE, *((str(account), name) for account, name in colleagues)]


def reasons() -> list[tuple[str, str]]:
    return [(each.value, str(words)) for each, words in ENDINGS.items()]


def hold_days(today: date) -> dict[str, str]:
    return {
        "first": (today + timedelta(days=1)).isoformat(),
        "last": (today + HOLD_MOST).isoformat(),
    }


def forms_of(care: Care) -> dict[str, str]:
    """Where the forms of the page are sent."""
    names = {
        Standing.IN_CHARGE: ("share", "end_sharing", "hold", "lift", "hand_over", "close"),
        Standing.SECOND: ("end_sharing",),
        Standing.ENDED: ("reopen",),
    }
    return {name: url_for(f"cases.{name}", case_id=care.case.id) for name in names[care.standing]}


def rows(people: Sequence[InCare]) -> list[Mapping[str, Any]]:
    """People of the own caseload, each with the way to the page about their care."""
    return [
        {
            "name": {"text": each.name, "url": url_for("cases.show", person_id=each.person_id)},
            "unit": each.unit,
            "held_until": format_date(each.held_until, "long") if each.held_until else "",
            "in_charge": str(_("You")) if each.is_in_charge else each.other,
            "second": each.other if each.is_in_charge else str(_("You")),
            "closed_on": format_date(each.closed_on, "long") if each.closed_on else "",
        }
        for each in people
    ]


def _ending(care: Care) -> str:
    if care.ending is None:
        return ""
    return ". ".join(filter(None, (str(ENDINGS[care.ending]), care.ending_words)))
