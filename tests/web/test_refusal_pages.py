"""What is refused looks exactly like what is missing, and nothing is sent from elsewhere."""

from uuid import uuid4

import pytest
from sqlalchemy import delete

from models.tables.audit import AuditEvent
from models.tables.people import PersonKey
from models.vocabulary import AlertStatus, Role
from tests.factories import CALM
from tests.policies.population import release_of
from tests.web.pages import HELP, steady
from welfare.web.forms import answer_fields

FORMS = {
    "/en/alerts/{}/acknowledge": {},
    "/en/alerts/{}/contacts": {"result": "reached", "channel": "phone"},
    "/en/alerts/{}/close": {"outcome": "supported"},
    "/en/cases/{}/notes": {"words": "A word."},
}


@pytest.fixture
def theirs(make):
    """Records that belong to a colleague's people."""
    colleague = make.actor(Role.CLINICIAN)
    person = make.person()
    return {
        "/en/alerts": make.alert(person, colleague).id,
        "/en/cases": make.case(person, colleague).id,
        "/en/people": person.id,
        "/en/me/screenings": make.window(person.id).id,
        "/en/me/receipts": make.screening(person).id,
        "/en/releases": release_of(make, make.root, [make.root]),
    }


@pytest.fixture
def visit(visit):
    """Browsers that have been here before, so that no answer is their first."""

    def again(actor=None):
        browser = visit(actor)
        browser.token()
        return browser

    return again


def same(refused, missing):
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert steady(refused.text) == steady(missing.text)
    assert set(refused.headers.keys()) == set(missing.headers.keys())


@pytest.mark.parametrize(
    ("role", "path", "of"),
    [
        (Role.CLINICIAN, "/en/people/{}", "/en/people"),
        (Role.CLINIC_LEAD, "/en/people/{}", "/en/people"),
        (Role.MEMBER, "/en/me/screenings/{}", "/en/me/screenings"),
        (Role.MEMBER, "/en/me/screenings/{}/parts/1", "/en/me/screenings"),
        (Role.MEMBER, "/en/me/screenings/{}/check", "/en/me/screenings"),
        (Role.MEMBER, "/en/me/receipts/{}", "/en/me/receipts"),
    ],
)
def test_a_refused_page_looks_like_a_missing_one(visit, make, theirs, role, path, of):
    visitor = visit(make.actor(role))

    same(visitor.get(path.format(theirs[of])), visitor.get(path.format(uuid4())))


@pytest.mark.parametrize("path", FORMS)
def test_a_refused_form_looks_like_one_for_nothing(visit, make, theirs, edge, path):
    visitor = visit(make.actor(Role.CLINICIAN))
    before = edge.contents()
    key = theirs[path.rsplit("/", 2)[0]]

    same(
        visitor.post(path.format(key), FORMS[path]), visitor.post(path.format(uuid4()), FORMS[path])
    )

    assert edge.contents() == before


@pytest.mark.parametrize("end", ["parts/1", "send"])
def test_answers_to_another_persons_questions_look_like_answers_to_none(
    visit, make, theirs, edge, end
):
    make.reachable()
    visitor = visit(make.actor())
    form = {"submission_id": str(uuid4()), **answer_fields(CALM)}
    path = "/en/me/screenings/{}/" + end
    before = edge.contents()

    same(
        visitor.post(path.format(theirs["/en/me/screenings"]), form),
        visitor.post(path.format(uuid4()), form),
    )

    assert edge.contents() == before


def test_a_release_of_another_contingent_looks_like_none(visit, make, theirs):
    visitor = visit(make.actor(Role.PRIVACY_OFFICER, make.unit("Another contingent")))
    path, form = "/en/releases/{}", {"decision": "approved"}

    same(visitor.get(path.format(theirs["/en/releases"])), visitor.get(path.format(uuid4())))
    same(
        visitor.post(path.format(theirs["/en/releases"]) + "/decision", form),
        visitor.post(path.format(uuid4()) + "/decision", form),
    )


