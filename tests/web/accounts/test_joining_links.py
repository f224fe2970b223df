"""The link with which a newcomer comes in: once, with a fact, and silent to strangers."""

import re

from models.tables.doors import Invitation
from models.vocabulary import LinkEnding
from tests.factories import PASSWORD
from tests.web.accounts.asking import add, join, link_in
from tests.web.pages import links
from welfare.policies.passwords import hashed


def test_every_link_that_does_not_work_gets_the_same_page(make, visit, edge, first):
    used, old, withdrawn = (
        link_in(add(first, make, role="member", login=name, service_number=f"SN-{name}"))
        for name in ("one.one", "two.two", "six.six")
    )
    stranger = visit()
    join(visit(), used, "eone")
    rows = {each.id: each for each in edge.rows(Invitation)}
    with make.kept() as session:
        for number, each in enumerate(sorted(rows)):
            if number:
                link = session.get_one(Invitation, each)
                link.expires_at = make.now if number == 1 else link.expires_at
                link.revoked_at = make.now if number == 2 else None

    pages = [
        stranger.get(path) for path in (used, old, withdrawn, "/en/join/unknown", "/en/join/" + "é")
    ]
    sent = [join(stranger, path, "eone") for path in (used, old, withdrawn, "/en/join/x")]
    refused = stranger.post("/en/join/not-me", {"token": "x"})

    assert {page.status_code for page in [*pages, *sent, refused]} == {404}
    assert len({text_of(page) for page in [*pages, *sent, refused]}) == 1
    assert "This link does not work any more" in pages[0].text


def text_of(page):
    """Without the language switch, which carries the address that was asked for."""
    return re.sub(r"<nav.*?</nav>", "", page.text, flags=re.DOTALL)


def test_opening_a_link_uses_nothing_up_and_tells_no_browser_to_keep_it(make, visit, edge, first):
    path = link_in(add(first, make, role="member"))
    before, stranger = edge.contents(but=()), visit()

    pages = [stranger.get(path) for _ in range(3)]

    assert edge.contents(but=()) == before
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_this_is_not_me_ends_the_link_and_shows_on_the_makers_page(make, visit, edge, first, rung):
    path = link_in(add(first, make, role="member"))
    stranger = visit()

    thanks = stranger.post("/en/join/not-me", {"token": path.rpartition("/")[2]})

    (link,) = edge.rows(Invitation)
    assert thanks.status_code == 200 and stranger.get(path).status_code == 404
    assert link.closed_for is LinkEnding.NOT_ME and rung
    assert "This is not me" in first.get(f"/en/accounts/{link.account_id}").text


def test_a_form_of_a_link_that_is_not_right_is_shown_again(make, visit, edge, first):
    path = link_in(add(first, make, role="member"))
    stranger = visit()

    for wrong, said in (
        ({"fact": "0000"}, "This does not fit"),
        ({"again": "other"}, "not the same"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"own_email": "nowhere"}, "Please give an e-mail address"),
    ):
        page = join(stranger, path, **{"fact": "7788"} | wrong)
        assert page.status_code == 422 and said in page.text, wrong
    assert edge.rows(Invitation)[0].failures == 1


def test_the_fifth_wrong_fact_is_counted_and_ends_the_link(make, visit, edge, first):
    path = link_in(add(first, make, role="member"))
    stranger = visit()

    answers = [join(stranger, path, "0000").status_code for _ in range(6)]

    assert answers == [422, 422, 422, 422, 404, 404]
    assert edge.rows(Invitation)[0].failures == 5


def test_a_forgotten_password_gets_the_same_answer_for_everybody(make, visit, rung):
    make.actor(login="noor", disabled_at=make.now)
    make.actor(login="ada", password_hash=hashed(PASSWORD))
    stranger = visit()

    answers = [
        stranger.post("/en/forgotten", {"login": name}) for name in ("noor", "ada", "nobody", "")
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert rung == []
    assert "/en/forgotten" in links(stranger.get("/en/sign-in").text)
