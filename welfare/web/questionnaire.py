"""A questionnaire as its pages show it: items with their words, answers to check, next steps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from models.instruments import find, words
from models.instruments.asking import shown_when
from models.instruments.payload import Response
from welfare.services import drafts, screenings, windows
from welfare.web.wording import TITLES, Plain, plain_result, problem

DECLINED = "none"
ORDER = {True: 0, None: 1, False: 2}  # of results: above a cut-point, not known, below


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
    is_first = item_id == definition.items[0].id
    item: dict[str, Any] = {
        "id": name,
        "name": name,
        "text": held.item(item_id),
        "instruction": held.instruction if is_first else "",
        "recall": "" if item_id in held.stems else held.recall,
        "stem": held.lead(item_id),
        "options": held.options(item_id),
        "chosen": chosen.get(item_id),
        "error": problem(problems[name]) if name in problems else None,
        "critical": any(alert.item == item_id for alert in definition.alerts),
        "examples": held.examples if is_first else (),
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
    url = url_for("screenings.part", window_id=progress.window.id, number=number)
    return {
        "title": TITLES[code],
        "lead": held.stem,
        "change_url": url,
        "answers": [
            {
                "text": held.item(item),
                "answer": _label(dict(held.options(item)), value),
                "change_url": f"{url}#item-{code}.{item}",
            }
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


def grouped(responses: Sequence[Response]) -> list[dict[str, Any]]:
    """Results in plain words: what reads the same is said once, with its topics; support first."""
    groups: dict[str, tuple[Plain, list[str]]] = {}
    for response in sorted(responses, key=lambda each: ORDER[each.result.positive]):
        plain = plain_result(response)
        groups.setdefault(plain.result, (plain, []))[1].append(plain.title)
    return [
        {
            "title": plain.result,
            "topics": topics,
            "meaning": plain.meaning,
            "next_step": plain.next_step,
        }
        for plain, topics in groups.values()
    ]


def next_date(asked: windows.Asked) -> str | None:
    if asked.next_opens_on is None:
        return None
    when = format_date(asked.next_opens_on, "long")
    return str(_("We will ask you again on %(day)s.", day=when))


def next_steps(found: screenings.Receipt) -> list[str]:
    """Promises only what has happened: that a human was told, or that there is none."""
    if is_awaited(found):
        told = _("Keep your phone with you. A clinician has been told.")
        gap = _("Nobody is on duty right now. Please do not wait: call one of the numbers.")
        return [
            str(_("Call one of the numbers above if you would like to talk now.")),
            str(told if found.alert and found.alert.owner_id else gap),
        ]
    if found.payload.is_positive:
        asked = _("A clinician looks after you and can see your answers.")
        alone = _("You can ask the clinic for a talk. Nobody is assigned to you yet.")
        return [
            str(asked if found.has_clinician else alone),
            str(_("You can call the clinic yourself at any time.")),
        ]
    return [str(_("There is nothing you need to do now.")), str(_("Help is there at any time."))]


def is_awaited(found: screenings.Receipt) -> bool:
    """Somebody is about to get in touch; not so on the receipt of what was settled long ago."""
    return found.alert is not None and found.alert.is_live


def in_touch(found: screenings.Receipt) -> str | None:
    alert = found.alert if is_awaited(found) else None
    if alert is None or alert.due_at is None or alert.owner_id is None:
        return None
    when = format_datetime(alert.due_at, "d MMMM, HH:mm")
    return str(_("A clinician has been told and should contact you by %(when)s UTC.", when=when))
