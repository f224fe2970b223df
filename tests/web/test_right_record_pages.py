"""Moving answers to the right record in pages: asked, shown whose they would be, moved."""

import re

import pytest

from models import vault
from models.tables.paper import MovedScreening
from models.tables.people import Identity, Person
from models.vocabulary import Role
from tests.factories import CRITICAL
from tests.web.pages import links


@pytest.fixture
def scene(make, edge, visit):
    clinician, member, right = make.reachable(), make.actor(), make.actor()
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, clinician)
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=right.person_id)
        identity = session.get_one(Identity, right.person_id)
        number = vault.opened(key, identity, "content")["service_number"]
    return visit(clinician), member, right, make.screening(person, CRITICAL), number


def test_it_is_asked_shown_and_moved(scene, edge, visit):
    carer, member, right, screening, number = scene
    path = f"/en/screenings/{screening.id}/move"
    assert path in links(carer.get(f"/en/people/{member.person_id}").text)
    assert "Do these answers belong to somebody else?" in carer.get(path).text
    said = {"service_number": number, "reason": "mixed", "words": "Two sheets."}

    wrong = carer.post(path, said | {"service_number": "SN-nobody", "reason": ""})
    assert wrong.status_code == 422
    assert "Nobody in your units has this number." in wrong.text and "Two sheets." in wrong.text
    page = carer.post(path, said).text
    assert number in page and edge.count(MovedScreening) == 0
    person_id = re.search(r'name="person_id" value="([^"]+)"', page)[1]
    again = carer.post(path, said | {"change": "yes"})
    assert again.status_code == 200 and "Two sheets." in again.text

    done = carer.post(f"{path}/confirm", said | {"person_id": person_id}, follow_redirects=True)

    assert "It is moved to the right record." in done.text
    assert edge.count(MovedScreening) == 1
    for each in (member, right):
        assert (
            "Moved answers to the record they belong to" in visit(each).get("/en/me/readers").text
        )


def test_others_find_nothing_to_move(scene, make, visit, edge):
    _carer, _member, right, screening, _number = scene
    path = f"/en/screenings/{screening.id}/move"
    form = {"reason": "mixed", "words": "So.", "person_id": str(right.person_id)}
    for role, status in ((Role.CLINICIAN, 404), (Role.COMMANDER, 403), (Role.MEMBER, 403)):
        other = visit(make.actor(role))
        assert other.get(path).status_code == status
        assert other.post(path, form).status_code == status
        assert other.post(f"{path}/confirm", form).status_code == status
    assert edge.count(MovedScreening) == 0