@pytest.mark.parametrize("path", ["/en/nowhere", "/en/people/not-an-id", "/xx/help", "/en/people/"])
def test_a_wrong_address_looks_the_same_again(visit, make, theirs, path):
    visitor = visit(make.actor(Role.CLINICIAN))

    same(visitor.get(f"/en/people/{theirs['/en/people']}"), visitor.get(path))


def test_a_refusal_leaves_no_reading_in_the_trail(visit, make, theirs, edge):
    visit(make.actor(Role.CLINICIAN)).get(f"/en/people/{theirs['/en/people']}")

    assert not edge.rows(AuditEvent, AuditEvent.person_id == theirs["/en/people"])


def posts(app):
    with app.test_request_context():
        return [
            app.url_map.bind("localhost").build(
                rule.endpoint,
                {name: {"lang": "en", "number": 1}.get(name, uuid4()) for name in rule.arguments},
                method="POST",
            )
            for rule in app.url_map.iter_rules()
            if "POST" in rule.methods
        ]


@pytest.mark.parametrize("token", [None, "", "made-up", "of another browser"])
def test_no_form_is_taken_without_the_token_of_this_browser(app, visit, make, edge, token):
    visitor = visit(make.actor(Role.ADMINISTRATOR))
    visitor.token()
    sent = visit().token() if token == "of another browser" else token
    form = {} if sent is None else {"csrf_token": sent}
    before = edge.contents()

    answers = {path: visitor.client.post(path, data=form).status_code for path in posts(app)}

    assert len(answers) > 15
    without = {path for path, status in answers.items() if status != 400}
    assert without == {"/en/self-check/1"}  # it changes nothing, so there is nothing to protect
    assert edge.contents() == before


@pytest.mark.parametrize("came_from", ["cross-site", "same-site", "somewhere"])
def test_no_form_is_taken_from_another_site_even_with_a_token(app, visit, make, edge, came_from):
    visitor = visit(make.actor(Role.ADMINISTRATOR))
    before = edge.contents()

    for path in posts(app):
        answer = visitor.post(path, headers={"Sec-Fetch-Site": came_from})
        assert answer.status_code == 403, path

    assert edge.contents() == before


@pytest.mark.parametrize("came_from", ["cross-site", "same-origin", "none"])
def test_a_link_from_anywhere_may_be_followed(visit, came_from):
    answer = visit().get("/en/help", headers={"Sec-Fetch-Site": came_from})

    assert answer.status_code == 200 and HELP in answer.text


@pytest.fixture
def taken(make):
    """An alert that a clinician has taken, and a form to work on it."""
    clinician = make.actor(Role.CLINICIAN)
    seen = {"acknowledged_at": make.now, "acknowledged_by": clinician.account_id}
    alert = make.alert(make.person(), clinician, status=AlertStatus.ACKNOWLEDGED, **seen)
    return clinician, alert


def test_a_record_whose_key_was_destroyed_meanwhile_looks_like_a_missing_one(visit, make, taken):
    clinician, alert = taken
    visitor, path = visit(clinician), "/en/alerts/{}/contacts"
    with make.kept() as session:
        session.execute(delete(PersonKey).where(PersonKey.person_id == alert.person_id))

    same(
        visitor.post(path.format(alert.id), FORMS[path]),
        visitor.post(path.format(uuid4()), FORMS[path]),
    )


def test_a_key_that_does_not_open_is_a_fault_and_shows_as_one(visit, make, taken):
    clinician, alert = taken
    visitor = visit(clinician)
    with make.kept() as session:
        mine, other = (
            session.get_one(PersonKey, person_id)
            for person_id in (alert.person_id, clinician.person_id)
        )
        mine.wrapped = other.wrapped

    answer = visitor.post(f"/en/alerts/{alert.id}/contacts", FORMS["/en/alerts/{}/contacts"])

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
