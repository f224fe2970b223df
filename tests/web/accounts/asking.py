"""What two administrators and a newcomer do on their pages, from the request to the link."""

import re
from html import unescape

from tests.web.pages import actions

NEW = "seven quiet herons wade"
FORM = {
    "role": "clinician",
    "login": "noor",
    "given": "Noor",
    "family": "Castellane",
    "email": "noor@example.org",
    "service_number": "SN-7788",
}
CODE = re.compile(r"\b\d{4} \d{4}\b")
LINK = re.compile(r"https?://[^\s<]+(/en/join/[\w-]+)")


def code_in(page):
    found = CODE.search(page.text)
    return found and found.group()


def link_in(page):
    found = LINK.search(unescape(page.text))
    return found and found.group(1)


def add(first, make, **more):
    return first.post("/en/site/accounts/new", FORM | {"unit": str(make.root.id)} | more)


def join(visitor, path, fact, **more):
    form = {
        "token": path.rpartition("/")[2],
        "fact": fact,
        "password": NEW,
        "again": NEW,
        "own_email": "",
    }
    return visitor.post("/en/join", form | more)


def confirm_first(second):
    """What waits, confirmed."""
    page = second.get("/en/accounts/waiting")
    action = next(each for each in actions(page.text) if each.endswith("/confirm"))
    return second.post(action)
