"""Reading the forms of oversight: what command is told, and whether the person is told later."""

from typing import Any

from flask import request
from flask_babel import force_locale, format_date, gettext

from models.vocabulary import Channel, CommandAsk, DelayReason, EmergencyReason, Ground
from welfare.policies.command_words import Speech, Told
from welfare.policies.delays import Wish
from welfare.web import forms
from welfare.web.languages import current_language, on_offer
from welfare.web.oversight_words import ASK_LABELS, DELAYS, EMERGENCIES, GROUND_LABELS
from welfare.web.wording import CHANNELS, LANGUAGE_NAMES

KEPT = ("ground", "told_until", "to", "channel", "language", "delay")
KEPT_DELAY = ("delay_reason", "delay_words", "delay_until")


def wish() -> Wish | None:
    """None where the person is told at once."""
    if forms.text(request.form, "delay") != "yes":
        return None
    return Wish(
        reason=forms.text(request.form, "delay_reason"),
        words=forms.text(request.form, "delay_words"),
        until_day=forms.day(request.form, "delay_until"),
    )


def told() -> Told:
    return Told(
        ground=forms.text(request.form, "ground"),
        asks=tuple(request.form.getlist("asks")),
        until_day=forms.day(request.form, "told_until"),
        to=forms.text(request.form, "to"),
        channel=forms.text(request.form, "channel"),
    )


def speech() -> Speech:
    """In the language that was chosen, of those that the site offers."""
    chosen = forms.text(request.form, "language")
    language = chosen if chosen in on_offer() else current_language()

    def say(sentence: str) -> str:
        with force_locale(language):
            return str(gettext(sentence))

    def day(given: Any) -> str:
        with force_locale(language):
            return str(format_date(given, "long"))

    return Speech(language, say, day)


def kept() -> dict[str, str]:
    """What the preview hands on, as it came."""
    return {name: forms.text(request.form, name) for name in (*KEPT, *KEPT_DELAY)}


def choices() -> dict[str, Any]:
    """What the forms of oversight offer."""
    return {
        "emergencies": [(each.value, EMERGENCIES[each]) for each in EmergencyReason],
        "delays": [(each.value, DELAYS[each]) for each in DelayReason],
        "grounds": [(each.value, GROUND_LABELS[each]) for each in Ground],
        "asks": [(each.value, ASK_LABELS[each]) for each in CommandAsk],
        "channels": [(each.value, CHANNELS[each]) for each in Channel],
        "languages_offered": [(code, LANGUAGE_NAMES[code]) for code in on_offer()],
    }
