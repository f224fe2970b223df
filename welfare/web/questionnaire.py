"""A questionnaire as its pages show it: items with their words, answers to check, next steps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from models.instruments import Words, best_language, find, words
from models.instruments.asking import shown_when
from models.instruments.definition import Item
from models.instruments.payload import Response
from models.instruments.wording import label_of
from models.programmes.unfinished import Kept, Version
from models.tables.care import Alert
from models.vocabulary import Phase
from welfare.services import drafts, screenings, windows
from welfare.web import zones
from welfare.web.check_words import this_check
from welfare.web.languages import Spoken, in_a_sentence, spoken
from welfare.web.result_words import Plain, plain_result
from welfare.web.wording import TITLES, problem

DECLINED = "none"
ORDER = {True: 0, None: 1, False: 2}  # of results: above a cut-point, not known, below


def held_words(code: str, language: str) -> Words:
    """The words to show on a page in this language: its own, or the English ones."""
    version = find(code).version
    return words(code, version, best_language(code, version, language))


def part(
    code: str, chosen: Mapping[str, str], problems: Mapping[str, str], *, language: str
) -> dict[str, Any]:
    """One part as `questionnaire/instrument.html` wants it."""
    held = held_words(code, language)
    return {
        "title": TITLES[code],
        "is_foreign": held.language != language,
        "stem": "",  # each item brings its own lead
        "recall": "",
        "attribution": spoken(held.attribution, held.language, page=language),
        "items": items(code, chosen, problems, language=language),
    }


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
    asked = definition.item(item_id)
    held = held_words(code, language)

    def said(text: str) -> Spoken:
        return spoken(text, held.language, page=language)

    name = f"{code}.{item_id}"
    is_first = item_id == definition.items[0].id
    item: dict[str, Any] = {
        "id": name,
        "name": name,
        "text": said(held.item(item_id)),
        "instruction": said(held.instruction) if is_first else "",
        "recall": "" if item_id in held.stems else said(held.recall),
        "stem": said(held.lead(item_id)),
        "options": [(value, said(label)) for value, label in held.options(item_id)],
        "several": asked.several,
        "alone": [option for option in asked.options if asked.stands_alone(option)],
        "chosen": _ticked(asked, chosen.get(item_id)),
        "error": problem(problems[name]) if name in problems else None,
        "critical": any(alert.item == item_id for alert in definition.alerts),
        "examples": [said(example) for example in held.examples] if is_first else [],
    }
    condition = shown_when(definition, asked)
    if condition is not None:
        earlier, values = condition
        item["shown_when"] = f"{code}.{earlier}={'|'.join(str(value) for value in values)}"
        item["shown_hint"] = _("Only if your answer to the first question asks for it.")
    return item


def _ticked(item: Item, given: str | None) -> str | list[str] | None:
    """The chosen option; where several may be ticked, all of them."""
    if not item.several or not given:
        return given
    if given.isdecimal():
        return [str(option) for option in item.ticked(int(given))]
    return given.split("+")


def checked(progress: drafts.Progress, number: int, *, language: str) -> dict[str, Any]:
    code = progress.parts[number - 1]
    held = held_words(code, language)
    url = url_for("parts.show", window_id=progress.window.id, number=number)
    return {
        "title": TITLES[code],
        "lead": spoken(held.stem, held.language, page=language),
        "change_url": url,
        "answers": [
            {
                "text": spoken(held.item(item), held.language, page=language),
                "answer": answer(held, item, value, language=language),
                "change_url": f"{url}#item-{code}.{item}",
            }
            for item, value in progress.answers[code].items()
        ],
    }


def answer(held: Words, item: str, value: int | None, *, language: str) -> Spoken:
    """An answer on a page in this language, in the words of the form."""
    words_of_it = label(dict(held.options(item)), value)
    return words_of_it if value is None else spoken(words_of_it, held.language, page=language)


def label(options: dict[int, str], value: int | None) -> str:
    return str(_("Preferred not to answer")) if value is None else label_of(options, value)


def named(name: str) -> str:
    """An item as a person knows it: the part's title and the question's number."""
    code, dot, item = name.rpartition(".")
    title = str(TITLES.get(code or name, code or name))
    return str(_("%(part)s, question %(n)s", part=title, n=item)) if dot else title


def chosen(value: int | None) -> str:
    return DECLINED if value is None else str(value)


def with_carried(
    items: list[dict[str, Any]], carried: Mapping[str, int | None]
) -> list[dict[str, Any]]:
    """What an earlier part has settled is chosen already, and says so."""
    for item in items:
        item_id = item["id"].rpartition(".")[2]
        if item_id in carried and item["chosen"] == chosen(carried[item_id]):
            options = {value: in_a_sentence(each) for value, each in item["options"]}
            answer = label(options, carried[item_id])
            item["hint"] = _(
                "You answered this before: %(answer)s. You can change it here.", answer=answer
            )
    return items


def versions(
    code: str, kept: Kept, carried: Mapping[str, int | None], *, language: str
) -> list[dict[str, Any]]:
    """The versions of a part in the order they were saved, and in what they differ."""
    held = held_words(code, language)
    whole = [replace(each, answers={**carried, **each.answers}) for each in kept.versions]
    found = sorted(whole, key=lambda each: each.at)
    items = [item.id for item in find(code).items]
    differing = [item for item in items if len({_given(each, item) for each in found}) > 1]
    return [
        {
            "at": each.at,
            "mark": each.mark,
            "is_chosen": each.mark == kept.chosen.mark and not kept.is_open,
            "same": sum(item in each.answers for item in items if item not in differing),
            "answers": [
                {
                    "key": spoken(held.item(item), held.language, page=language),
                    "value": _version_answer(held, each, item, language),
                }
                for item in differing
            ],
        }
        for each in found
    ]


def _given(version: Version, item: str) -> tuple[bool, int | None]:
    return item in version.answers, version.answers.get(item)


def _version_answer(held: Words, version: Version, item: str, language: str) -> Spoken:
    if item not in version.answers:
        return str(_("Not answered"))
    return answer(held, item, version.answers[item], language=language)


def why(due: windows.Due, *, today: date) -> str:
    if due.window.phase is Phase.CARE:
        return this_check(due.window)
    if due.incident is not None:
        when = format_date(due.incident_day, "long")
        return str(_("This happened on %(when)s: %(title)s.", when=when, title=due.incident))
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
    if found.payload.is_positive or is_critical(found):
        asked = _("A clinician looks after you and can see your answers.")
        alone = _("You can ask the clinic for a talk. Nobody is assigned to you yet.")
        return [
            str(asked if found.has_clinician else alone),
            str(_("You can call the clinic yourself at any time.")),
        ]
    return [str(_("There is nothing you need to do now.")), str(_("Help is there at any time."))]


def is_awaited(found: screenings.Receipt) -> bool:
    """Somebody is about to get in touch; not so on the receipt of what was settled before."""
    return found.alert is not None and found.alert.is_live


def is_critical(found: screenings.Receipt) -> bool:
    """Is support shown? Also where the same answer was told and settled earlier."""
    return is_awaited(found) or bool(found.payload.critical_items)


def in_touch(found: screenings.Receipt) -> str | None:
    alert = found.alert
    return None if alert is None or alert.owner_id is None else promised(alert)


def promised(alert: Alert | None) -> str | None:
    """Who will be in touch by when, while an alert is worked on; None when there is none."""
    if alert is None or not alert.is_live or alert.due_at is None:
        return None
    if alert.owner_id is None:
        return str(_("Nobody is on duty right now. Please do not wait: call one of the numbers."))
    when = zones.moment(alert.due_at, "d MMMM, HH:mm")
    return str(_("A clinician has been told and should contact you by %(when)s.", when=when))
