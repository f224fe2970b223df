"""Tokens: stolen, planted, made up, read in pages or in the database."""

from models.tables.accounts import WebSession
from models.tables.doors import KnownDevice
from tests.factories import PASSWORD
from tests.web.sessions.cases import case
from tests.web.sessions.world import NEW, PASSWORDS, RIGHT, WORK, is_in, is_out, token_of


@case
def a_stolen_token_is_worth_nothing_after_the_owner_signs_out(it):
    owner = it.sign_in(it.browser())
    thief = it.browser(token_of(owner))
    owner.post("/en/sign-out")
    assert is_out(thief)


@case
def a_token_planted_before_signing_in_is_not_the_one_that_is_signed_in(it):
    planted = it.make.web_session(it.make.actor())
    victim = it.browser(planted)
    victim.client.set_cookie("welfare", "planted by somebody")
    it.sign_in(victim)
    assert is_in(victim) and token_of(victim) != "planted by somebody"
    assert is_out(it.browser("planted by somebody"))


@case
def a_session_that_a_browser_had_ends_when_somebody_signs_in_with_it(it):
    old = it.make.web_session(it.make.actor())
    browser = it.browser(old)
    browser.post("/en/sign-in", RIGHT)
    assert it.browser(old).get("/en/me/").status_code == 401


@case
def a_new_role_brings_a_new_token_and_the_old_one_is_worth_nothing(it):
    browser = it.browser(it.session())
    old = token_of(browser)
    browser.post("/en/roles", {"post": str(it.member.id)})
    assert token_of(browser) != old and is_out(it.browser(old))


@case
def a_new_password_ends_every_other_session_and_changes_this_token(it):
    here, there = it.browser(it.session()), it.browser(it.session())
    old = token_of(here)
    here.post(PASSWORDS, NEW)
    assert is_in(here) and is_out(there) and is_out(it.browser(old))


@case
def confirming_brings_a_new_token_and_the_old_one_is_worth_nothing(it):
    browser = it.browser(it.session())
    old = token_of(browser)
    browser.post("/en/confirm/password", {"password": PASSWORD})
    assert is_in(browser) and token_of(browser) != old and is_out(it.browser(old))


@case
def the_second_factor_brings_a_new_token_and_the_old_one_is_worth_nothing(it):
    browser = it.half()
    old = token_of(browser)
    browser.post("/en/confirm/code", {"code": it.code()})
    assert is_in(browser) and is_out(it.browser(old))


@case
def the_database_holds_digests_of_tokens_and_no_token(it):
    browser = it.sign_in(it.browser())
    rows = "".join(line for lines in it.edge.contents(but=()).values() for line in lines)
    assert token_of(browser) not in rows and token_of(browser, "welfare-device") not in rows
    assert it.edge.count(WebSession) and it.edge.count(KnownDevice)


@case
def no_token_stands_in_an_address_or_a_page(it):
    browser = it.sign_in(it.browser())
    pages = [browser.get(path) for path in ("/en/", WORK, "/en/account", "/en/sessions")]
    for page in pages:
        assert token_of(browser) not in page.text + page.headers.get("Location", "")


@case
def made_up_and_empty_tokens_are_nobodys(it):
    it.session()
    for token in ("", "x", "A" * 43, "\u00e9", "' OR 1=1 --"):
        assert is_out(it.browser(token))
