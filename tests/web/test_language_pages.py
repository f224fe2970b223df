"""Pages in every language: the switch, the direction, and words that are held in English alone."""

import re

import pytest

from models import vault
from models.instruments.payload import unpack
from models.tables.places import CrisisContact
from models.tables.screenings import Screening
from models.vocabulary import Language, Role
from tests.factories import CALM, Factory
from tests.visitors import Visitor
from welfare.app import create_app
from welfare.config import Settings
from welfare.web.forms import answer_fields
from welfare.web.languages import RIGHT_TO_LEFT

LANGUAGES = [language.value for language in Language]
OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH_ONLY = {
    "fr": "Ces questions n’existent qu’en anglais.",
    "ar": "هذه الأسئلة متوفرة باللغة الإنجليزية فقط.",
}
ENGLISH_ITEM = '<span lang="en" dir="ltr">Little interest or pleasure in doing things</span>'


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor(Role.MEMBER)


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def visit_a_site(watched, make):
    """A stranger at a site that offers these languages."""

    def visit(languages):
        given = {"WELFARE_PLAIN_HTTP": "yes", "WELFARE_LANGUAGES": languages}
        return Visitor(create_app(Settings.from_environment(given), watched), make, None)

    return visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_direction_and_leads_to_the_others(language, visit):
    page = visit().get(f"/{language}/help").text

    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in page
    for other in LANGUAGES:
        is_offered = f'href="/{other}/help" hreflang="{other}"' in page
        assert is_offered == (other != language)


def test_from_right_to_left_the_other_style_sheet_is_used(visit):
    assert "app.rtl." in visit().get("/ar/help").text
    assert "app.rtl." not in visit().get("/fr/help").text


def test_an_unknown_language_is_a_missing_page(visit):
    assert visit().get("/xx/help").status_code == 404


def test_a_site_offers_the_languages_that_it_asked_for(visit_a_site):
    visitor = visit_a_site("fr,en")

    assert visitor.get("/").headers["Location"].startswith("/fr/")
    assert re.findall('hreflang="(..)"', visitor.get("/fr/help").text) == ["en"]
    assert visitor.get("/ar/help").status_code == 404


def test_what_is_missing_is_said_in_the_language_of_its_address_or_of_the_site(visit_a_site):
    visitor = visit_a_site("fr,en")

    assert '<html lang="fr"' in visitor.get("/nowhere").text
    assert '<html lang="en"' in visitor.get("/en/nowhere").text


def test_a_site_with_one_language_has_no_switch(visit_a_site):
    assert "hreflang" not in visit_a_site("en").get("/en/help").text


@pytest.mark.parametrize("language", OTHERS)
def test_questions_that_are_held_in_english_only_say_so(language, visit, member, window):
    page = visit(member).get(f"/{language}/me/screenings/{window.id}/parts/2").text

    assert ENGLISH_ONLY[language] in page
    assert ENGLISH_ITEM in page
    assert '<span lang="en" dir="ltr">Several days</span></label>' in page


def test_in_english_nothing_is_said_about_languages(visit, member, window):
    page = visit(member).get(f"/en/me/screenings/{window.id}/parts/2").text

    assert "English only" not in page
    assert 'lang="en" dir="ltr">Little' not in page


@pytest.mark.parametrize("language", OTHERS)
def test_a_response_keeps_the_language_of_the_words_that_were_read(
    language, visit, member, window, database
):
    visitor = visit(member)
    form = {"submission_id": str(window.id), "version": "", **answer_fields(CALM)}
    for number, code in enumerate(CALM, start=1):
        visitor.post(
            f"/{language}/me/screenings/{window.id}/parts/{number}",
            {"part": code, **answer_fields({code: CALM[code]})},
        )
    check = visitor.get(f"/{language}/me/screenings/{window.id}/check").text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', check))

    answer = visitor.post(f"/{language}/me/screenings/{window.id}/send", form | hidden)

    assert answer.status_code == 302
    assert ENGLISH_ITEM in check
    with database.reading() as session:
        kept = session.query(Screening).one()
        key = vault.key_for(session, person_id=kept.person_id)
        payload = unpack(vault.opened(key, kept, "payload"))
    assert {each.language for each in payload.responses} == {"en"}


@pytest.mark.parametrize("language", OTHERS)
def test_the_self_check_offers_the_same_topics_in_every_language(language, visit):
    visitor = visit()
    topics = r"/self-check/(\d+)"

    english = re.findall(topics, visitor.get("/en/self-check/").text)
    others = re.findall(topics, visitor.get(f"/{language}/self-check/").text)

    assert others == english != []
    assert ENGLISH_ONLY[language] in visitor.get(f"/{language}/self-check/1").text


@pytest.mark.parametrize("language", OTHERS)
def test_a_result_of_english_questions_shows_them_as_english(language, visit):
    answers = {f"phq-9.{number}": "0" for number in range(1, 10)}

    page = visit().post(f"/{language}/self-check/1", answers)

    assert page.status_code == 200
    assert ENGLISH_ITEM in page.text


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Langue\u00a0: anglais"), ("ar", "اللغة: الإنجليزية")]
)
def test_who_can_be_called_in_another_language_only_is_shown_with_it(language, said, visit, make):
    make.reachable()

    assert said in visit().get(f"/{language}/help").text
    assert "Language:" not in visit().get("/en/help").text


def test_who_speaks_the_language_of_the_page_is_shown_alone(visit, make):
    make.reachable()
    with make.kept() as session:
        session.add(a_contact(make, language="fr", name="Aumônier"))

    page = visit().get("/fr/help").text

    assert "Aumônier" in page
    assert "Field clinic" not in page


def test_a_language_that_nobody_knows_is_shown_by_its_code(visit, make):
    unknown = a_contact(make, language="tlh", name="Chaplain")
    with make.kept() as session:
        session.add(unknown)

    assert "Language: tlh" in visit().get("/en/help").text


def a_contact(make: Factory, **given: str) -> CrisisContact:
    usual = {"phone": "+00 555 0142", "hours": "08:00-22:00"}
    return CrisisContact(unit_id=make.root.id, **usual | given)
