"""Incidents in pages: who was there is counted, shown once, recorded, and never listed."""

from datetime import timedelta

import pytest

from models import vault
from models.tables.cycle import Exposure, Incident
from models.tables.people import Identity
from models.vocabulary import IncidentKind, Role
from tests.factories import TODAY
from tests.web.pages import hidden
from welfare.policies.happenings import NearIncident
from welfare.web.mission_words import marks_of

DAY = timedelta(days=1)
HILL = {"name": "Hill Mission", "site": "Port Ansel", "mandate": "Watch the pass."}


@pytest.fixture
def company(make):
    return make.unit("A Company", make.root)


@pytest.fixture
def person(make, company):
    return make.person(company)


@pytest.fixture
def number(make, person):
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        return vault.opened(key, session.get_one(Identity, person.id), "content")["service_number"]


@pytest.fixture
def officer(make, visit, company):
    return visit(make.actor(Role.WELFARE_OFFICER, company))


@pytest.fixture
def told(company, number):
    return {
        "title": "Blast at the north gate",
        "day": TODAY.isoformat(),
        "kind": "explosion",
        "unit": company.id,
        "mission": "",
        "numbers": number,
    }


def test_an_incident_is_shown_with_a_count_then_recorded_and_added_to(
    officer, edge, make, company, told
):
    page = officer.post("/en/incidents/check", told)
    assert "Record for 1 person" in page.text
    assert edge.count(Incident) == 0

    done = officer.post("/en/incidents/", hidden(page.text), follow_redirects=True)
    assert "The incident is recorded." in done.text
    assert edge.count(Exposure) == 1

    (incident,) = edge.rows(Incident)
    path = f"/en/incidents/{incident.id}"
    page = officer.post(f"{path}/check", {"units": company.id})
    assert "Record for 1 person" in page.text  # the officer; the other is there
    done = officer.post(f"{path}/people", hidden(page.text), follow_redirects=True)
    assert "They are added." in done.text
    assert edge.count(Exposure) == 2
    assert "Blast at the north gate" in officer.get("/en/incidents/").text


def test_other_people_than_were_shown_are_shown_again(officer, edge, told):
    page = officer.post("/en/incidents/check", told)

    answer = officer.post("/en/incidents/", hidden(page.text) | {"counted": "7"})

    assert answer.status_code == 409
    assert "Record for 1 person" in answer.text
    assert edge.count(Incident) == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Title: Please fill this in."),
        ({"day": "2020-01-01"}, "Day: This is more than a year ago."),
        ({"day": ""}, "Day: Please give a date."),
        ({"kind": "rumour"}, "What happened: Please choose one of the options."),
        ({"units": "all"}, "Units: Please choose one of the options."),
        ({"numbers": ""}, "Service numbers: Choose a unit with people in it"),
        ({"numbers": "SN-1"}, "Nobody in your units has the number of line 1. Nothing is saved."),
    ],
)
def test_an_incident_that_cannot_be_recorded_says_why(officer, edge, told, wrong, sentence):
    for path in ("/en/incidents/check", "/en/incidents/"):
        page = officer.post(path, told | wrong)

        assert page.status_code == 422
        assert sentence in page.text
    assert edge.count(Incident) == 0


def test_incidents_of_other_units_look_missing(make, visit, person):
    incident = make.incident(person)
    elsewhere = visit(make.actor(Role.WELFARE_OFFICER, make.unit("B Company", make.root)))

    assert elsewhere.get(f"/en/incidents/{incident.id}").status_code == 404
    for path in ("check", "people"):
        answer = elsewhere.post(f"/en/incidents/{incident.id}/{path}", {"numbers": "SN-1"})
        assert answer.status_code == 404
    assert "Blast" not in elsewhere.get("/en/incidents/").text


def test_beside_a_mark_of_a_chart_stands_no_more_than_fits_a_phone():
    near = NearIncident(
        TODAY, IncidentKind.ATTACK, "Shots at the gate of the second camp, by night"
    )

    (mark,) = marks_of([near])

    assert mark.label == "Shots at the gate of the seco…"
