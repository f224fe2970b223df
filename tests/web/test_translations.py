"""Other languages: nothing of ours is left untranslated, and no translation breaks a sentence."""

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import welfare.web
from models.vocabulary import Language
from tests.architecture.code import ROOMS, ROOT, short, tree
from welfare.web.wording import LANGUAGE_NAMES

WEB = Path(welfare.web.__file__).parent
FOLDER = WEB / "translations"
LANGUAGES = [language.value for language in Language]
COMPLETE = ("fr",)
SKELETONS = ("ar",)  # shows that the house can stand from right to left
NAMED = dict.fromkeys(("_", "_later", "_now", "gettext", "lazy", "lazy_gettext"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
# What somebody in danger must be able to read, in every language on offer.
SAFETY = (
    "Need to talk now?",
    "You can talk to someone now",
    "Thank you for telling us. You are not in trouble for telling us.",
    "Nobody has been told yet",
    "Nobody is on duty right now. Please do not wait: call one of the numbers.",
    "A clinician has been told and should contact you by %(when)s.",
    "If a life is in danger now",
    "Call the emergency number of your camp or country, or go to the medical post.",
    "Stay with the person until help comes.",
    "Let someone call me",
    "Somebody will call you",
    "Nobody can call you back right now",
    "Commanders never see your answers or scores.",
    # an unfinished screening: who knows of it
    "Your answers in “%(part)s” are kept, but no person has seen them.",
    "A clinician is told when you send.",
    "You can send this part now and go on later.",
    "Finish that part, then you can send it at once.",
    "Send this part now",
    "You have told us",
    "Your session had ended. Your answers are still here, but not kept yet. Please continue.",
    "Nobody has been told. Please talk to somebody today.",
    "So nobody is told, whatever you answer. You decide what comes next.",
    # two copies of the same answers
    "You saved this part from two windows or devices. Which one is right?",
    "What you do not choose is kept until you send your answers, as long as there is room.",
    "We send the version in which you may need help.",
    "Both have been kept. Your first answers count. A clinician can see that there are two.",
    "Your answers were changed in another window. Please check them again.",
    # being called
    "A clinician calls you back. You are not in trouble for asking.",
    "A clinician calls you back. Your answers here are not sent along.",
    "A clinician has been told and should call you by %(when)s.",
    "We cannot take this wish now. Please do not wait: call one of these.",
    "Keep your phone with you. The number may be unknown to you.",
    # words in another language than the page
    "Language: %(language)s",
    "These questions are held in English only.",
)


def catalog(language):
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(language):
    """Every sentence that has a translation; of one with a plural its forms."""
    found = {}
    for message in catalog(language):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and all(forms):
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message, forms)
    return found


@pytest.fixture(scope="module")
def sentences():
    """Every sentence of pages, as `make words` finds them."""
    with (FOLDER / "extract.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = NAMED | {"ngettext": (1, 2)}
    found = extract_from_dir(
        WEB.parent, methods, options, keywords=keywords, comment_tags=(), strip_comment_tags=False
    )
    return {
        message if isinstance(message, str) else message[0] for _file, _line, message, *_ in found
    }


def test_no_sentence_is_marked_in_a_way_that_nobody_finds():
    """By a name that `make words` does not know, or in an f-string, into which it cannot see."""
    known = {*NAMED, "ngettext"}
    makefile = (ROOT / "Makefile").read_text()
    lost = [
        f"{short(room)}:{node.lineno}"
        for room in ROOMS
        for node in ast.walk(tree(room))
        if not imported(node) <= known or called(node) & known
    ]

    assert lost == []
    assert all(name in ("gettext", "_") or f"-k {name}" in makefile for name in known)


def imported(node):
    """As what somebody takes one of the functions that mark a sentence."""
    if not isinstance(node, ast.ImportFrom) or node.module != "flask_babel":
        return set()
    return {each.asname or each.name for each in node.names if each.name.endswith("gettext")}


def called(node):
    """What is called inside an f-string."""
    if not isinstance(node, ast.JoinedStr):
        return set()
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {each.id for each in calls if isinstance(each, ast.Name)}


def test_every_language_is_complete_or_says_that_it_is_a_skeleton():
    assert set(LANGUAGES) == {"en", *COMPLETE, *SKELETONS} == set(LANGUAGE_NAMES)
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == {*COMPLETE, *SKELETONS}


def test_there_are_many_sentences_to_translate(sentences):
    assert len(sentences) > 500


@pytest.mark.parametrize("language", COMPLETE)
def test_every_sentence_is_translated(language, sentences):
    assert sorted(sentences - translated(language).keys()) == []


@pytest.mark.parametrize("language", [*COMPLETE, *SKELETONS])
def test_what_matters_in_danger_is_translated_in_every_language(language, sentences):
    assert set(SAFETY) <= sentences
    assert sorted(set(SAFETY) - translated(language).keys()) == []


@pytest.mark.parametrize("language", [*COMPLETE, *SKELETONS])
def test_no_translation_loses_or_invents_a_value(language):
    for message, forms in translated(language).values():
        asked = set(
            PLACEHOLDER.findall(" ".join([*message.id] if message.pluralizable else [message.id]))
        )
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) <= asked, message.id
        assert set(PLACEHOLDER.findall(forms[-1])) == asked, message.id


@pytest.mark.parametrize("language", [*COMPLETE, *SKELETONS])
def test_a_translation_is_words_without_markup(language):
    marked = [key for key, (_m, forms) in translated(language).items() if "<" in "".join(forms)]

    assert marked == []


@pytest.mark.parametrize("language", [*COMPLETE, *SKELETONS])
def test_the_compiled_words_are_those_of_the_source(language):
    made = BytesIO()
    write_mo(made, catalog(language))

    stored = FOLDER / language / "LC_MESSAGES" / "messages.mo"

    assert stored.read_bytes() == made.getvalue()
