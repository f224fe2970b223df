"""The languages of pages: which one this page is in, which others there are, and where they run."""

from babel import Locale, UnknownLocaleError
from flask import current_app, g

RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})
APART, TOGETHER = "\u2068", "\u2069"  # what stands between them keeps its own direction
Spoken = str | dict[str, str]  # as templates say it: plain, or with its language and direction


def on_offer() -> tuple[str, ...]:
    """What this site offers, its first language in front."""
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    return offered


def current_language() -> str:
    return str(g.get("lang", on_offer()[0]))


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def spoken(text: str, language: str, *, page: str) -> Spoken:
    """Words on a page; in another language than the page's they say in which."""
    if language == page or not text:
        return text
    return {"text": text, "lang": language, "dir": direction(language)}


def in_a_sentence(said: Spoken) -> str:
    """The same inside a sentence of ours, set apart so that neither turns the other around."""
    return said if isinstance(said, str) else f"{APART}{said['text']}{TOGETHER}"


def name_of(language: str) -> str:
    """A language by its name in the language of this page; what nobody knows by its code."""
    try:
        return Locale.parse(language).get_language_name(current_language()) or language
    except (UnknownLocaleError, ValueError):
        return language
