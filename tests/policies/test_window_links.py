"""Links to one window: their tokens, how long they work, and the two facts they ask for."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.tables.screenings import Window
from tests.factories import NOW, TODAY
from welfare.policies import links, window_links
from welfare.policies.links import Fact

NUMBER, YEAR, NAME = Fact.SERVICE_NUMBER, Fact.BIRTH_YEAR, Fact.FAMILY_NAME


def test_the_token_of_an_invitation_never_opens_a_window_and_the_other_way_round(keys):
    same = uuid4()

    window, invitation = window_links.token_for(keys, same), links.token_for(keys, same)

    assert window_links.id_in(keys, window) == links.id_in(keys, invitation) == same
    assert window_links.id_in(keys, invitation) is None
    assert links.id_in(keys, window) is None


@pytest.mark.parametrize("token", ["", "x", "é" * 48, "A" * 48, "A" * 5000, "../../etc"])
def test_a_made_up_token_is_nobodys(keys, token):
    assert window_links.id_in(keys, token) is None


@pytest.mark.parametrize(
    ("closes_in", "expected"),
    [
        (90, NOW + timedelta(days=30)),
        (3, datetime.combine(TODAY + timedelta(days=4), datetime.min.time(), UTC)),
    ],
)
def test_a_link_works_thirty_days_or_until_its_window_closes(closes_in, expected):
    window = Window(id=uuid4(), person_id=uuid4(), closes_on=TODAY + timedelta(days=closes_in))

    link = window_links.new_link(window, made_by=None, at=NOW)

    assert link.expires_at == expected
    assert window_links.is_live(link, expected - timedelta(seconds=1))
    assert not window_links.is_live(link, expected)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"service_number": "SN-7788", "birth_year": 1990, "family": "Ito"}, (NUMBER, YEAR)),
        ({"service_number": "SN-7788", "family": "Ito"}, (NUMBER, NAME)),
        ({"service_number": "7", "birth_year": 1990, "family": "Ito"}, (YEAR, NAME)),
        ({"birth_year": 1990, "family": "Ito"}, (YEAR, NAME)),
        ({"service_number": "SN-7788"}, ()),
        ({"birth_year": 1990, "family": ""}, ()),
        ({"family": "Ito"}, ()),
        ({}, ()),
    ],
)
def test_the_two_strongest_facts_are_asked_or_there_is_no_link(known, asked):
    assert window_links.facts_asked(known) == asked


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({NUMBER: "7788", YEAR: "1990"}, True),
        ({NUMBER: " 77-88 ", YEAR: " 1990 "}, True),
        ({NUMBER: "7788", YEAR: "1991"}, False),
        ({NUMBER: "7789", YEAR: "1990"}, False),
        ({NUMBER: "7788"}, False),
        ({NUMBER: "7788", NAME: "Castéllane"}, False),
        ({NUMBER: "", YEAR: ""}, False),
        ({}, False),
    ],
)
def test_both_facts_must_be_right(given, expected):
    known = {"service_number": "SN-7788", "birth_year": 1990, "family": "Castéllane"}

    assert window_links.are_right(known, given) is expected


def test_a_name_is_compared_without_case_and_accents():
    known = {"service_number": "SN-7788", "family": "D’Ávila-Müller"}

    assert window_links.are_right(known, {NUMBER: "7788", NAME: "d'avila muller"})


def test_where_nothing_is_known_nothing_is_right():
    assert not window_links.are_right({}, {})
