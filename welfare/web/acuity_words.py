"""The three short questions after a critical answer, and what was told, in words."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from welfare.policies.acuity import Acuity

# In the order in which they are asked; by the names under which they are kept.
QUESTIONS: dict[str, LazyString] = {
    "today": _later("Is it about today?"),
    "how": _later("Have you thought about how?"),
    "reach": _later("Is something you would use within reach?"),
}
CHOICES: dict[str, LazyString] = {
    "yes": _later("Yes"),
    "no": _later("No"),
    "skip": _later("Skip this"),
}


def said(told: Acuity) -> str:
    """What puts somebody before others, for a row of a list. Empty if nothing does."""
    words = [
        text
        for is_so, text in (
            (told.today, _("today")),
            (told.reach, _("means at hand")),
            (told.how, _("has thought about how")),
        )
        if is_so
    ]
    return str(_("Said: %(what)s", what=", ".join(words))) if words else ""


def answers(told: Acuity) -> list[tuple[str, str]]:
    """Each question with its answer, if any of them was answered."""
    if not told.is_told:
        return []
    return [(str(text), _answer(getattr(told, name))) for name, text in QUESTIONS.items()]


def _answer(given: bool | None) -> str:
    if given is None:
        return str(_("Not answered"))
    return str(CHOICES["yes" if given else "no"])
