"""A world of one clinician and many browsers, for session cases."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pyotp

from models.vocabulary import Role
from tests.authenticator import Authenticator
from tests.factories import APP_KEY, PASSWORD
from tests.visitors import Visitor
from tests.web.pages import hidden
from welfare.policies import passwords

WORK, PASSWORDS, KEYS = "/en/work-list", "/en/password", "/en/second-factor/mine"
NEW = {"old": PASSWORD, "new": "another quiet river", "again": "another quiet river"}
RIGHT = {"login": "noor", "password": PASSWORD}


class World:
    """A clinician, also a member, with an authenticator app; and browsers."""

    def __init__(self, app, make, edge, watched) -> None:
        self.app, self.make, self.edge, self.database = app, make, edge, watched
        kept = passwords.hashed(PASSWORD)
        self.noor = make.actor(Role.CLINICIAN, login="noor", password_hash=kept)
        self.member = make.post(self.noor, Role.MEMBER, make.root)
        make.app(self.noor)
        self.steps = 0

    def browser(self, token: str | None = None) -> Visitor:
        visitor = Visitor(self.app, self.make, None)
        if token is not None:
            visitor.client.set_cookie("welfare", token)
        return visitor

    def session(self, **given: Any) -> str:
        return self.make.web_session(self.noor, **given)

    def half(self) -> Visitor:
        """Came in with the password alone."""
        return self.browser(self.session(proved_at=None))

    def code(self) -> str:
        """A code that has not been used yet."""
        self.steps += 1
        now = int(datetime.now(UTC).timestamp()) // 30
        return pyotp.TOTP(APP_KEY).generate_otp(now + self.steps - 1)

    def sign_in(self, browser: Visitor) -> Visitor:
        """All the way."""
        browser.post("/en/sign-in", RIGHT)
        browser.post("/en/confirm/code", {"code": self.code()})
        return browser

    def has_passkey(self) -> Authenticator:
        """Set up by the owner, in their own browser."""
        key, owner = Authenticator("http://localhost"), self.browser(self.session())
        self.answer(owner, "/en/second-factor/passkey", "/en/second-factor/passkey/add", key.create)
        return key

    def answer(self, browser: Visitor, ask: str, to: str, sign: Callable[[str], str]) -> Any:
        """From the page that asks for a passkey to the page that takes the answer."""
        asked = asked_of(browser.post(ask).text)
        return browser.post(to, asked["form"] | {"credential": sign(asked["options"])})


def asked_of(page: str) -> dict[str, Any]:
    options = unescape(page.partition('data-options="')[2].partition('"')[0])
    return {"options": options, "form": hidden(page)}


def token_of(browser: Visitor, name: str = "welfare") -> str:
    cookie = browser.client.get_cookie(name)
    return cookie.value if cookie else ""


def is_in(browser: Visitor, path: str = WORK) -> bool:
    return browser.get(path).status_code == 200


def is_out(browser: Visitor) -> bool:
    return browser.get(WORK).status_code == 401
