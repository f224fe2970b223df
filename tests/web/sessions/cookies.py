"""Cookies, other sites and what a browser keeps."""

from tests.web.sessions.cases import case
from tests.web.sessions.world import KEYS, RIGHT, WORK, is_in, is_out, token_of
from welfare.app import create_app
from welfare.config import Settings


@case
def the_cookies_are_out_of_reach_of_script_and_of_other_sites(it):
    browser = it.sign_in(it.browser())
    for name in ("welfare", "welfare-device"):
        cookie = browser.client.get_cookie(name)
        assert cookie.http_only and cookie.same_site == "Lax" and cookie.path == "/"
    assert browser.client.get_cookie("welfare").max_age is None


@case
def behind_tls_the_cookies_are_bound_to_this_host(it):
    settings = Settings.from_environment({"WELFARE_SITE_URL": "https://localhost/"})
    app = create_app(settings, it.database)
    client = app.test_client()
    page = client.get("/en/sign-in", base_url="https://localhost")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(
        "/en/sign-in", data=RIGHT | {"csrf_token": token}, base_url="https://localhost"
    )
    (cookie,) = [
        each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-welfare=")
    ]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


@case
def the_device_cookie_of_somebody_opens_nothing_for_anybody(it):
    owner = it.sign_in(it.browser())
    thief = it.browser()
    thief.client.set_cookie("welfare-device", token_of(owner, "welfare-device"))
    assert is_out(thief)
    thief.client.set_cookie("welfare", token_of(owner, "welfare-device"))
    assert is_out(thief)


@case
def an_attack_does_not_lock_the_owner_out_of_a_known_browser(it):
    owner = it.sign_in(it.browser())
    owner.post("/en/sign-out")
    for _ in range(6):
        it.browser().post("/en/sign-in", RIGHT | {"password": "not the right one"})
    assert "too many tries" in it.browser().post("/en/sign-in", RIGHT).text
    assert is_in(it.sign_in(owner))


@case
def staff_are_not_known_before_the_second_factor(it):
    browser = it.browser()
    browser.post("/en/sign-in", RIGHT)
    assert token_of(browser) and not token_of(browser, "welfare-device")


@case
def a_form_from_another_site_does_nothing(it):
    browser = it.browser(it.session())
    answer = browser.post("/en/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and is_in(browser)
    assert browser.client.post("/en/sign-out").status_code == 400 and is_in(browser)


@case
def what_was_shown_to_somebody_signed_in_is_not_kept_by_the_browser(it):
    browser = it.browser(it.session())
    for path in (WORK, "/en/account", KEYS, "/en/sessions"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"
