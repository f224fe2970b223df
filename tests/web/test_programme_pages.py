"""Programmes in pages: copied and changed without script; nothing that was typed is lost."""

import re
import tomllib
from dataclasses import replace
from html import unescape

import pytest

from models.programmes import ProgrammeRefused, codes, load, read
from models.programmes.checking import problems_of
from models.programmes.reading import build
from models.tables.programmes import SiteProgramme
from models.vocabulary import Phase, Role, WindowStatus
from tests.factories import CALM
from tests.models.programmes import test_reading as readings
from tests.models.programmes.lives import EVERYTHING
from tests.web.pages import actions, steady
from welfare.policies.programme_changes import State
from welfare.web import programme_form, programme_page, programme_words
from welfare.web.wording import PHASES

HOME = "/en/programmes/"
FIELD = re.compile(
    r'<input [^>]*?name="([^"]+)" type="(?:text|date)"(?: value="([^"]*)")?'
    r'|<input type="hidden" name="([^"]+)" value="([^"]*)"'
    r'|<input [^>]*?name="([^"]+)" type="(?:radio|checkbox)" value="([^"]*)" checked'
)
SELECT = re.compile(r'<select [^>]*?name="([^"]+)".*?</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')
FOUND = CALM | {
    "pc-ptsd-5": {"0": 1, "1": 1, "2": 1, "3": 1, "4": 0, "5": 0},
    "pcl-5": {str(number): 2 for number in range(1, 21)},
}


WRONG_WINDOWS = [
    ({"w1__opens": "soon"}, "Opens: Please give a whole number."),
    ({"w1__due": ""}, "Due: Please give a whole number."),
    ({"w1__opens": "500"}, "Opens: It would open after it is due."),
    ({"w1__code": "Big Letters"}, "Short name: Use small letters"),
    ({"w1__times": "3"}, "How often: Say after how many days"),
    ({"w1__times": "3", "w1__every": "1"}, "The next one would begin before"),
    ({"w1__times": "999"}, "How often: It must be from 1 to 200."),
    ({"w1__anchor": "departure"}, "It cannot be counted from this in this phase."),
    ({"w1__instead_of": "nothing"}, "There is no other ordinary window of this name."),
    ({"late_for": "-3"}, "Days of grace: It must be from 0 to 36600."),
    ({"title": " "}, "Title: Please fill this in."),
    ({"title": "T" * 121}, "Title: Please use at most 120 letters."),
    ({"code": "canada"}, "Short name: This is in use already."),
    ({"code": ""}, "Short name: Use small letters"),
]
WRONG_RULES = [
    ({"g1__at_least": "9"}, "From: It must be above 0 and at most 5."),
    ({"g1__female": "3", "g1__male": ""}, "From, for men: Give both numbers, or neither."),
    ({"g1__opens": "gad-2"}, "Opens: Everybody is asked this already."),
    ({"g1__instrument": "k10"}, "Questionnaire: It is not asked of everybody."),
    ({"answer_within_hours": "48"}, "It must be from 1 to 24 hours."),
    ({"nudges_before_escalation": "99"}, "The clinic lead would be told too late."),
    ({"asking": "everybody"}, "Who is asked more: "),
    ({"first_stage": "gad-2"}, "Nobody would be asked about suicide."),
    ({"asks.after": "gad-2"}, "Asks instead: Nobody would be asked about suicide."),
]
WRONG_DATES = [
    ({"preview_from": ""}, "Deployed from: Please give a date."),
    ({"preview_until": "1999-01-01"}, "Deployed until: The end is before the start."),
    ({"preview_leave": "0001-01-01"}, "End of leave: Please give a date."),
]


@pytest.fixture
def lead(make, visit):
    return visit(make.actor(Role.CLINIC_LEAD))


@pytest.fixture
def admin(make, visit):
    return visit(make.actor(Role.ADMINISTRATOR))


