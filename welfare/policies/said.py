"""What a form of oversight has to hold: a reason from a closed list, and words beside it."""

from enum import StrEnum

from welfare.errors import InputRefused

WORDS_MOST = 1000
SIZE = 8192  # one size for everything that is said, so that its length says nothing


def problems_with(
    words: str, *, reason: str = "", reasons: type[StrEnum] | None = None
) -> dict[str, str]:
    """By field. Words are always needed: a code alone explains nothing to whoever reviews it."""
    found = {} if reasons is None or reason in set(reasons) else {"reason": "choose"}
    if not words.strip():
        found["words"] = "empty"
    if len(words) > WORDS_MOST:
        found["words"] = "too_long"
    return found


def insist_on(words: str, *, reason: str = "", reasons: type[StrEnum] | None = None) -> None:
    problems = problems_with(words, reason=reason, reasons=reasons)
    if problems:
        raise InputRefused(problems)
