"""A person at a real browser. Every page they look at is checked as a whole."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tests.factories import PASSWORD

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECKS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
REFUSED = re.compile(r"Failed to load resource: .* status of (\d+)")
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HELP = "Need to talk now?"
NARROWEST = 320


class Walker:
    """Goes through pages by what a person sees: headings, buttons, links, fields."""

    def __init__(self, page: Page, address: str, *, has_script: bool = True) -> None:
        self.page, self.address, self.has_script = page, address, has_script
        self.complaints: list[str] = []
        self.expected: set[str] = set()  # statuses that a journey brings about on purpose
        self.documents = 0
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._count)

    def visit(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.visit("/en/sign-in")
        self.page.get_by_label("Sign-in name").fill(login)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page.get_by_role("main")).get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str, within: Locator | None = None) -> None:
        (within or self.page.get_by_role("main")).get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def go_to(self, name: str) -> None:
        """By the navigation on top of the page."""
        self.follow(name, self.page.get_by_role("navigation", name="Main"))

    def choose(self, question: str, answer: str) -> None:
        group = self.page.get_by_role("group", name=question).first
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
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def sees_not(self, text: str) -> None:
        expect(self.page.get_by_role("main").get_by_text(text)).to_have_count(0)

    def looks(self, heading: str) -> None:
        """This page is there, whole, usable by everybody, and has its way to help."""
        expect(self.page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
        expect(self.page.get_by_role("link", name=HELP)).not_to_have_count(0)
        self._fits()
        page = self.page if self.has_script else self._copy()
        found = Axe().run(page, options=CHECKS)
        assert not found.violations_count, found.generate_report()
        assert not self.complaints, self.complaints

    def _copy(self) -> Page:
        """The same page in a browser with script, which the checker itself needs; ours left out."""
        browser = self.page.context.browser
        assert browser is not None
        page = browser.new_context(viewport=self.page.viewport_size).new_page()
        page.goto(f"{self.address}/en/help")
        page.set_content(SCRIPT.sub("", self.page.content()))
        return page

    def _fits(self) -> None:
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
        self.bytes, self.requests = 0, 0
        wire = walker.page.context.new_cdp_session(walker.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._add)

    def empty(self) -> None:
        self.bytes, self.requests = 0, 0

    def _add(self, event: dict[str, Any]) -> None:
        size = round(event["encodedDataLength"])
        self.bytes += size
        self.requests += size > 0  # nothing on the wire: it came from the browser's own store