def fields(page):
    """A form as a browser would send it back, buttons left aside."""
    found = {}
    for name, text, hidden, value, ticked, choice in FIELD.findall(page.text):
        found.setdefault(name or hidden or ticked, []).append(unescape(text or value or choice))
    for select in SELECT.finditer(page.text):
        chosen = CHOSEN.search(select.group())
        first = re.search(r'<option value="([^"]*)"', select.group())
        found[select.group(1)] = [unescape((chosen or first).group(1))]
    found.pop("csrf_token", None)
    return found


def send(visitor, page, path, do, **changed):
    given = {name.replace("__", "."): [value] for name, value in changed.items()}
    return visitor.post(path, {**fields(page), **given, "do": do}, follow_redirects=True)


@pytest.mark.parametrize("kind", ["windows", "care"])
def test_a_form_that_is_sent_back_as_it_came_makes_an_unchanged_copy(lead, edge, kind):
    for code in codes():
        path, preset, copy = f"{HOME}{code}/{kind}", load(code), f"copy-{code}"
        page = lead.get(path)
        done = send(lead, page, path, "propose", code=copy, title=preset.title)
        assert "It is a copy that changes nothing yet." in done.text

    kept = {row.code: read(row.text, file="own") for row in edge.rows(SiteProgramme)}

    assert kept == {
        f"copy-{code}": replace(
            load(code), code=f"copy-{code}", version="1", made_from=load(code).name
        )
        for code in codes()
    }


def test_windows_are_added_and_removed_and_nothing_typed_is_lost(admin):
    path = HOME + "un-contingent/windows"
    page = admin.get(path)
    before = fields(page)

    added = send(admin, page, path, "add", title="Typed", w2__opens="soon")
    removed = send(admin, added, path, "remove-1", late_for="7")

    assert added.status_code == removed.status_code == 200
    assert fields(added) == before | {"title": ["Typed"], "w2.opens": ["soon"]} | {
        name: each for name, each in fields(added).items() if name not in before
    }
    assert fields(removed) == {
        name: each for name, each in fields(added).items() if not name.startswith("w1.")
    } | {"late_for": ["7"]}


def test_what_cannot_be_used_is_said_at_its_field_and_stays_there(admin, edge):
    path = HOME + "canada/windows"
    page = admin.get(path)

    for wrong, said in WRONG_WINDOWS:
        shown = send(admin, page, path, "propose", source="Typed", **wrong)
        typed = {name.replace("__", "."): [text] for name, text in wrong.items() if text.strip()}
        assert (shown.status_code, said in unescape(shown.text)) == (422, True), wrong
        assert fields(shown).items() >= {"source": ["Typed"], **typed}.items()
        assert "<title>Error:" in shown.text
    assert edge.count(SiteProgramme) == 0


def test_rules_that_cannot_be_meant_are_said_at_their_field(lead, edge):
    path = HOME + "canada/care"
    page = lead.get(path)

    for wrong, said in WRONG_RULES:
        shown = send(lead, page, path, "propose", **wrong)
        assert (shown.status_code, said in unescape(shown.text)) == (422, True), wrong
    assert edge.count(SiteProgramme) == 0


def test_the_preview_shows_the_windows_of_the_draft_and_keeps_nothing(admin, edge):
    path = HOME + "canada/windows"
    dates = {"preview_from": "2026-01-01", "preview_until": "2026-04-01"}

    page = send(admin, admin.get(path), path, "preview", w1__opens="10", w1__due="20", **dates)

    assert page.status_code == 200
    assert "11 Apr 2026" in page.text
    assert "21 Apr 2026" in page.text
    assert "<svg" in page.text
    assert edge.count(SiteProgramme) == 0


def test_dates_of_the_preview_that_cannot_be_used_are_refused(admin):
    path = HOME + "canada/windows"
    page = admin.get(path)

    for wrong, said in WRONG_DATES:
        shown = send(admin, page, path, "preview", **wrong)
        assert (shown.status_code, said in unescape(shown.text)) == (422, True), wrong


def test_the_greatest_numbers_that_are_taken_can_be_shown(admin):
    path = HOME + "us-current/windows"
    rare = {"w2__times": "200", "w2__every": "183", "w5__opens": "36600", "w5__due": "36600"}

    page = send(admin, admin.get(path), path, "preview", late_for="36600", **rare)

    assert page.status_code == 200
    assert "and " in page.text


