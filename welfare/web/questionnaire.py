"""A questionnaire as its pages show it: items with their words, answers to check, next steps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from models.instruments import find, words
from models.instruments.asking import shown_when
from welfare.services import drafts, screenings, windows
from welfare.web.wording import TITLES, problem

DECLINED = "none"


def items(
    code: str, chosen: Mapping[str, str], problems: Mapping[str, str], *, language: str
) -> list[dict[str, Any]]:
    """The items of one part as `questionnaire/instrument.html` wants them."""
    return [
        _item(code, item.id, chosen, problems, language) for item in find(code).items if item.scored
    ]


def has_critical(code: str) -> bool:
    return bool(find(code).alerts)


def _item(
    code: str,
    item_id: str,
    chosen: Mapping[str, str],
    problems: Mapping[str, str],
    language: str,
) -> dict[str, Any]:
    definition = find(code)
    held = words(code, definition.version, language)
    name = f"{code}.{item_id}"
    item: dict[str, Any] = {
        "id": name,
        "name": name,
        "text": held.item(item_id),
        "stem": held.lead(item_id),
        "options": held.options(item_id),
        "chosen": chosen.get(item_id),
        "error": problem(problems[name]) if name in problems else None,
        "critical": any(alert.item == item_id for alert in definition.alerts),
        "examples": held.examples if item_id == definition.items[0].id else (),
    }
    condition = shown_when(definition, definition.item(item_id))
    if condition is not None:
        asked, values = condition
        item["shown_when"] = f"{code}.{asked}={'|'.join(str(value) for value in values)}"
        item["shown_hint"] = _("Only if your answer to the first question asks for it.")
    return item


def checked(progress: drafts.Progress, number: int, *, language: str) -> dict[str, Any]:
    code = progress.parts[number - 1]
    held = words(code, find(code).version, language)
    return {
        "title": TITLES[code],
        "change_url": url_for("screenings.part", window_id=progress.window.id, number=number),
        "answers": [
            {"text": held.item(item), "answer": _label(dict(held.options(item)), value)}
            for item, value in progress.answers[code].items()
        ],
    }


def _label(options: dict[int, str], value: int | None) -> str:
    return str(_("Preferred not to answer")) if value is None else options[value]


def named(name: str) -> str:
    """An item as a person knows it: the part's title and the question's number."""
    code, dot, item = name.rpartition(".")
    title = str(TITLES.get(code or name, code or name))
    return str(_("%(part)s, question %(n)s", part=title, n=item)) if dot else title


def chosen(value: int | None) -> str:
    return DECLINED if value is None else str(value)


def saved_at(progress: drafts.Progress) -> str | None:
    if progress.saved_at is None:
        return None
    return str(
        _("Earlier parts saved at %(time)s.", time=format_datetime(progress.saved_at, "HH:mm"))
    )


def why(due: windows.Due, *, today: date) -> str:
    if due.returned_on is not None and due.returned_on <= today:
        days = (today - due.returned_on).days
        return str(
            ngettext(
                "You came back from %(mission)s %(num)s day ago.",
                "You came back from %(mission)s %(num)s days ago.",
                days,
                mission=due.mission,
            )
        )
    if due.left_on is not None and due.left_on > today:
        when = format_date(due.left_on, "long")
        return str(_("You leave for %(mission)s on %(when)s.", mission=due.mission, when=when))
    return str(_("You are on %(mission)s.", mission=due.mission or ""))


def next_steps(is_positive: bool, is_critical: bool) -> list[str]:
    if is_critical:
        return [
            str(_("Call one of the numbers above if you would like to talk now.")),
            str(_("Keep your phone with you. The clinician on duty has been told.")),
        ]
    if is_positive:
        return [
            str(_("A clinician has been asked to look at your answers.")),
            str(_("You can call the clinic yourself at any time.")),
        ]
    return [str(_("There is nothing you need to do now.")), str(_("Help is there at any time."))]


def in_touch(found: screenings.Receipt) -> str | None:
    if found.alert is None or found.alert.due_at is None:
        return None
    when = format_datetime(found.alert.due_at, "d MMMM, HH:mm")
    return str(_("A clinician has been told and should contact you by %(when)s UTC.", when=when))
