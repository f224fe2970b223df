"""The wrong person at the page, or one who looks over a shoulder, learns nothing."""

import re
from uuid import uuid4

import pytest

from tests.factories import CALM
from welfare.errors import AccessDenied
from welfare.services.screenings import send_screening
from welfare.web.wording import TITLES


def test_a_forwarded_address_opens_nothing_for_the_wrong_person(edge, make, visit):
    make.reachable()
    owner, other = make.actor(), make.actor()
    window = make.window(owner.person_id)

    page = visit(other).get(f"/en/me/screenings/{window.id}")

    assert page.status_code == 404
    with pytest.raises(AccessDenied):
        edge.act(
            send_screening,
            actor=other,
            window_id=window.id,
            submission_id=uuid4(),
            answers=CALM,
            language="en",
            at=make.now,
        )


def test_neither_title_nor_heading_of_a_page_names_an_illness(make, visit):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)
    me = visit(member)
    illness = re.compile(r"ptsd|phq|gad|audit|depress|suicid|anxiety|disorder|trauma", re.I)

    for number in range(1, 5):
        page = me.get(f"/en/me/screenings/{window.id}/parts/{number}").text
        shown = re.findall(r"<title>.*?</title>|<h1.*?</h1>", page, flags=re.DOTALL)
        assert len(shown) == 2
        assert not illness.search(re.sub(r"<[^>]+>", " ", " ".join(shown)))
    assert not [title for title in map(str, TITLES.values()) if illness.search(title)]
