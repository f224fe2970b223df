"""Programmes in pages: copied, changed without script, previewed, confirmed by a second person."""

import pytest

from models.tables.programmes import SiteProgramme
from models.vocabulary import Role
from tests.web.pages import actions

HOME = "/en/programmes/"


@pytest.fixture
def lead(make):
    return make.actor(Role.CLINIC_LEAD)


def test_show(visit, lead, make):
    page = visit(lead).get(HOME)
    assert page.status_code == 200, page.text
    for code in ("un-contingent", "us-current", "blank", "canada"):
        page = visit(lead).get(HOME + code)
        assert page.status_code == 200, page.text
        for kind in ("windows", "care"):
            page = visit(lead).get(f"{HOME}{code}/{kind}")
            assert page.status_code == 200, page.text
            open(f"/tmp/prog-{code}-{kind}.html","w").write(page.text)
