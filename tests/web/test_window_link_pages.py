"""Links in the hands of their readers: what the pages say, to whom, and what they never say."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from models.tables.people import Membership, Person
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Screening, Window
from models.vocabulary import LinkEnding, Role
from tests.factories import CALM, TODAY
from tests.services.reminders.conftest import change_identity, identity_of, new_scene
from tests.web.pages import links, steady
from welfare.policies.links import token_for as invitation_token
from welfare.web import forms

LINK = re.compile(r"https?://[^\s<]+(/(?:en|fr)/message/[\w-]+)")
DAY = timedelta(days=1)
CLINICAL = re.compile(
    r"suicid|depress|ptsd|trauma|mental|clinic|diagnos|screening|mission|check|deploy",
    re.IGNORECASE,
)


@pytest.fixture
def scene(make):
    make.reachable()
    return new_scene(make)


def path_of(scene):
    return f"/en/message/{scene.token}"


def come_in(visitor, scene, **facts):
    return visitor.post("/en/message", {"token": scene.token} | scene.facts | facts)


def inside(page):
    """What is read there, without the frame, which is the same on every page."""
    main = re.search(r"<main.*</main>", page.text, re.DOTALL).group()
    return re.sub(r"<[^>]+>", " ", main)


def text_of(page):
    """Without the language switch, which carries the address that was asked for, and the token."""
    text = re.sub(r"<nav.*?</nav>", "", page.text, flags=re.DOTALL)
    return re.sub(r'"token" value="[^"]*"', "", steady(text))


def test_the_page_of_a_link_says_nothing_about_whose_it_is_or_what_about(visit, edge, scene):
    page = visit().get(path_of(scene))

    said = inside(page).replace(scene.token, "")
    identity = identity_of(edge.database, scene.person.id)
    assert page.status_code == 200 and "You have a message" in said
    assert not CLINICAL.search(said)
    assert [each for each in identity.values() if each and each in said] == []
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_opening_a_link_notes_the_first_time_and_uses_nothing_up(visit, edge, make, scene):
    make.reminder(scene.window, link_id=scene.link.id, sent_at=make.now)

    first, *later = [(visit().get(path_of(scene)), edge.contents(but=())) for _ in range(3)]

    assert edge.rows(WindowLink)[0].opened_at is not None
    assert edge.rows(Reminder)[0].opened_at is not None
    assert {page.status_code for page, _ in (first, *later)} == {200}
    assert first[1] == later[0][1] == later[1][1]


def test_asking_for_the_head_of_a_page_is_not_opening_it(visit, edge, scene):
    visit().client.head(path_of(scene))

    assert edge.rows(WindowLink)[0].opened_at is None


def test_a_reader_answers_with_two_facts_and_no_password(visit, edge, scene):
    visitor = visit()

    opened = come_in(visitor, scene)
    due = visitor.get(opened.headers["Location"])
    asked = f"/en/me/screenings/{scene.window.id}"
    form = {"submission_id": "00000000-0000-0000-0000-000000000001"} | forms.answer_fields(CALM)
    sent = visitor.post(f"{asked}/send", form)
    receipt = visitor.get(sent.headers["Location"])
    left = visitor.post("/en/sign-out")

    assert opened.headers["Location"] == "/en/me/"
    assert asked in links(due.text)
    assert receipt.status_code == 200 and "Sign out now" in receipt.text
    assert [each.window_id for each in edge.rows(Screening)] == [scene.window.id]
    assert visitor.get(left.headers["Location"]).text.count("You are signed out") > 0
    assert visitor.get("/en/me/").status_code == 401


def test_whoever_came_by_a_link_finds_one_page_in_the_navigation(visit, scene):
    visitor = visit()
    come_in(visitor, scene)

    page = visitor.get("/en/me/")

    bar = re.search(r'<ul class="w-nav__list".*?</ul>', page.text, re.DOTALL).group()
    assert links(bar) == {"/en/me/"}
    assert "My account" not in page.text and "/en/me/history" not in page.text


def test_other_windows_and_other_results_stay_closed(visit, make, scene):
    other = make.window(scene.person.id, code="other", due_by=TODAY + DAY)
    past = make.screening(scene.person)
    visitor = visit()
    come_in(visitor, scene)

    due = visitor.get("/en/me/").text
    refused = [
        visitor.get(path).status_code
        for path in (
            f"/en/me/screenings/{other.id}",
            f"/en/me/receipts/{past.id}",
            "/en/me/history",
            "/en/me/readers",
            "/en/account",
            "/en/password",
            "/en/sessions",
            "/en/roles",
        )
    ]

    assert str(other.id) not in due
    assert refused == [404, 404, 403, 403, 403, 403, 403, 403]


def test_a_link_gives_staff_none_of_their_duties(visit, make):
    clinician = make.reachable()
    with make.database.reading() as session:
        person = session.get_one(Person, clinician.person_id)
    scene = new_scene(make, person=person)
    visitor = visit()
    come_in(visitor, scene)

    assert visitor.get("/en/me/").status_code == 200
    assert visitor.get("/en/work-list").status_code == 403


def answered(make, it):
    screening = make.screening(it.person)
    with make.kept() as session:
        session.get_one(Screening, screening.id).window_id = it.window.id


def changed(make, table, it, **values):
    owner = table.id if table is Window else table.person_id
    key = it.window.id if table is Window else it.person.id
    with make.kept() as session:
        session.execute(update(table).where(owner == key).values(**values))


OVER = {
    "used": lambda make, it: changed(make, WindowLink, it, used_at=make.now),
    "too old": lambda make, it: changed(make, WindowLink, it, expires_at=make.now),
    "refused": lambda make, it: changed(
        make, WindowLink, it, revoked_at=make.now, closed_for=LinkEnding.NOT_ME
    ),
    "answered": answered,
    "closed": lambda make, it: changed(make, Window, it, closes_on=TODAY - DAY),
    "left": lambda make, it: changed(make, Membership, it, until_day=TODAY - DAY),
    "disabled": lambda make, it: make.actor(person=it.person, disabled_at=make.now),
}
WRITTEN_TO = {"used", "too old"}
# Whoever holds the link must not learn from the offer whether its window was answered.
OFFERED = OVER.keys() - {"refused"}


def test_every_link_that_does_not_work_gets_one_page_and_only_its_owner_a_new_one(
    visit, make, edge
):
    scenes = {name: new_scene(make) for name in OVER}
    for name, end in OVER.items():
        end(make, scenes[name])
    stranger = visit()

    shown = {name: stranger.get(path_of(each)) for name, each in scenes.items()}
    shown["unknown"] = stranger.get("/en/message/unknown")
    sent = {name: come_in(stranger, each) for name, each in scenes.items()}
    offered = {name for name, page in shown.items() if "Send me a new link" in page.text}
    asked = [
        stranger.post("/en/message/another", {"token": each.token}) for each in scenes.values()
    ]

    assert {page.status_code for page in (*shown.values(), *sent.values())} == {404}
    assert offered == OFFERED
    assert len({text_of(page) for name, page in shown.items() if name in offered}) == 1
    assert len({text_of(page) for name, page in shown.items() if name not in offered}) == 1
    assert len({text_of(page) for page in asked}) == 1
    assert {each.person_id for each in edge.rows(Reminder)} == {
        scenes[name].person.id for name in WRITTEN_TO
    }


def test_a_link_used_twice_opens_once_and_leads_its_own_browser_on(visit, scene):
    owner, stranger = visit(), visit()
    come_in(owner, scene)

    again, elsewhere = owner.get(path_of(scene)), come_in(stranger, scene)

    assert again.headers["Location"] == "/en/me/"
    assert elsewhere.status_code == 404


def test_an_invitation_is_no_link_to_a_window(visit, edge, scene):
    token = invitation_token(edge.database.keys, scene.link.id)

    assert visit().get(f"/en/message/{token}").status_code == 404
    assert visit().get(f"/en/join/{scene.token}").status_code == 404


def test_whoever_got_a_forwarded_link_is_asked_what_only_its_owner_knows(visit, edge, scene):
    stranger = visit()

    answers = [come_in(stranger, scene, birth_year="1991") for _ in range(6)]

    assert [each.status_code for each in answers] == [422] * 5 + [404]
    assert "does not fit" in answers[0].text
    assert scene.facts["service_number"] not in answers[0].text
    assert edge.rows(WindowLink)[0].closed_for is LinkEnding.WRONG_CODES
    assert stranger.get("/en/me/").status_code == 401


def test_this_is_not_me_ends_the_link_without_asking_anything(visit, edge, make, scene):
    make.reminder(scene.window, link_id=scene.link.id, sent_at=make.now)
    stranger = visit()

    thanks = stranger.post("/en/message/not-me", {"token": scene.token})

    assert thanks.status_code == 200 and "Nobody was told who you are" in thanks.text
    assert "Send me a new link" not in stranger.get(path_of(scene)).text
    assert edge.rows(WindowLink)[0].closed_for is LinkEnding.NOT_ME
    assert edge.rows(Reminder)[0].bounced_at is not None


def test_an_officer_gets_a_code_to_print_that_names_nobody(visit, make, edge, scene):
    officer = visit(make.actor(Role.WELFARE_OFFICER))
    change_identity(make, scene.person.id, email="")

    page = officer.post(f"/en/windows/{scene.window.id}/link")

    path = LINK.search(unescape(page.text)).group(1)
    said = inside(page)
    identity = identity_of(edge.database, scene.person.id)
    assert page.status_code == 201 and "<svg" in page.text
    assert not CLINICAL.search(said)
    assert [each for each in identity.values() if each and each in said] == []
    assert visit().get(path).status_code == 200


def test_an_officer_sends_one_more_letter_and_is_told_why_not_another(
    visit, make, edge, scene, rung
):
    officer = visit(make.actor(Role.WELFARE_OFFICER))
    address = f"/en/windows/{scene.window.id}/letter"

    pages = []
    for _ in range(2):
        home = officer.get(officer.post(address).headers["Location"])
        pages.append(officer.get(home.headers["Location"]).text)

    assert edge.count(Reminder) == 1 and rung
    assert "The letter is on its way." in pages[0]
    assert "A letter was sent today already." in pages[1]


def test_a_refused_window_looks_like_a_missing_one(visit, make, scene):
    stranger = visit(make.actor(Role.WELFARE_OFFICER, make.unit("Elsewhere")))
    missing = "00000000-0000-0000-0000-000000000000"

    for end in ("letter", "link"):
        refused = stranger.post(f"/en/windows/{scene.window.id}/{end}")
        nothing = stranger.post(f"/en/windows/{missing}/{end}")
        assert refused.status_code == 404 == nothing.status_code
        assert steady(refused.text) == steady(nothing.text)
