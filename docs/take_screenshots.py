"""Takes the README's pictures of a fresh demo site: `python docs/take_screenshots.py URL SIGN-INS`.

URL is where `make demo` answers, SIGN-INS the file of sign-ins that it wrote. The member's
questions are answered on the way, so a second run needs a new demo site.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).parent / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
Size = tuple[int, int]
PHONE, DESK, TALL_DESK = (390, 844), (1280, 800), (1280, 1240)


# Which choice to take, counted from 0; the second everywhere else.
PLACES = {"pc-ptsd-5.0": 0, "phq-9.9": 0} | {f"phq-9.{n}": 2 for n in range(1, 9)}


def take(page: Page, name: str) -> None:
    page.screenshot(path=OUT / f"{name}.png")


def answer_until_the_check(page: Page) -> None:
    """A low mood and nothing else, so that the receipt shows both kinds of result."""
    while not page.url.endswith("/check"):
        question = page.locator("[data-item]:visible")
        asked = question.get_attribute("data-item")
        choices = question.locator("input:not([value=none])")
        choices.nth(PLACES.get(asked or "", 1)).check(force=True)
        page.locator("button[value=next]").click()
        page.wait_for_load_state()


def member(page: Page) -> None:
    page.get_by_role("link", name="Read first, then start").click()
    take(page, "member-before-you-begin")
    page.get_by_role("link", name="Start").click()
    page.locator("[data-item]:visible").get_by_label("Yes", exact=True).check(force=True)
    take(page, "member-question")
    answer_until_the_check(page)
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_load_state()
    take(page, "member-receipt")


def clinician(page: Page) -> None:
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    take(page, "work-list")
    page.set_viewport_size({"width": TALL_DESK[0], "height": TALL_DESK[1]})
    page.locator("main tbody th a").first.click()
    page.wait_for_load_state()
    take(page, "person")


def commander(page: Page) -> None:
    take(page, "command")


def privacy(page: Page) -> None:
    page.locator("main a").first.click()
    page.wait_for_load_state()
    take(page, "release")


def admin(page: Page) -> None:
    take(page, "site")


WALKS: tuple[tuple[Callable[[Page], None], Size], ...] = (
    (member, PHONE),
    (clinician, TALL_DESK),
    (commander, DESK),
    (privacy, DESK),
    (admin, DESK),
)


def walk(
    browser: Browser, url: str, given: list[str], walk_of: Callable[[Page], None], size: Size
) -> None:
    """`given`: a password, and the key of an app for those who need one."""
    password, key = given[0], "".join(given[1:])
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(f"{url}/en/sign-in")
    page.get_by_label("Sign-in name").fill(walk_of.__name__)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    if key:
        page.locator("[name=code]").fill(pyotp.TOTP(key).now())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state()
    walk_of(page)


def main(url: str, sign_ins: str) -> None:
    lines = [line.split() for line in Path(sign_ins).read_text().splitlines()]
    people = {login: given for login, *given in lines}
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for walk_of, size in WALKS:
            walk(browser, url.rstrip("/"), people[walk_of.__name__], walk_of, size)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
