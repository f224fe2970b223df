"""The words are those of the form, for every item and every option, or there are none."""

import pytest

from models.instruments import ON_OFFER, NoWords, best_language, languages, words
from models.instruments.wording import Provenance, label_of

WITH_WORDS = [code for code, instrument in ON_OFFER.items() if instrument.wording_included]
WITHOUT = [code for code in ON_OFFER if code not in WITH_WORDS]


def english(code):
    return words(code, ON_OFFER[code].version, "en")


@pytest.mark.parametrize("code", WITH_WORDS)
def test_words_cover_exactly_the_items_and_the_options_of_the_form(code):
    wording = english(code)

    instrument = ON_OFFER[code]
    assert list(wording.items) == [item.id for item in instrument.items]
    for item in instrument.items:
        assert wording.item(item.id).strip()
        assert sorted(value for value, _ in wording.options(item.id)) == list(item.options)
        assert all(label.strip() for _, label in wording.options(item.id))


@pytest.mark.parametrize("code", WITH_WORDS)
def test_words_say_where_they_come_from_and_on_what_terms(code):
    wording = english(code)

    assert wording.provenance in Provenance
    assert all((wording.source, wording.citation, wording.licence, wording.attribution))
    assert languages(code, ON_OFFER[code].version) == ("en",)


@pytest.mark.parametrize("code", WITHOUT)
def test_a_skeleton_holds_no_words(code):
    version = ON_OFFER[code].version

    assert languages(code, version) == ()
    with pytest.raises(NoWords, match=code):
        words(code, version, "en")


@pytest.mark.parametrize(
    ("code", "version", "language"),
    [("phq-9", "1", "xx"), ("phq-9", "9", "en"), ("phq-9/..", "1", "en"), ("phq-9", "1", "../en")],
)
def test_words_that_are_not_held_are_refused_and_no_other_file_is_opened(code, version, language):
    with pytest.raises(NoWords):
        words(code, version, language)


@pytest.mark.parametrize(
    ("code", "item", "lead", "text"),
    [
        (
            "phq-9",
            "9",
            "Over the last 2 weeks, how often have you been bothered by any of the following "
            "problems?",
            "Thoughts that you would be better off dead or of hurting yourself in some way",
        ),
        (
            "phq-9",
            "10",
            "",
            "If you checked off any problems, how difficult have these problems made it for you "
            "to do your work, take care of things at home, or get along with other people?",
        ),
        (
            "pc-ptsd-5",
            "0",
            "Sometimes things happen to people that are unusually or especially frightening, "
            "horrible, or traumatic. For example:",
            "Have you ever experienced this kind of event?",
        ),
        (
            "pc-ptsd-5",
            "3",
            "In the past month, have you",
            "been constantly on guard, watchful, or easily startled?",
        ),
        (
            "k6",
            "4",
            "During the past 30 days, about how often did you feel",
            "so depressed that nothing could cheer you up?",
        ),
    ],
)
def test_an_item_is_read_with_its_own_lead(code, item, lead, text):
    wording = english(code)

    assert (wording.lead(item), wording.item(item)) == (lead, text)


def test_the_gate_of_pc_ptsd_5_gives_the_six_examples_of_the_form():
    assert english("pc-ptsd-5").examples == (
        "a serious accident or fire",
        "a physical or sexual assault or abuse",
        "an earthquake or flood",
        "a war",
        "seeing someone be killed or seriously injured",
        "having a loved one die through homicide or suicide",
    )


def test_the_lowest_option_of_gad_7_is_not_the_known_misprint():
    assert dict(english("gad-7").options("1"))[0] == "Not at all"


@pytest.mark.parametrize(("short", "long"), [("phq-2", "phq-9"), ("phq-8", "phq-9")])
def test_a_short_form_uses_the_words_of_the_long_one(short, long):
    first, second = english(short), english(long)

    assert first.items.items() <= second.items.items()
    assert (first.stem, first.shared_options) == (second.stem, second.shared_options)


def test_audit_c_uses_the_words_of_the_first_three_items_of_the_audit():
    short, long = english("audit-c"), english("audit")

    assert [short.item(item) for item in "123"] == [long.item(item) for item in "123"]
    assert [short.options(item) for item in "123"] == [long.options(item) for item in "123"]


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (1, "Happened to me"),
        (8, "Part of my job"),
        (3, "Happened to me; Witnessed it"),
        (31, "Happened to me; Witnessed it; Learned about it; Part of my job; Not sure"),
        (32, "Doesn’t apply"),
    ],
)
def test_an_answer_of_several_ticked_options_is_read_with_all_of_them(value, answer):
    assert label_of(dict(english("lec-5").options("1")), value) == answer


def test_an_answer_of_one_option_is_never_taken_for_several():
    options = dict(english("phq-9").options("1"))

    assert [label_of(options, value) for value in (0, 3)] == ["Not at all", "Nearly every day"]


def test_lec_5_introduces_itself_in_the_words_of_the_form():
    wording = english("lec-5")

    assert wording.instruction.startswith("Listed below are a number of difficult or stressful")
    assert wording.instruction.endswith(
        "(e) you’re not sure if it fits; or (f) it doesn’t apply to you."
    )
    assert wording.stem.startswith("Be sure to consider your entire life")
    assert [label for _, label in wording.options("17")] == [
        "Happened to me",
        "Witnessed it",
        "Learned about it",
        "Part of my job",
        "Not sure",
        "Doesn’t apply",
    ]
    assert wording.item("17") == "Any other very stressful event or experience"


def test_the_audit_asks_in_the_words_of_the_interview_version():
    wording = english("audit")

    assert wording.instruction == (
        "Now I am going to ask you some questions about your use of alcoholic beverages during "
        "this past year."
    )
    assert all(
        wording.item(str(n)).startswith("How often during the last year") for n in range(4, 9)
    )


@pytest.mark.parametrize("code", ["audit", "audit-c", "who-5", "srq-20"])
def test_words_of_the_who_may_not_be_used_commercially_and_carry_its_notice(code):
    assert ON_OFFER[code].prohibits_commercial
    assert english(code).attribution.startswith("© World Health Organization")


@pytest.mark.parametrize("wanted", ["en", "fr", "ar", "", "../en"])
def test_the_words_to_show_are_the_wanted_ones_or_else_the_english_ones(wanted):
    assert best_language("phq-9", ON_OFFER["phq-9"].version, wanted) == "en"


def test_words_that_are_held_in_the_wanted_language_are_shown_in_it(monkeypatch, tmp_path):
    place = tmp_path / "made-up" / "1"
    place.mkdir(parents=True)
    for language in ("en", "fr"):
        (place / f"{language}.toml").touch()
    monkeypatch.setattr("models.instruments.wording.FOLDER", tmp_path)

    assert best_language("made-up", "1", "fr") == "fr"
    assert best_language("made-up", "1", "ar") == "en"
