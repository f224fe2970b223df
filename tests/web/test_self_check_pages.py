"""The private self-check: nothing of it is kept, anywhere, whoever is signed in."""

import logging
import re

import pytest
from sqlalchemy import select

from models.base import Base
from models.instruments import find
from models.vocabulary import Role
from welfare.web.views.self_check import CHECKS

ADDRESS = "203.0.113.77"
BROWSER = "Canary/1.0"


def rows_of(database):
    """Every row of every table, as it is stored."""
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in Base.metadata.sorted_tables
        }


def answers_of(code, value=None):
    """The highest value on offer everywhere: whatever is critical, is."""
    return {
        f"{code}.{item.id}": str(max(option for option in item.values) if value is None else value)
        for item in find(code).items
        if item.scored
    }


@pytest.fixture
def member(make):
    make.reachable()
    return make.actor(Role.MEMBER)


@pytest.mark.parametrize("number", range(1, len(CHECKS) + 1))
@pytest.mark.parametrize("signed_in", [False, True])
def test_no_answer_time_or_address_of_a_self_check_is_stored(
    number, signed_in, member, visit, database, caplog
):
    browser = visit(member if signed_in else None)
    caplog.set_level(logging.DEBUG)
    form = answers_of(CHECKS[number - 1])
    before = rows_of(database)

    asked = browser.get(f"/en/self-check/{number}", environ_base={"REMOTE_ADDR": ADDRESS})
    told = browser.client.post(
        f"/en/self-check/{number}",
        data=form,
        environ_base={"REMOTE_ADDR": ADDRESS},
        headers={"User-Agent": BROWSER},
    )

    assert asked.status_code == told.status_code == 200
    assert rows_of(database) == before
    assert "Set-Cookie" not in asked.headers
    assert "Set-Cookie" not in told.headers
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert ADDRESS not in logged
    assert BROWSER not in logged
    assert not any(name in logged for name in form)


def test_a_critical_answer_shows_numbers_and_says_that_nobody_was_told(visit, member):
    told = visit().client.post("/en/self-check/1", data=answers_of("phq-9"))

    assert "Nobody has been told" in told.text
    assert "+00 555 0101" in told.text
    assert "/en/call-me" in told.text


def test_a_calm_form_gets_a_calm_result_without_a_number_for_a_heading(visit, member):
    told = visit().client.post("/en/self-check/1", data=answers_of("phq-9", 0))

    assert "Nothing stands out" in told.text
    assert "Nobody has been told" not in told.text
    assert not re.search(r"<h1[^>]*>[^<]*\d", told.text)


def test_an_open_question_is_named_and_the_other_answers_stay(visit, member):
    form = answers_of("phq-9", 1)
    form.pop("phq-9.4")

    told = visit().client.post("/en/self-check/1", data=form)

    assert told.status_code == 422
    assert "Choose an answer" in told.text
    assert told.text.count("checked") == len(form)


@pytest.mark.parametrize("bad", ["9", "x", "-1", "99999", ""])
def test_an_answer_that_is_not_on_offer_is_refused_with_a_sentence(bad, visit, member):
    told = visit().client.post("/en/self-check/1", data=answers_of("phq-9", bad))

    assert told.status_code == 422
    assert "not on offer" in told.text


@pytest.mark.parametrize("number", [0, len(CHECKS) + 1, 4000])
def test_an_unknown_self_check_looks_like_any_missing_page(number, visit, member):
    assert visit().get(f"/en/self-check/{number}").status_code == 404
    assert visit().client.post(f"/en/self-check/{number}", data={}).status_code == 404


def test_somebody_signed_in_is_not_recognised_on_the_page(visit, member):
    page = visit(member).get("/en/self-check/1").text

    assert "Sign out" not in page
    assert "csrf_token" not in page


def test_another_site_cannot_send_a_self_check_in_somebodys_browser(visit, member):
    told = visit().client.post(
        "/en/self-check/1", data=answers_of("phq-9"), headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert told.status_code == 403


def test_addresses_of_self_checks_tell_no_topic(visit, member):
    page = visit().get("/en/self-check/").text

    links = re.findall(r'href="(/en/self-check/[^"]*)"', page)
    assert len(links) == len(CHECKS)
    assert all(re.fullmatch(r"/en/self-check/\d+", link) for link in links)