def test_a_change_is_shown_with_its_losses_to_clinical_staff_alone(make, lead, visit, edge):
    make.screening(make.person(), FOUND)
    path = HOME + "canada/care"
    made = send(lead, lead.get(path), path, "propose", g1__at_least="4")
    (row,) = edge.rows(SiteProgramme)
    url = f"{HOME}changes/{row.id}"
    admin, clinician = visit(make.actor(Role.ADMINISTRATOR)), visit(make.actor(Role.CLINICIAN))

    assert "from 4 opens" in made.text
    for page in (made, clinician.get(url)):
        assert "On the answers of the last year" in page.text
    shown = admin.get(url)
    assert "On the answers of the last year" not in shown.text
    assert [each for each in actions(shown.text) if "/confirm" in each] == []
    assert admin.post(f"{url}/confirm").status_code == 404
    done = clinician.post(f"{url}/confirm", follow_redirects=True)
    assert "The new version is in force" in done.text
    assert clinician.post(f"{url}/confirm").status_code == 409


def test_a_change_of_others_looks_like_a_missing_one(make, lead, visit, edge):
    path = HOME + "canada/windows"
    send(lead, lead.get(path), path, "propose", late_for="9")
    (row,) = edge.rows(SiteProgramme)
    other = visit(make.actor(Role.CLINIC_LEAD, make.unit("Second Contingent")))
    missing = "00000000-0000-0000-0000-000000000000"

    for step in ("/confirm", "/refuse"):
        refused, unknown = (other.post(f"{HOME}changes/{each}{step}") for each in (row.id, missing))
        assert steady(refused.text) == steady(unknown.text)
        assert (refused.status_code, unknown.status_code) == (404, 404)


def test_an_own_programme_gets_a_next_version_and_the_earlier_one_can_be_read(lead, make, visit):
    path, own = HOME + "canada/windows", HOME + "own-canada"
    send(lead, lead.get(path), path, "propose")
    second = visit(make.actor(Role.ADMINISTRATOR))
    for days in ("", "9"):
        if days:
            page = lead.get(f"{own}/windows")
            assert 'name="code"' not in page.text
            send(lead, page, f"{own}/windows", "propose", late_for=days)
        (change,) = set(re.findall(rf"{HOME}changes/[0-9a-f-]+", second.get(HOME).text))
        second.post(f"{change}/confirm")

    assert "own-canada/2" in second.get(own).text
    assert "This is an earlier version." in second.get(f"{own}/1").text
    assert second.get(f"{own}/3").status_code == 404


def test_there_are_words_for_everything_that_can_be_said():
    said = {
        getattr(problem, "template", problem)
        for _key, problem in problems_of(replace(EVERYTHING, first_stage=(), windows=()))
    }

    assert said <= set(programme_words.SENTENCES)
    assert set(programme_words.STATES) == set(State)
    assert set(programme_words.STATUSES) == set(WindowStatus)
    assert set(PHASES) == set(Phase)
    assert set(programme_form.OFFERED) >= {"phq-2", "phq-9", "pcl-5", "srq-20"}


def test_whatever_is_said_of_a_file_pages_can_say_too():
    for said, instead, *_ in readings.SLIPS:
        try:
            programme = build(tomllib.loads(readings.TEXT.replace(said, instead, 1)), file="")
        except (ProgrammeRefused, tomllib.TOMLDecodeError):
            continue  # of a kind that no field can hold
        for _key, problem in problems_of(programme):
            assert getattr(problem, "template", problem) in programme_words.SENTENCES


def test_every_difference_can_be_told(app):
    empty = replace(EVERYTHING, windows=(), gates=(), first_stage=("phq-9", "gad-2"))
    with app.test_request_context("/en/"):
        rows = programme_page.difference_rows(EVERYTHING, empty)
        rows += programme_page.difference_rows(load("us-2013"), load("us-current"))

    assert len(rows) > 15
    assert all(isinstance(str(cell), str) and str(cell) for row in rows for cell in row)
