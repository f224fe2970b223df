"""The words of letters: a stranger who reads one learns nothing about anybody."""

import re
from uuid import UUID

import pytest

from models.vocabulary import LetterKind
from welfare.gateways.letters import WORDS, Stationery, letter_id_in

LETTER = UUID(int=77)
STATIONERY = Stationery("Harbour", "https://harbour.example/", translate=str)
TELLING = re.compile(
    r"suicid|self.?harm|depress|ptsd|trauma|anxi|alcohol|mental|clinic|patient|diagnos|score"
    r"|questionnaire|screening|phq|gad|critical|alert|risk|crisis|urgent|answer",
    re.IGNORECASE,
)


def composed(kind):
    return STATIONERY.compose(
        letter_id=LETTER, kind=kind, to="noor@example.org", link_path="/en/join/token"
    )


def test_there_are_words_for_every_kind_of_letter():
    assert set(WORDS) == set(LetterKind) - {LetterKind.TEXT}  # it has the words of its letter


@pytest.mark.parametrize("kind", WORDS)
def test_a_letter_is_neutral(kind):
    letter = composed(kind)

    assert not TELLING.search(letter.subject + letter.body)
    assert not re.search(r"\d", letter.subject + letter.body)


@pytest.mark.parametrize("kind", WORDS)
def test_a_letter_leads_to_the_site(kind):
    letter = composed(kind)

    assert letter.to == "noor@example.org"
    assert "Harbour" in letter.subject
    assert "https://harbour.example/" in letter.body


def test_a_letter_sent_again_has_the_same_message_id():
    first, again = composed(LetterKind.NUDGE), composed(LetterKind.NUDGE)

    assert first.message_id == again.message_id == f"<{LETTER}@welfare.invalid>"


def test_letters_are_written_in_the_language_of_the_site():
    german = Stationery("Hafen", "https://h.example/", translate=lambda text: "{site}: bitte lesen")

    letter = german.compose(letter_id=LETTER, kind=LetterKind.NUDGE, to="a@b.example")

    assert letter.subject == "Hafen: bitte lesen"


def test_only_an_invitation_carries_its_link_and_that_below_the_sites_address():
    carrying = {kind for kind in WORDS if "/en/join/token" in composed(kind).body}

    assert carrying == {LetterKind.INVITATION}
    assert "https://harbour.example/en/join/token\n" in composed(LetterKind.INVITATION).body


def reminder(language="en", path="/{language}/message/token", stationery=STATIONERY):
    return stationery.remind(
        letter_id=LETTER, to="noor@example.org", language=language, link_path=path
    )


@pytest.mark.parametrize("path", ["", "/{language}/message/token"])
def test_a_reminder_is_neutral_and_leads_to_the_site(path):
    letter = reminder(path=path)

    assert not TELLING.search(letter.subject + letter.body)
    assert not re.search(r"\d", letter.subject + letter.body)
    assert letter.subject == "You have a message in Harbour"
    assert ("https://harbour.example/en/message/token\n" in letter.body) is bool(path)


def test_a_reminder_and_its_link_are_in_the_readers_language_if_the_site_offers_it():
    offered = {"fr": lambda text: "{site}: {link}", "en": str}
    stationery = Stationery("Port", "https://port.example/", translate=str, languages=offered)

    found = {each: reminder(each, stationery=stationery).body for each in ("en", "fr", "ar", "")}

    assert "/en/message/token" in found["en"]
    assert (
        found["fr"] == found["ar"] == found[""] == ("Port: https://port.example/fr/message/token")
    )


@pytest.mark.parametrize(
    ("message_id", "expected"),
    [
        (f"<{LETTER}@welfare.invalid>", LETTER),
        (f" {LETTER}@welfare.invalid ", LETTER),
        (f"<{LETTER}@elsewhere.example>", None),
        ("<7@welfare.invalid>", None),
        ("", None),
    ],
)
def test_a_message_id_of_ours_names_its_letter(message_id, expected):
    assert letter_id_in(message_id) == expected
