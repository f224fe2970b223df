"""A person's record as the page shows it: codes become words, results become charts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models.instruments import Instrument, Result, Words, best_language, find, words
from models.instruments.payload import Response
from models.instruments.wording import ORIGINAL, label_of
from models.tables.care import Alert
from models.vocabulary import (
    AlertOutcome,
    AlertStatus,
    Channel,
    ContactResult,
    NextTry,
    Role,
)
from welfare.policies.alert_stories import AlertStory, Attempt
from welfare.policies.interviewing import Step
from welfare.policies.sent_screenings import Answered
from welfare.services import records, waivers
from welfare.web import acuity_words, struck_words
from welfare.web.check_words import check_name
from welfare.web.languages import Spoken, current_language, in_a_sentence, spoken
from welfare.web.wording import (
    CHANNELS,
    KINDS,
    LANGUAGE_NAMES,
    NEXT_TRIES,
    ORIGINS,
    OUTCOMES,
    PHASES,
    RANKS,
    RESULTS,
    ROLES,
    SEXES,
    clock,
    problem,
)
from welfare.web.zones import moment


def facts(view: records.PersonView) -> list[tuple[Any, ...]]:
    who = view.who
    known = [
        (_("Service number"), who.service_number, True),
        (_("Unit"), view.person.unit.name),
        (_("Phone"), who.phone, True),
        (_("Born"), str(who.birth_year or ""), True),
        (_("Sex"), SEXES.get(who.sex, "")),
        (_("Rank"), RANKS.get(who.rank_band, who.rank_band)),
        (_("Language"), LANGUAGE_NAMES.get(who.language, who.language)),
    ]
    return [fact for fact in known if fact[1]]


def printed(view: records.PersonView, role: Role | None, *, at: datetime) -> str:
    """Whose hands it came from, for paper: it lies about where a page would not."""
    who = f"{view.reader}, {ROLES[role]}" if role else view.reader
    return str(_("Printed by %(who)s on %(when)s. Confidential.", who=who, when=moment(at)))


def alert_card(
    story: AlertStory,
    screenings: Sequence[Answered],
    *,
    is_mine: bool,
    may_take: bool,
    problems: Mapping[str, str],
    given: Mapping[str, str],
    at: datetime,
) -> dict[str, Any]:
    alert = story.alert
    return {
        "heading": KINDS[alert.kind],
        "items": [(_item_words(item), _said(item, alert, screenings)) for item in story.items],
        "call": story.call,
        "acuity": acuity_words.answers(story.acuity),
        "raised_at": alert.raised_at,
        "due_at": alert.due_at,
        "clock": clock(alert.due_at, at) if alert.due_at else "",
        "is_late": bool(alert.due_at and alert.due_at < at),
        "is_new": alert.status is AlertStatus.RAISED,
        "attempts": [_attempt(attempt) for attempt in story.attempts],
        "next_try_at": story.attempts[-1].next_try_at if story.attempts else None,
        "acknowledge": url_for("people.acknowledge", alert_id=alert.id) if may_take else None,
        "contact": url_for("people.record_contact", alert_id=alert.id) if is_mine else None,
        "close": url_for("people.close", alert_id=alert.id) if is_mine else None,
        "results": [(each.value, RESULTS[each]) for each in ContactResult],
        "channels": [(each.value, CHANNELS[each]) for each in Channel],
        "next_tries": [(each.value, NEXT_TRIES[each]) for each in NextTry],
        "outcomes": [(each.value, OUTCOMES[each]) for each in AlertOutcome],
        "problems": {field: problem(code) for field, code in problems.items()},
        "given": dict(given),
    }


def open_alert(story: AlertStory, screenings: Sequence[Answered]) -> dict[str, Any]:
    """The same for paper, on which nothing can be done about it."""
    alert = story.alert
    return {
        "heading": KINDS[alert.kind],
        "when": moment(alert.raised_at),
        "items": [(_item_words(item), _said(item, alert, screenings)) for item in story.items],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "when": attempt.at,
        "by": attempt.by,
        "result": RESULTS[attempt.result],
        "kind": "good" if attempt.result is ContactResult.REACHED else "neutral",
        "channel": CHANNELS[attempt.channel],
        "words": attempt.words,
    }


def past_alert(story: AlertStory) -> dict[str, Any]:
    return {
        "when": story.alert.raised_at,
        "items": [_item_words(item) for item in story.items] or [KINDS[story.alert.kind]],
        "outcome": OUTCOMES[story.outcome] if story.outcome else _("Historic: no clock was run"),
        "words": story.outcome_words,
        "attempts": [_attempt(attempt) for attempt in story.attempts],
    }


def interview_card(
    step: Step,
    *,
    problems: Mapping[str, str],
    given: Mapping[str, str],
    today: date,
) -> dict[str, Any]:
    """An interview that is to come, and the form that says that it took place."""
    return {
        "day": step.day,
        "phase": PHASES[step.phase],
        "action": url_for("people.certify", screening_id=step.screening_id),
        "first": step.day.isoformat(),
        "last": today.isoformat(),
        "channels": [(each.value, CHANNELS[each]) for each in Channel],
        "problems": {field: problem(code) for field, code in problems.items()},
        "given": dict(given),
    }


def past_interview(step: Step) -> dict[str, Any]:
    talk = step.talk
    return {
        "day": step.day,
        "phase": PHASES[step.phase],
        "spoken_on": talk.spoken_on if talk else None,
        "channel": CHANNELS[talk.channel] if talk else "",
        "by": talk.by if talk else "",
        "certified_at": talk.certified_at if talk else None,
        "words": talk.words if talk else "",
    }


def checks(found: waivers.Checks, *, may_waive: bool) -> dict[str, Any]:
    """What is open, with the way to say that it is not needed; and what was missed."""
    return {
        "due": [
            {
                "name": check_name(window),
                "due_by": window.due_by,
                "waive": url_for("people.waive", window_id=window.id) if may_waive else None,
            }
            for window in found.due
        ],
        "missed": [
            {"name": check_name(window), "closed_on": window.closes_on} for window in found.missed
        ],
    }


def _item_words(item: str) -> str:
    """The question whose answer was critical, in the instrument's own words."""
    code, _dot, item_id = item.rpartition(".")
    text = words(code, find(code).version, ORIGINAL).item(item_id)
    text = in_a_sentence(_spoken(text, ORIGINAL))
    return str(_("%(code)s, question %(n)s: %(text)s", code=code.upper(), n=item_id, text=text))


