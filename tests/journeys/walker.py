"""A person at a real browser. Every page they look at is checked as a whole."""

import re
import time
from typing import Any

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tests.factories import APP_KEY, PASSWORD
from tests.journeys.translated import words_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECKS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
REFUSED = re.compile(r"Failed to load resource: .* status of (\d+)")
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CHECKER = Axe()
HELP = "Need to talk now?"
NARROWEST = 320
STEP = 30  # seconds for which a code is shown
USED: dict[str, int] = {}  # the last step of each person


class Walker:
    """Goes through pages by what a person sees: headings, buttons, links, fields.

    Whatever language the pages are in, they are told the English words of ours.
    """

    def __init__(
        self, page: Page, address: str, *, has_script: bool = True, language: str = "en"
    ) -> None:
        self.page, self.address, self.has_script = page, address, has_script
        self.language, self.in_words = language, words_of(language)
        self._reader: Page | None = None
        self.complaints: list[str] = []
        self.expected: set[str] = set()  # statuses that a journey brings about on purpose
        self.documents = 0
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._count)

    def visit(self, path: str) -> None:
        self.page.goto(self.address + path)

    def come_in(self, token: str) -> None:
        """With an open session: as somebody who has signed in before."""
        cookie = {"name": "welfare", "value": token, "url": self.address}
        self.page.context.add_cookies([cookie])

    def sign_in(self, login: str, password: str = PASSWORD, *, second_step: bool = True) -> None:
        self.visit("/en/sign-in")
        self.page.get_by_label("Sign-in name").fill(login)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")
        if second_step and self.page.get_by_role("heading", name="Second step").count():
            self.fill(code=self.next_code(login, APP_KEY))
            self.press("Continue")

    def leave(self) -> None:
        self.press("Sign out", self.page.get_by_role("banner"))

    def set_up_app(self, login: str) -> None:
        """The first sign-in of somebody whose role needs a second factor."""
        self.press("Set up an app")
        self.fill(code=self.next_code(login, self.page.locator("code").inner_text()))
        self.press("Confirm")
        self.follow("I have kept them")

    def next_code(self, login: str, key: str) -> str:
        """What the app of this person shows; each code works once, so sometimes they wait."""
        step = max(int(time.time()) // STEP, USED.get(login, 0) + 1)
        while int(time.time()) // STEP < step - 1:  # a code counts a little before its time
            self.page.wait_for_timeout(500)
        USED[login] = step
        return pyotp.TOTP(key.replace(" ", "")).generate_otp(step)

    def press(self, name: str, within: Locator | None = None) -> None:
        self._activate((within or self._main()).get_by_role("button", name=self.in_words(name)))

    def follow(self, name: str, within: Locator | None = None) -> None:
        self._activate((within or self._main()).get_by_role("link", name=self.in_words(name)))

    def go_to(self, name: str) -> None:
        """By the navigation on top of the page."""
        main = self.page.get_by_role("navigation", name=self.in_words("Main"))
        self.follow(name, main)

    def choose(self, question: str, answer: str) -> None:
        group = self.page.get_by_role("group", name=self.in_words(question)).first
        self.mark(group, self.in_words(answer))

    def mark(self, group: Locator, answer: str) -> None:
        """One answer of a question, as it is written there."""
        group.get_by_label(answer, exact=True).check(force=True)

    def fill(self, **fields: str) -> None:
        for field, text in fields.items():
            self.page.locator(f"[name={field}]:visible").first.fill(text)

    def pick(self, **fields: str) -> None:
        for field, label in fields.items():
            options = self.page.locator(f"select[name={field}] option").all_inner_texts()
            shown = next(text for text in options if text.strip() == label)
            self.page.locator(f"select[name={field}]").select_option(label=shown)

    def sees(self, text: str) -> None:
        expect(self._main().get_by_text(self.in_words(text)).first).to_be_visible()

    def sees_not(self, text: str) -> None:
        expect(self._main().get_by_text(self.in_words(text))).to_have_count(0)

    def looks(self, heading: str) -> None:
        """This page is there, whole, usable by everybody, and has its way to help."""
        named = {"name": self.in_words(heading), "exact": True}
        expect(self.page.get_by_role("heading", **named).first).to_be_visible()
        self.is_whole()

    def is_whole(self) -> None:
        """Whatever page this is: it fits, leads to help, and no rule for readers is broken."""
        expect(self.page.get_by_role("link", name=self.in_words(HELP))).not_to_have_count(0)
        self.fits()
        page = self.page if self.has_script else self._copy()
        found = CHECKER.run(page, options=CHECKS)
        assert not found.violations_count, found.generate_report()
        assert not self.complaints, self.complaints

    def _main(self) -> Locator:
        return self.page.get_by_role("main")

    def _activate(self, named: Locator) -> None:
        named.first.click()
        self.page.wait_for_load_state()

    def _copy(self) -> Page:
        """The same page in a browser with script, which the checker itself needs; ours left out."""
        if self._reader is None:
            browser = self.page.context.browser
            assert browser is not None
            context = browser.new_context(viewport=self.page.viewport_size)
            self._reader = context.new_page()
            self._reader.goto(f"{self.address}/en/help")
        self._reader.set_content(SCRIPT.sub("", self.page.content()))
        return self._reader

    def close(self) -> None:
        for page in filter(None, (self.page, self._reader)):
            page.context.close()

    def fits(self) -> None:
        """Nobody has to scroll sideways, on the narrowest screen neither."""
        size = self.page.viewport_size
        assert size is not None
        for width in {size["width"], NARROWEST} if size["width"] < 600 else {size["width"]}:
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            over = self.page.evaluate(OVERFLOW)
            assert over <= 0, f"{self.page.url} is {over} px too wide at {width} px"
        self.page.set_viewport_size(size)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        refused = REFUSED.match(message.text)
        if not (refused and refused.group(1) in self.expected):
            self.complaints.append(message.text)

    def _count(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and response.status != 303
        self.documents += is_page and response.status != 302


class Scales:
    """Weighs what a browser really loads: bytes on the wire and requests, by the page."""

    def __init__(self, walker: Walker) -> None:
        self.page = walker.page
        self.bytes, self.requests = 0, 0
        wire = walker.page.context.new_cdp_session(walker.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._add)

    def empty(self) -> None:
        self.bytes, self.requests = 0, 0

    def wait(self) -> None:
        """Until the browser has told what the last page weighed: it does so a little later."""
        for _ in range(500):
            if self.bytes:
                return
            self.page.wait_for_timeout(20)

    def _add(self, event: dict[str, Any]) -> None:
        size = round(event["encodedDataLength"])
        self.bytes += size
        self.requests += size > 0  # nothing on the wire: it came from the browser's own store
