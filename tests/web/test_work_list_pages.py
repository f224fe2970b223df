"""The work-list in a browser without script: filters and order in the address, and going on."""

import gzip
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from models.vocabulary import Role
from tests.answered import answered
from tests.architecture.test_own_sentences import CLINICAL
from tests.factories import CALM, NOW, TODAY
from tests.web.pages import links
from welfare.policies.work_order import Only, Sort, Urgency, Wanted
from welfare.web import list_walk

DAY = timedelta(days=1)
LONG_AGO = NOW - 100 * DAY
HIGH = {**CALM, "phq-9": {**CALM["phq-9"], "1": 3, "2": 3, "3": 3}}
NAME = re.compile(r'<a [^>]*href="([^"]+)" data-person>([^<]+)</a>')
LAST_PAGE = 25_000  # compressed bytes of a page for staff


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


def shown(page):
    """Name and address of everybody on the list, in the order of the page."""
    return [(name, unescape(url)) for url, name in NAME.findall(page.text)]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        *(Wanted(state=each, sort=Sort.DUE) for each in Urgency),
        *(Wanted(only=each, is_descending=True) for each in Only),
        *(Wanted(sort=each, is_descending=True) for each in Sort),
    ],
)
def test_an_address_says_what_is_wanted_and_nothing_about_health(wanted):
    query = list_walk.query_of(wanted)

    assert list_walk.wanted_of(query) == wanted
    assert not CLINICAL.search(repr(query))
    assert not re.search("worse|alert|interview", repr(query).replace("only", "")) or wanted.only


@pytest.mark.parametrize(
    "query", ["state=x&unit=y&only=z&sort=-w&place=-1", "place=99999999999", "place=²", "unit=%00"]
)
def test_an_address_that_nobody_made_leaves_nobody_out(carer, make, clinician, query):
    make.case(make.person(), clinician)

    page = carer.get(f"/en/work-list?{query}")

    assert page.status_code == 200 and len(shown(page)) == 1


def test_filters_are_links_with_their_numbers_and_stay_while_sorting(carer, make, clinician):
    colleague = make.actor(Role.CLINICIAN)
    make.alert(make.person(), clinician)
    make.case(make.person(), clinician, second_id=colleague.account_id)
    page = carer.get("/en/work-list").text
    assert "/en/work-list?state=first" in links(page)
    assert re.search(r"Shared <span[^>]*>1<", page)

    one = carer.get("/en/work-list?only=shared")

    assert len(shown(one)) == 1
    assert "1 of 2 people are shown." in one.text
    assert "/en/work-list?only=shared&sort=person" in links(one.text)
    assert "Nobody fits" in carer.get("/en/work-list?state=hold").text


def test_sorting_is_by_links_that_say_how_the_list_stands(carer, make, clinician):
    people = [make.person() for _ in range(3)]
    for person in people:
        make.case(person, clinician)
    names = sorted(name for name, _url in shown(carer.get("/en/work-list")))

    up = carer.get("/en/work-list?sort=person")
    down = carer.get("/en/work-list?sort=-person")

    assert [name for name, _url in shown(up)] == names
    assert [name for name, _url in shown(down)] == names[::-1]
    assert up.text.count('aria-sort="ascending"') == down.text.count('aria-sort="descending"') == 1
    assert "/en/work-list?sort=-person" in links(up.text)
    for sort in ("result", "due"):
        assert carer.get(f"/en/work-list?sort=-{sort}").text.count('aria-sort="descending"') == 1


def test_a_change_is_said_in_words_and_so_is_old_data(carer, make, clinician):
    worse, silent = make.person(), make.person()
    for person in (worse, silent):
        make.case(person, clinician, opened_at=LONG_AGO)
    answered(make, worse, day=TODAY - 90 * DAY)
    answered(make, worse, HIGH, day=TODAY)
    answered(make, silent, day=TODAY - 200 * DAY)

    page = carer.get("/en/work-list").text

    assert "Clearly worse" in page and "<strong>worse by 9</strong>" in page
    assert page.count("No data since") == 1
    assert page.index("worse by 9") < page.index("No data since")


def test_a_morning_is_worked_through_without_going_back_to_the_list(carer, make, clinician):
    """An alert is acknowledged from the page; the place on the list goes along through forms."""
    for _ in range(3):
        make.alert(make.person(), clinician)
    people = shown(carer.get("/en/work-list?state=first"))
    (_name, url), (_second, after), *_rest = people
    page = carer.get(url).text
    (action,) = re.findall(r'action="([^"]+/acknowledge[^"]*)"', page)
    assert parse_qs(urlsplit(unescape(action)).query) == {"place": ["0"], "state": ["first"]}

    done = carer.post(unescape(action)).headers["Location"]

    page = carer.get(done).text
    assert "/en/work-list?state=first" in links(page)
    (following,) = {each for each in links(page) if "/work-list/next?" in each}
    further = urlsplit(carer.get(following).headers["Location"])
    assert further.path == urlsplit(after).path
    assert parse_qs(further.query) == {"place": ["0"], "state": ["first"]}


def test_after_the_last_person_the_list_says_so(carer, make, clinician):
    make.case(make.person(), clinician)
    ((_name, url),) = shown(carer.get("/en/work-list"))
    (following,) = {each for each in links(carer.get(url).text) if "/work-list/next?" in each}

    page = carer.get(following, follow_redirects=True)

    assert "That was the last person on this list." in page.text


def test_whoever_did_not_come_from_the_list_is_not_led_along_it(carer, make, clinician):
    case = make.case(make.person(), clinician)

    page = carer.get(f"/en/people/{case.person_id}").text

    assert "Next on the list" not in page and "place=" not in page
    first = carer.get("/en/work-list/next?person=nobody").headers["Location"]
    assert first.startswith(f"/en/people/{case.person_id}")


def test_the_list_of_a_large_caseload_is_light_enough_for_a_bad_line(carer, make, clinician):
    for number in range(140):
        person = make.person()
        make.case(person, clinician, opened_at=LONG_AGO)
        if number < 20:
            make.alert(person, clinician)

    page = carer.get("/en/work-list", headers={"Accept-Encoding": "gzip"})

    assert len(NAME.findall(gzip.decompress(page.data).decode())) == 140
    assert len(page.data) <= LAST_PAGE