def _said(item: str, alert: Alert, screenings: Sequence[Answered]) -> Spoken:
    """What the person answered to the critical question."""
    code, _dot, item_id = item.rpartition(".")
    sent = [each for each in screenings if each.id == alert.screening_id]
    responses = [each.payload.response(code) for each in sent]
    critical = [each for each in responses if each is not None and item in each.result.alerts]
    response = next(iter(critical), None)  # of two copies the one that raised the alert
    if response is None:
        return ""
    return _answer(_held(response), item_id, response)


def answered(each: Answered, *, may_strike: bool) -> dict[str, Any]:
    return {
        "day": each.day,
        "phase": PHASES[each.phase],
        "origin": _origin(each),
        "made_on": struck_words.made_on(each),
        "mistake": struck_words.mistake(each),
        "strike_url": struck_words.strike_url(each) if may_strike else None,
        "move_url": struck_words.move_url(each) if may_strike else None,
        "responses": [_response(response) for response in each.payload.responses],
    }


def _origin(each: Answered) -> str:
    if each.is_copy:
        return str(_("Second copy, with other answers"))
    if each.payload.part_of is not None:
        return str(_("A part, sent before the rest"))
    return str(ORIGINS[each.origin])


def _response(response: Response) -> dict[str, Any]:
    result = response.result
    definition = find(result.instrument, result.version)
    held = _held(response)
    critical = {item.rpartition(".")[2] for item in result.alerts}
    return {
        "title": _spoken(definition.title, ORIGINAL),
        "version": result.version,
        "language": response.language,
        "total": result.total,
        "highest": definition.total_range[1],
        "band": _spoken(result.band.capitalize(), ORIGINAL) if result.band else None,
        "positive": result.positive,
        "has_total": definition.total is not None,
        "counts": _counts(definition, held, result),
        "missing": sum(item.scored for item in definition.items) - result.answered,
        "items": [
            {
                "number": item.id,
                "text": _spoken(held.item(item.id), held.language),
                "answer": _answer(held, item.id, response),
                "value": response.answers.get(item.id),
                "is_critical": item.id in critical,
                "is_missing": response.answers.get(item.id) is None,
            }
            for item in definition.items
            if item.scored
        ],
    }


def _counts(definition: Instrument, held: Words, result: Result) -> list[tuple[str, int | None]]:
    """How often each route was ticked, on a form that is counted and not added up."""
    return [
        (label_of(dict(held.options(scale.items[0])), scale.option), result.scales[scale.code])
        for scale in definition.scales
        if scale.option is not None
    ]


def _held(response: Response) -> Words:
    """The words the person read; of an import in a language that is not held, the English ones."""
    code, version = response.instrument, response.result.version
    return words(code, version, best_language(code, version, response.language))


def _answer(held: Words, item: str, response: Response) -> Spoken:
    value = response.answers.get(item)
    if value is None:
        return str(_("Not answered"))
    return _spoken(label_of(dict(held.options(item)), value), held.language)


def _spoken(text: str, language: str) -> Spoken:
    return spoken(text, language, page=current_language())
