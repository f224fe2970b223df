"""Coming in, going out, changing role and password, through the pages."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from models.tables.accounts import Account, Post, SignInCounter
from models.vocabulary import Role
from tests.factories import PASSWORD, TODAY
from tests.web.pages import steady
from welfare.policies import passwords

HOMES = {
    Role.MEMBER: "/en/me/",
    Role.CLINICIAN: "/en/work-list",
    Role.CLINIC_LEAD: "/en/work-list",
    Role.PRIVACY_OFFICER: "/en/releases/",
    Role.COMMANDER: "/en/figures/",
    Role.ADMINISTRATOR: "/en/site/",
    Role.AUDITOR: "/en/trail/",
}
RIGHT = {"login": "noor", "password": PASSWORD}


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch):
    """The same algorithm at its lowest cost."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody has this"))


@pytest.fixture
def actor(make):
    kept = passwords.hashed(PASSWORD)
    return make.actor(Role.CLINICIAN, login="noor", password_hash=kept)


@pytest.mark.parametrize("role", Role)
def test_everybody_comes_home_to_a_page_of_their_role(visit, make, role):
    home = visit(make.actor(role)).get("/en/")

    assert home.headers["Location"] == HOMES[role]


def test_a_stranger_is_asked_to_sign_in_and_told_so(visit):
    assert visit().get("/en/").headers["Location"] == "/en/sign-in"
    refused = visit().get("/en/work-list")
    assert refused.status_code == 401
    assert 'href="/en/sign-in"' in refused.text


def test_signing_in_leads_home_and_signing_out_ends_it(visit, actor):
    browser = visit()

    assert browser.post("/en/sign-in", RIGHT).headers["Location"] == "/en/"
    token = browser.client.get_cookie("welfare").value
    assert browser.get("/en/work-list").status_code == 200
    browser.post("/en/sign-out")
    browser.client.set_cookie("welfare", token)

    assert browser.get("/en/work-list").status_code == 401


def test_the_session_cookie_is_out_of_reach_of_script(visit, actor):
    cookie = visit().post("/en/sign-in", RIGHT).headers.getlist("Set-Cookie")

    (session,) = [each for each in cookie if each.startswith("welfare=")]
    assert "HttpOnly" in session and "SameSite=Lax" in session
    assert "Expires" not in session and "Max-Age" not in session


@pytest.mark.parametrize(
    "wrong", [{"password": "not the right one"}, {"login": "nobody"}, {"password": ""}]
)
def test_every_wrong_sign_in_shows_the_same_page(visit, actor, wrong, edge):
    browser = visit()
    form = RIGHT | wrong

    page = browser.post("/en/sign-in", form)
    usual = visit().post("/en/sign-in", RIGHT | {"password": "quite another one"})

    assert page.status_code == usual.status_code == 422
    shown = steady(page.text).replace(f'value="{form["login"]}"', 'value="noor"')
    assert shown == steady(usual.text)
    assert "welfare=" not in "".join(page.headers.getlist("Set-Cookie")).replace(
        "welfare-form=", ""
    )


def test_failures_are_counted_though_the_page_is_a_refusal(visit, actor, edge):
    for _ in range(5):
        visit().post("/en/sign-in", RIGHT | {"password": "not the right one"})

    page = visit().post("/en/sign-in", RIGHT)

    assert page.status_code == 422 and "too many tries" in page.text
    assert {each.failures for each in edge.rows(SignInCounter)} == {5}


def test_a_made_up_or_old_cookie_is_nobodys(visit, make, actor):
    begun = datetime.now(UTC) - timedelta(hours=13)
    for token in ("", "made-up", make.web_session(actor, created_at=begun)):
        browser = visit()
        browser.client.set_cookie("welfare", token)
        assert browser.get("/en/work-list").status_code == 401


def test_a_disabled_account_is_out_at_its_next_step(visit, make, actor):
    browser = visit(actor)
    assert browser.get("/en/work-list").status_code == 200
    with make.kept() as session:
        session.get_one(Account, actor.account_id).disabled_at = make.now

    assert browser.get("/en/work-list").status_code == 401


def test_a_first_password_must_be_changed_before_anything_else(visit, make):
    kept = passwords.hashed(PASSWORD)
    browser = visit(make.actor(Role.CLINICIAN, password_hash=kept, must_change_password=True))

    for path in ("/en/work-list", "/en/"):
        assert browser.get(path).headers["Location"] == "/en/password"
    form = {"old": PASSWORD, "new": "another quiet river", "again": "another quiet river"}
    assert browser.post("/en/password", form).headers["Location"] == "/en/"

    assert browser.get("/en/work-list").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"old": PASSWORD, "new": "another quiet river", "again": "another quiet rover"},
        {"old": "wrong", "new": "another quiet river", "again": "another quiet river"},
        {"old": PASSWORD, "new": "short", "again": "short"},
    ],
)
def test_a_password_that_cannot_be_set_is_not_shown_back(visit, actor, form):
    page = visit(actor).post("/en/password", form)

    assert page.status_code == 422
    assert not [word for word in form.values() if f'value="{word}"' in page.text]


def test_a_new_password_ends_the_sessions_of_other_browsers(visit, actor):
    here, there = visit(actor), visit(actor)
    form = {"old": PASSWORD, "new": "another quiet river", "again": "another quiet river"}

    here.post("/en/password", form)

    assert (here.get("/en/work-list").status_code, there.get("/en/work-list").status_code) == (
        200,
        401,
    )


def test_changing_role_changes_what_can_be_seen_and_the_token(visit, make, actor):
    post = make.post(actor, Role.COMMANDER, make.unit("Another contingent"))
    browser = visit(actor)
    token = browser.client.get_cookie("welfare").value
    assert str(post.id) in browser.get("/en/roles").text

    browser.post("/en/roles", {"post": str(post.id)})

    assert browser.client.get_cookie("welfare").value != token
    assert browser.get("/en/figures/").status_code == 200
    assert browser.get("/en/work-list").status_code == 403


@pytest.mark.parametrize("post", ["", "not-an-id"])
def test_a_role_must_be_chosen_from_the_list(visit, actor, post):
    assert visit(actor).post("/en/roles", {"post": post}).status_code == 422


def test_whoever_lost_the_last_role_is_told_so_and_sees_nothing(visit, make, actor):
    browser = visit(actor)
    with make.kept() as session:
        for post in session.query(Post).filter_by(account_id=actor.account_id):
            post.until_day = TODAY - timedelta(days=1)

    home = browser.get("/en/")

    assert home.headers["Location"] == "/en/roles"
    assert "You hold no role at present" in browser.get("/en/roles").text
    assert browser.get("/en/work-list").status_code == 403
