"""Coming in, going out, changing role and password, through the pages."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from models.tables.accounts import Account, Post, SignInCounter
from models.tables.doors import TotpSecret
from models.vocabulary import Role
from tests.factories import APP_KEY, PASSWORD, TODAY
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
    Role.WELFARE_OFFICER: "/en/completion/",
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
    found = make.actor(Role.CLINICIAN, login="noor", password_hash=kept)
    make.app(found)
    return found


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
    assert browser.get("/en/").headers["Location"] == "/en/second-factor"
    assert browser.get("/en/second-factor").headers["Location"] == "/en/confirm"
    browser.post("/en/confirm/code", {"code": pyotp.TOTP(APP_KEY).now()})
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


def test_guessing_the_own_password_makes_wait_and_says_so(visit, actor):
    browser = visit(actor)
    form = {"old": "wrong", "new": "another quiet river", "again": "another quiet river"}
    for _ in range(5):
        assert "not your current password" in browser.post("/en/password", form).text

    page = browser.post("/en/password", form | {"old": PASSWORD})

    assert page.status_code == 422 and "too many tries" in page.text


def test_somebody_without_a_factor_is_led_to_set_one_up(visit, make):
    kept = passwords.hashed(PASSWORD)
    make.actor(Role.CLINICIAN, login="mara", password_hash=kept)
    browser = visit()

    browser.post("/en/sign-in", RIGHT | {"login": "mara"})

    assert browser.get("/en/second-factor").headers["Location"] == "/en/second-factor/mine"
    assert "Set up a second factor" in browser.get("/en/second-factor/mine").text
    assert browser.post("/en/second-factor/app").headers["Location"] == "/en/second-factor/app"
    page = browser.get("/en/second-factor/app").text
    key = page.partition("<code>")[2].partition("</code>")[0]
    assert 'viewBox="0 0 ' in page and len(key.replace(" ", "")) == 32
    code = pyotp.TOTP(key.replace(" ", "")).now()
    codes = browser.post("/en/second-factor/app/confirm", {"code": code})
    assert codes.text.count("<li><bdi><code>") == 10
    assert browser.get("/en/work-list").status_code == 200


def test_a_first_password_is_changed_before_the_second_factor_is_set_up(visit, make):
    kept = passwords.hashed(PASSWORD)
    make.actor(Role.CLINICIAN, login="mara", password_hash=kept, must_change_password=True)
    browser = visit()

    browser.post("/en/sign-in", RIGHT | {"login": "mara"})

    assert browser.get("/en/second-factor").headers["Location"] == "/en/password"


def test_the_last_factor_has_no_button_and_cannot_be_removed(visit, actor, edge):
    browser = visit(actor)
    (app,) = edge.rows(TotpSecret)

    page = browser.post(f"/en/second-factor/{app.id}/remove")

    assert page.status_code == 422 and "Your role needs a second factor" in page.text
    assert "Remove the app" not in page.text
    assert edge.count(TotpSecret) == 1


def test_without_a_factor_there_are_no_recovery_codes_to_make(visit, make):
    page = visit(make.actor()).post("/en/second-factor/codes")

    assert page.status_code == 422 and "Please set up an app or a passkey first." in page.text


def test_too_many_codes_make_wait_and_the_page_says_so(visit, make, actor):
    browser = visit()
    browser.client.set_cookie("welfare", make.web_session(actor, proved_at=None))
    for _ in range(5):
        wrong = browser.post("/en/confirm/code", {"code": "000000"})
        assert "Is the clock of your phone right?" in wrong.text

    page = browser.post("/en/confirm/code", {"code": pyotp.TOTP(APP_KEY).now()})

    assert page.status_code == 422 and "too many tries" in page.text


@pytest.mark.parametrize("path", ["/en/confirm/passkey", "/en/confirm/passkey/check"])
def test_a_passkey_that_is_not_there_is_refused(visit, actor, path):
    assert visit(actor).post(path, {"challenge": "x", "credential": "{}"}).status_code == 422


@pytest.mark.parametrize("name", ["endpoint", "_method", "_external", "_anchor", "_scheme", "lang"])
def test_fields_that_nobody_asked_for_lead_nowhere(visit, make, actor, name):
    make.passkey(actor)

    page = visit(actor).post("/en/confirm/passkey", {name: "POST", "to": "second_factor.show"})

    assert page.status_code == 200 and 'href="/en/confirm?to=second_factor.show"' in page.text


def test_the_own_list_of_sessions_shows_the_browser_in_plain_words(visit, actor):
    browser = visit()
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    browser.post("/en/sign-in", RIGHT, headers={"User-Agent": agent})
    browser.post("/en/confirm/code", {"code": pyotp.TOTP(APP_KEY).now()})

    page = browser.get("/en/sessions").text

    assert "Firefox, Android" in page and "This one" in page and "Gecko" not in page


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
