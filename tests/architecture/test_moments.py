"""A moment on a page is said by its reader's clock, with the name of the zone: see `web/zones.py`.

A page that shows local hours and says "UTC" would send somebody to a person hours too late.
"""

import re

from tests.architecture.code import ROOT, TEMPLATES

WEB = ROOT / "welfare" / "web"
PAGES = [*TEMPLATES, *WEB.rglob("*.py")]
ZONE_BY_HAND = r"[\"'] ?UTC\b|(?<!days )\bUTC[\"'.,]|\(UTC\)"
MOMENT_BY_HAND = r"\| datetimeformat|format_datetime\("
BY_HAND = re.compile(f"{ZONE_BY_HAND}|{MOMENT_BY_HAND}")
ALLOWED = {WEB / "zones.py", WEB / "clock.py"}  # what says the zone, and what asks for the time


def test_no_page_says_a_moment_or_a_zone_by_hand():
    """Templates use the filter `moment`, page builders `zones.moment`."""
    found = {
        f"{page.relative_to(WEB)}:{number}": line.strip()
        for page in PAGES
        if page not in ALLOWED
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
        if BY_HAND.search(line)
    }

    assert found == {}


def test_the_test_above_sees_what_it_is_for():
    for line in (
        "{{ at | datetimeformat('medium') ~ ' UTC' }}",
        "_('Raised %(when)s UTC.', when=at)",
        "_('Hour on the paper (UTC)')",
        "_('%(time)s UTC, %(day)s')",
        'return f"{format_datetime(at)} UTC"',
    ):
        assert BY_HAND.search(line), line
