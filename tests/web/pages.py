"""Reading pages as tests do: forms, links, and what may differ between two equal pages."""

import re
from html import unescape

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
ACTION = re.compile(r'<form [^>]*?method="post" action="([^"]+)"')
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
VARYING = re.compile(r'name="csrf_token" value="[^"]+"')
HELP = 'href="/en/help"'


def hidden(html: str) -> dict[str, str]:
    """Hidden fields of all forms of a page but the token."""
    found = {unescape(name): unescape(value) for name, value in HIDDEN.findall(html)}
    found.pop("csrf_token", None)
    return found


def actions(html: str) -> list[str]:
    """Where the forms of a page send to, signing out left aside, and the place on a list; a
    browser sends no fragment."""
    found = [re.split(r"[?#]", unescape(each))[0] for each in ACTION.findall(html)]
    return [each for each in found if not each.endswith("/sign-out")]


def links(html: str) -> set[str]:
    """Where the links of a page lead, with their query and without."""
    found = {unescape(each) for each in LINK.findall(html)}
    return found | {each.partition("?")[0] for each in found}


def steady(html: str) -> str:
    """A page without what is fresh in every answer."""
    return VARYING.sub("", html)
