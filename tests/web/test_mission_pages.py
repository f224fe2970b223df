"""Missions, contingents, deployments and incidents in pages: without script, and each refusal."""

from datetime import timedelta

import pytest

from models import vault
from models.tables.cycle import DeploymentEvent
from models.tables.people import Deployment, Identity, Person
from models.tables.places import Mission
from models.tables.programmes import Contingent
from models.vocabulary import Capacity, Role
from tests.factories import TODAY
from tests.web.pages import links

DAY = timedelta(days=1)
HILL = {"name": "Hill Mission", "site": "Port Ansel", "mandate": "Watch the pass."}


@pytest.fixture
def clerk(visit, make):
    return visit(make.actor(Role.ADMINISTRATOR))


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
def mission(clerk, edge):
    clerk.post("/en/missions/", HILL)
    (found,) = edge.rows(Mission)
    return found


@pytest.fixture
def recorded(number, mission):
    """The form that records a deployment."""
    return {
        "service_number": number,
        "mission": mission.id,
        "from": (TODAY - 60 * DAY).isoformat(),
        "capacity": "contingent",
    }


def test_a_mission_is_added_read_and_corrected(clerk, edge):
    page = clerk.post("/en/missions/", HILL, follow_redirects=True)
    assert "The mission is added." in page.text
    assert "Watch the pass." in page.text
    (mission,) = edge.rows(Mission)
    path = f"/en/missions/{mission.id}"
    assert "Watch the pass." in clerk.get(f"{path}/change").text

    page = clerk.post(path, HILL | {"ended_on": "2026-03-01"}, follow_redirects=True)

    assert "until 1 Mar 2026" in page.text
    assert "Hill Mission" in clerk.get("/en/missions/").text
    refused = clerk.post(path, HILL | {"site": ""})
    assert refused.status_code == 422
    assert "Place of the mission: Please fill this in." in refused.text


def test_a_contingent_gets_a_programme_and_a_language(clerk, edge, make):
    path = f"/en/contingents/{make.root.id}"
    chosen = {"nation": "Westmark", "programme": "un-contingent", "language": "fr"}
    chosen |= {"zone": "Asia/Kathmandu", "quiet_from": "21:30", "quiet_until": "05:00"}

    page = clerk.post(path, chosen, follow_redirects=True)

    assert "Westmark" in page.text
    assert "un-contingent/2" in page.text
    assert "Asia/Kathmandu" in page.text
    assert "21:30 – 05:00" in page.text
    (kept,) = edge.rows(Contingent)
    assert (kept.language, kept.zone) == ("fr", "Asia/Kathmandu")
    form = clerk.get(path).text
    assert '<option value="Asia/Kathmandu" selected>' in form
    assert 'name="quiet_from" type="time" value="21:30"' in form
    wrong = clerk.post(path, chosen | {"quiet_until": "20:00"})
    assert wrong.status_code == 422
    assert "Quiet hours until: Quiet hours last at most twelve hours." in wrong.text
    assert 'name="quiet_until" type="time" value="20:00"' in wrong.text
    refused = clerk.post(path, chosen | {"programme": "nowhere"})
    assert (refused.status_code, "Programme: Please choose" in refused.text) == (422, True)
    assert "Westmark" in clerk.get(path).text


def test_a_deployment_is_recorded_found_and_changed(clerk, edge, recorded, number):
    page = clerk.post("/en/deployments/new", recorded, follow_redirects=True)
    assert "Hill Mission" in page.text
    found = clerk.post("/en/deployments/", {"service_number": number}, follow_redirects=True)
    assert number in found.text
    (stay,) = edge.rows(Deployment)
    path = f"/en/deployments/{stay.id}"
    assert path in links(found.text)
    given = {"until": TODAY.isoformat(), "leave_end": "", "capacity": "reservist"}
    given |= {"unit": stay.unit_id}

    page = clerk.post(path, given, follow_redirects=True)

    assert "The deployment is changed." in page.text
    (kept,) = edge.rows(Deployment)
    assert (kept.until_day, kept.capacity) == (TODAY, Capacity.RESERVIST)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"service_number": "SN-0"}, "Service number: Nobody in your units has this number."),
        ({"mission": ""}, "Mission: Please choose one of the options."),
        ({"mission": "0" * 32}, "Mission: Please choose one of the options."),
        ({"until": "2020-01-01"}, "Last day: The end is before the start."),
        ({"from": "soon"}, "First day: Please give a date."),
        ({"capacity": "tourist"}, "Sent as: Please choose one of the options."),
    ],
)
def test_a_deployment_that_cannot_be_recorded_says_why(clerk, edge, recorded, wrong, sentence):
    page = clerk.post("/en/deployments/new", recorded | wrong)

    assert page.status_code == 422
    assert sentence in page.text
    assert edge.count(Deployment) == 0


