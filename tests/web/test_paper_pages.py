"""Paper forms in pages, without script: found by number, printed without a name, typed in twice."""

from uuid import uuid4

import pytest

from models import vault
from models.enrolment import SERVICE_NUMBER
from models.tables.paper import PaperEntry, PaperForm
from models.tables.people import Identity, Person
from models.tables.screenings import Screening
from models.vocabulary import Role
from tests.factories import TODAY
from tests.web.pages import actions, links

PAPER = "/en/paper/"


@pytest.fixture
def clinician(make):
    make.reachable()
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def clerk(visit, clinician):
    return visit(clinician)


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def window(make, member):
    return make.window(member.person_id)


@pytest.fixture
def identity(make, member):
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=member.person_id)
        return vault.opened(key, session.get_one(Identity, member.person_id), "content")


@pytest.fixture
def printed(clerk, edge, window):
    clerk.post(f"/en/paper/windows/{window.id}/print", {"language": "en"})
    (form,) = edge.rows(PaperForm)
    return form


def key(clerk, form, turn=1, **answers):
    fields = {"turn": str(turn), "day": TODAY.isoformat(), "hour": ""}
    named = {name.replace("_", "."): value for name, value in answers.items()}
    fields |= {f"phq-9.{item.rpartition('.')[2]}": value for item, value in named.items()}
    return clerk.post(f"/en/paper/forms/{form.id}/key", fields, follow_redirects=True)


def test_from_a_service_number_to_a_sheet_without_a_name(clerk, identity, window, edge):
    found = clerk.post(
        PAPER + "find", {"service_number": identity[SERVICE_NUMBER]}, follow_redirects=True
    )
    assert f"{identity['given']} {identity['family']}" in found.text
    (action,) = [each for each in actions(found.text) if each.endswith("/print")]

    sheet = clerk.post(action, {"language": "fr"}, follow_redirects=True)

    (form,) = edge.rows(PaperForm)
    assert sheet.request.path == f"/fr/paper/forms/{form.id}/sheet"
    assert form.number in sheet.text
    for known in identity.values():
        assert known not in sheet.text
    assert "Field clinic" in sheet.text and "+00 555 0101" in sheet.text
    assert clerk.get(f"/en/paper/forms/{form.id}/sheet").headers["Location"].startswith("/fr/")


def test_the_sheet_says_when_to_fill_in_what_the_screen_would_have_opened(clerk, printed):
    sheet = clerk.get(f"/en/paper/forms/{printed.id}/sheet").text

    assert "Only if the numbers you ticked in “Worry and tension” make 3 or more" in sheet
    assert sheet.count("You were asked this above.") == 2
    assert "Feeling nervous, anxious" in sheet or "nervous" in sheet
    assert "1–5: only if you ticked “Yes” in 0." in sheet
    assert "2–3: not if you ticked “Never” in 1." in sheet
    assert "Who will never see them" in sheet and "Clinic staff who type them in." in sheet


def test_two_entries_that_agree_are_kept(clerk, printed, edge):
    clerk_page = clerk.post(PAPER + "number", {"number": printed.number}, follow_redirects=True)
    assert "First entry" in clerk_page.text

    second = key(clerk, printed, phq_1="2")
    assert "Second entry" in second.text
    assert "selected" not in second.text.replace('value="none" selected', "")
    assert "It is best if somebody else does it." in second.text

    done = key(clerk, printed, turn=2, phq_1="2")
    assert "The answers on this form are kept." in done.text
    assert edge.count(Screening) == 1
    gone = clerk.post(PAPER + "number", {"number": printed.number})
    assert gone.status_code == 422 and "There is no such form to type in." in gone.text


def test_what_differs_is_shown_with_both_values_and_settled(clerk, printed, edge):
    key(clerk, printed, phq_1="2", phq_2="1")
    differing = key(clerk, printed, turn=2, phq_1="3", phq_2="1")
    assert "The two entries differ" in differing.text
    assert differing.text.count("<select") == 1
    assert "2 More than half the days" in differing.text

    settle = f"/en/paper/forms/{printed.id}/settle"
    nothing = clerk.post(settle, {})
    assert nothing.status_code == 422 and "Please choose one of the options." in nothing.text
    done = clerk.post(settle, {"phq-9.1": "3"}, follow_redirects=True)

    assert "The answers on this form are kept." in done.text
    assert edge.count(Screening) == 1


def test_a_critical_answer_is_told_with_the_first_entry(clerk, printed, rung):
    page = key(clerk, printed, phq_9="1")

    assert "An alert has been raised." in page.text
    assert rung == [1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": ""}, "Please give a date."),
        ({"day": "2999-01-01"}, "Please give a date."),
        ({"day": "2199-01-01"}, "Day: This"),
        ({"hour": "25:00"}, "Please give the time as in 14:30."),
        ({"phq-9.1": "9"}, "This answer is not on offer."),
        ({"phq-9.1": "x"}, "This answer is not on offer."),
    ],
)
def test_what_cannot_be_is_named_and_what_was_typed_stays(clerk, printed, edge, changes, said):
    form = {"turn": "1", "day": TODAY.isoformat(), "phq-9.2": "3"} | changes

    page = clerk.post(f"/en/paper/forms/{printed.id}/key", form)

    assert page.status_code == 422
    assert said in page.text
    assert '<option value="3" selected' in page.text
    assert edge.count(PaperEntry) == 0


def test_a_slip_and_a_stranger_number_are_refused_in_words(clerk, printed):
    slip = clerk.post(PAPER + "number", {"number": printed.number[:-1] + "?"})
    unknown = clerk.post(PAPER + "find", {"service_number": "SN-nobody"})

    assert slip.status_code == unknown.status_code == 422
    assert "There is a slip in this number." in slip.text
    assert "Nobody in your units has this number." in unknown.text


def pages_of(printed, window, member):
    form = f"/en/paper/forms/{printed.id}"
    return {
        "get": [
            PAPER,
            f"/en/paper/people/{member.person_id}",
            f"{form}/sheet",
            f"{form}/key",
            f"{form}/settle",
        ],
        "post": [f"{form}/key", f"{form}/settle", f"/en/paper/windows/{window.id}/print"],
    }


def test_other_roles_are_refused_and_other_units_find_nothing(
    visit, make, printed, window, member, edge
):
    paths = pages_of(printed, window, member)
    fields = {"turn": "1", "day": TODAY.isoformat(), "language": "en"}
    for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}:
        other = visit(make.actor(role))
        assert {other.get(path).status_code for path in paths["get"]} == {403}
        assert {other.post(path, fields).status_code for path in paths["post"]} == {403}
    elsewhere = visit(make.actor(Role.CLINICIAN, make.unit("Elsewhere")))
    missing = elsewhere.get(f"/en/paper/forms/{uuid4()}/key")
    assert missing.status_code == 404
    for path in paths["get"][1:]:
        assert elsewhere.get(path).status_code == 404
    for path in paths["post"]:
        assert elsewhere.post(path, fields).status_code == 404
    assert (edge.count(PaperForm), edge.count(PaperEntry)) == (1, 0)


def test_the_record_has_the_way_to_print(visit, make, clinician, window, member, edge):
    carer = clinician
    (person,) = edge.rows(Person, Person.id == member.person_id)
    make.case(person, carer)

    page = visit(carer).get(f"/en/people/{member.person_id}")

    assert f"/en/paper/people/{member.person_id}" in links(page.text)
