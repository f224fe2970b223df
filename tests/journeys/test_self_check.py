"""The private self-check as it is served: in a browser, and with every file searched afterwards."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from models.instruments import find
from tests.journeys.served import served
from welfare.web.views.self_check import CHECKS

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("everybody")]
VISITOR = "127.0.0.77"  # an address that nothing else on this machine uses
BROWSER = "Canary-browser/7.7"


@pytest.fixture
def alone(tmp_path):
    """A site of its own, whose every file is searched afterwards."""
    with served(f"sqlite:///{tmp_path / 'site.db'}", tmp_path) as running:
        yield running


def send(site, path, form=None):
    """As a browser would, from an address and with a name that can be searched for."""
    where = urlsplit(site.address)
    connection = HTTPConnection(where.hostname, where.port, source_address=(VISITOR, 0), timeout=30)
    headers = {"User-Agent": BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
    method, body = ("POST", urlencode(form)) if form else ("GET", None)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer, page


def files_with(folder: Path, text: str):
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "serve.log" for path in found)
    assert any(path.name.startswith("site.db") for path in found)
    return [path.name for path in found if text.encode() in path.read_bytes()]


def test_no_file_of_a_site_holds_anything_of_a_self_check(alone, tmp_path):
    for number, code in enumerate(CHECKS, start=1):
        form = {f"{code}.{item.id}": max(item.values) for item in find(code).items if item.scored}
        asked, _page = send(alone, f"/en/self-check/{number}")
        told, _result = send(alone, f"/en/self-check/{number}", form)
        assert asked.status == told.status == 200
        assert asked.getheader("Set-Cookie") is told.getheader("Set-Cookie") is None

    for trace in (VISITOR, BROWSER, "self-check", *(f"{code}." for code in CHECKS)):
        assert files_with(tmp_path, trace) == [], trace


def test_a_self_check_from_choice_to_a_call_in_a_browser(stage, walks, width):
    stage.clinician_on_duty()
    stage.crisis_contact()
    stage.make.unit("Another contingent")
    walker = walks(width)

    walker.visit("/en/self-check/")
    walker.looks("Private self-check")
    walker.follow("Mood and energy")
    for number in range(1, 10):
        question = walker.page.locator("[data-item]:visible")
        question.get_by_label("Several days" if number == 9 else "Not at all", exact=True).check(
            force=True
        )
        walker.press("Continue")
    walker.sees("Nobody has been told")
    walker.page.get_by_text("Take this to a clinician").click()
    walker.looks("You can talk to someone now")
    walker.follow("Let someone call me")
    walker.looks("Let someone call me")
    walker.fill(phone="+00 555 0199", called="Sam")
    walker.pick(unit=stage.unit.name)
    walker.press("Let someone call me")

    walker.looks("Somebody will call you")


def test_a_self_check_needs_no_script(stage, walks):
    stage.crisis_contact()
    walker = walks(script=False)

    walker.visit("/en/self-check/2")
    expect(walker.page.locator("[data-item]:visible")).to_have_count(7)
    for question in walker.page.locator("[data-item]").all():
        question.get_by_label("Not at all", exact=True).check(force=True)
    walker.press("Continue")

    walker.looks("Nothing stands out")
