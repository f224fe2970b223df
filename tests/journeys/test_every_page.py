"""Every page in every language: it is light, fits small screens and breaks no rule for readers."""

import pytest

from models.vocabulary import Language, Role
from tests.journeys.rooms import House
from tests.journeys.scenes import Stage
from tests.journeys.walker import Scales
from welfare.app import create_app
from welfare.config import Settings
from welfare.web.languages import RIGHT_TO_LEFT

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("every page")]
LATER = {False: 5_000, True: 25_000}  # bytes on the wire of a later page: personnel, staff
TWO_SCRIPTS = 400  # English questions inside a page with other letters pack less well
NARROW, WIDE = 390, 1280  # a narrow page is tried at 320 pixels too
# What leads elsewhere, is no page, or is walked through step by step in another journey.
ELSEWHERE = {
    "account.home": "leads to the start page of a role",
    "account.posts": "test_administrator",
    "appointments.calendar": "a file",
    "own_care.calendar": "a file",
    "paper.sheet": "test_paper: it is in the language of the form",
    "leaving.ask_end_post": "the same page as for a whole account",
    "parts.versions": "test_drafts",
    "rosters.download": "a file",
    "root": "leads to the start page",
    "screenings.check": "test_every_role",
    "second_factor.door": "test_second_factor",
    "static": "files",
    "summaries.take": "a file",
    "work_list.following": "leads to somebody's page",
}


@pytest.fixture(scope="module")
def house(site):
    return House(Stage(site))


def walker_for(house, stage, walks, role, **settings):
    """At a browser that has been here before, so that only the page itself is weighed."""
    walker = walks(NARROW, **settings)
    walker.expected.add("404")
    if role is not None:
        walker.come_in(stage.make.web_session(house.people[role].actor))
    walker.visit(f"/{walker.language}/self-check/1")
    return walker, Scales(walker)


def faults_of(walker, scales, room):
    """What is wrong with one page; nothing, as a rule."""
    scales.empty()
    answer = walker.page.goto(f"{walker.address}/{walker.language}{room.path}")
    allowance = TWO_SCRIPTS * (walker.language in RIGHT_TO_LEFT)
    scales.wait()
    weight, most = scales.bytes, LATER[room.is_for_staff] + allowance
    faults = [f"{weight} bytes"] * (not 0 < weight <= most)
    faults += [f"status {answer.status}"] * (answer.status != room.status)
    for width in (WIDE, NARROW):
        walker.page.set_viewport_size({"width": width, "height": 844})
        try:
            walker.is_whole() if width == NARROW else walker.fits()
        except AssertionError as fault:
            faults.append(str(fault))
    return [f"{walker.language} {room.role} {room.path}: {fault}" for fault in faults]


@pytest.mark.parametrize("language", [each.value for each in Language])
def test_every_page_is_light_fits_and_can_be_read_by_everybody(language, house, stage, walks):
    faults = []
    for role in (None, *Role):
        walker, scales = walker_for(house, stage, walks, role, language=language)
        for room in (room for room in house.rooms() if room.role is role):
            faults += faults_of(walker, scales, room)

    assert faults == []


def test_no_page_is_left_out(house, site):
    given = {"WELFARE_PLAIN_HTTP": "yes", "WELFARE_SITE_URL": "http://localhost/"}
    urls = create_app(Settings.from_environment(given), site.database).url_map
    pages = {rule.endpoint for rule in urls.iter_rules() if "GET" in rule.methods}

    where = urls.bind("localhost")
    seen = {where.match(f"/en{room.path}")[0] for room in house.rooms() if room.status == 200}
    seen.add(where.match("/en/join/nothing")[0])

    assert pages - seen == ELSEWHERE.keys()