def test_overlapping_deployments_are_refused(clerk, edge, recorded):
    clerk.post("/en/deployments/new", recorded)

    page = clerk.post("/en/deployments/new", recorded | {"from": TODAY.isoformat()})

    assert "First day: This person has another deployment at that time." in page.text
    assert edge.count(Deployment) == 1


def test_with_another_nations_unit_one_is_an_augmentee(clerk, edge, make, company, recorded):
    east = make.unit("Eastmark", make.root)
    for unit in (company, east):
        chosen = {"nation": unit.name, "programme": "un-contingent", "language": "en"}
        chosen["zone"] = "UTC"
        clerk.post(f"/en/contingents/{unit.id}", chosen)

    refused = clerk.post("/en/deployments/new", recorded | {"unit": east.id})
    assert "nobody belongs to two contingents." in refused.text
    assert edge.count(Deployment) == 0

    clerk.post("/en/deployments/new", recorded | {"unit": east.id, "capacity": "augmentee"})
    assert edge.rows(Deployment)[0].unit_id == east.id


def test_a_movement_is_recorded_and_not_shown_again(clerk, edge, recorded):
    clerk.post("/en/deployments/new", recorded)
    (stay,) = edge.rows(Deployment)
    path = f"/en/deployments/{stay.id}"
    home = {"kind": "repatriation", "from": TODAY.isoformat()}

    page = clerk.post(f"{path}/movements", home, follow_redirects=True)

    assert "The movement is recorded." in page.text
    assert edge.rows(Deployment)[0].until_day == TODAY
    assert edge.count(DeploymentEvent) == 1
    assert "checked" not in clerk.get(path).text.split("Record a movement")[1]
    refused = clerk.post(f"{path}/movements", home | {"kind": "bereavement"})
    assert refused.status_code == 422
    assert 'href="#movement-kind"' in refused.text


def test_deployments_of_another_contingent_look_missing(make, visit, recorded, clerk, edge):
    clerk.post("/en/deployments/new", recorded)
    (stay,) = edge.rows(Deployment)
    stranger = visit(make.actor(Role.ADMINISTRATOR, make.unit("Another contingent")))

    for path in (f"people/{stay.person_id}", f"{stay.id}"):
        assert stranger.get(f"/en/deployments/{path}").status_code == 404
    given = {"capacity": "contingent", "unit": stay.unit_id}
    assert stranger.post(f"/en/deployments/{stay.id}", given).status_code == 404
    home = {"kind": "repatriation", "from": TODAY.isoformat()}
    assert stranger.post(f"/en/deployments/{stay.id}/movements", home).status_code == 404


def test_a_clinician_records_an_event_that_stands_on_the_record(make, visit, person, edge):
    clinician = make.actor(Role.CLINICIAN)
    make.case(person, clinician)
    stay, at_work = make.deployment(person), visit(clinician)
    make.incident(person)
    make.screening(person, day=TODAY - 30 * DAY)
    path = f"/en/people/{person.id}"
    event = {"deployment": stay.id, "kind": "bereavement", "words": "Her father."}
    event |= {"from": stay.from_day.isoformat()}
    assert f"{path}/events/new" in links(at_work.get(path).text)

    page = at_work.post(f"{path}/events/new", event, follow_redirects=True)

    assert "Bereavement" in page.text
    assert "Her father." in page.text
    assert page.text.count("Blast at the north gate") > 1  # in the list, and in the charts
    refused = at_work.post(f"{path}/events/new", event | {"kind": ""})
    assert "What happened: Please choose one of the options." in refused.text
    assert "Her father." in refused.text
    assert visit(make.actor(Role.CLINICIAN)).get(f"{path}/events/new").status_code == 404


def test_a_member_finds_events_and_incidents_in_the_own_history(make, visit, edge):
    member = make.actor()
    with make.database.reading() as session:
        person = session.get_one(Person, member.person_id)
    make.event(make.deployment(person), words="Told by the chaplain.")
    make.incident(person)

    page = visit(member).get("/en/me/history")

    assert "Told by the chaplain." in page.text
    assert "Blast at the north gate" in page.text
