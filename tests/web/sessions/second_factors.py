"""Second factors: what the password alone opens, codes and passkeys used twice or elsewhere."""

from models.tables.doors import RecoveryCode
from tests.architecture.test_every_route import paths
from tests.factories import PASSWORD
from tests.web.sessions.cases import case
from tests.web.sessions.world import KEYS, NEW, PASSWORDS, WORK, asked_of, is_in, is_out, token_of
from welfare.web.guard import ANY_SESSION, PRIVATE, PUBLIC, SIGNED_IN, need_of


@case
def with_the_password_alone_no_page_of_any_role_opens(it):
    browser = it.half()
    token = browser.token()
    for rule, method, path in paths(it.app):
        need = need_of(it.app.view_functions[rule.endpoint])
        if need in (ANY_SESSION, PUBLIC, PRIVATE, SIGNED_IN):
            continue
        with browser.client.open(path, method=method, data={"csrf_token": token}) as answer:
            assert answer.headers.get("Location") == "/en/second-factor", (method, path)


@case
def with_the_password_alone_the_keys_to_the_account_stay_closed(it):
    browser = it.half()
    before = it.edge.contents(but=("audit_event", "sign_in_counter", "web_session"))
    for path in (KEYS, "/en/second-factor/app", "/en/sessions"):
        assert browser.get(path).headers["Location"].startswith("/en/confirm")
    for path in ("app", "app/confirm", "passkey", "passkey/add", "codes"):
        answer = browser.post(f"/en/second-factor/{path}", {"code": it.code()})
        assert answer.headers["Location"].startswith("/en/confirm")
    assert browser.post(PASSWORDS, NEW).status_code == 422
    assert browser.post("/en/confirm/password", {"password": PASSWORD}).status_code == 422
    after = it.edge.contents(but=("audit_event", "sign_in_counter", "web_session"))
    assert before == after


@case
def with_the_password_alone_not_even_ones_own_questions_are_left(it):
    browser = it.half()
    browser.post("/en/roles", {"post": str(it.member.id)})
    for path in ("/en/me/", "/en/me/history", WORK):
        assert browser.get(path).headers["Location"] == "/en/second-factor"


@case
def a_second_factor_given_in_one_session_is_not_given_in_another(it):
    first, second = it.half(), it.half()
    first.post("/en/confirm/code", {"code": it.code()})
    assert is_in(first) and not is_in(second)


@case
def a_code_that_was_used_opens_nothing_again(it):
    first, second, code = it.half(), it.half(), it.code()
    first.post("/en/confirm/code", {"code": code})
    assert second.post("/en/confirm/code", {"code": code}).status_code == 422
    assert is_in(first) and not is_in(second)


@case
def a_recovery_code_opens_once(it):
    owner = it.browser(it.session())
    page = owner.post("/en/second-factor/codes").text
    code = page.partition("<code>")[2].partition("</code>")[0]
    first, second = it.half(), it.half()
    first.post("/en/confirm/code", {"code": code})
    assert second.post("/en/confirm/code", {"code": code}).status_code == 422
    assert is_in(first) and not is_in(second)
    assert code not in owner.get(KEYS).text and it.edge.count(RecoveryCode) == 10


@case
def an_answer_of_a_passkey_cannot_be_sent_again(it):
    key, first, second = it.has_passkey(), it.half(), it.browser()
    asked = asked_of(first.post("/en/confirm/passkey").text)
    form = asked["form"] | {"credential": key.get(asked["options"])}
    assert first.post("/en/confirm/passkey/check", form).status_code == 303
    assert first.post("/en/confirm/passkey/check", form).status_code == 422
    second.post("/en/sign-in/passkey/open", form)
    assert is_in(first) and is_out(second)


@case
def a_challenge_of_one_session_is_worth_nothing_in_another(it):
    key, first, second = it.has_passkey(), it.half(), it.half()
    asked = asked_of(first.post("/en/confirm/passkey").text)
    form = asked["form"] | {"credential": key.get(asked["options"])}
    assert second.post("/en/confirm/passkey/check", form).status_code == 422
    assert not is_in(second)


@case
def a_passkeys_answer_for_one_browser_does_not_sign_in_another(it):
    key, first, second = it.has_passkey(), it.browser(), it.browser()
    asked = asked_of(first.post("/en/sign-in/passkey").text)
    form = asked["form"] | {"credential": key.get(asked["options"])}
    assert second.post("/en/sign-in/passkey/open", form).headers["Location"] == "/en/sign-in"
    assert is_out(second)


@case
def a_passkey_alone_signs_in_completely(it):
    key, browser = it.has_passkey(), it.browser()
    it.answer(browser, "/en/sign-in/passkey", "/en/sign-in/passkey/open", key.get)
    assert is_in(browser) and token_of(browser, "welfare-device")
