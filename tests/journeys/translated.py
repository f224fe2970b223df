"""Our own sentences in the language of a page, as its readers know them."""

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

import welfare.web

FOLDER = Path(welfare.web.__file__).parent / "translations"


@cache
def words_of(language: str) -> Callable[[str], str]:
    """From an English sentence of ours to the same in this language; others stay as they are."""
    if language == "en":
        return NullTranslations().gettext
    return translation("messages", FOLDER, [language]).gettext
