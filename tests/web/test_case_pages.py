"""The pages about care: share, hold, hand over, end, open again; and the caseload."""

from datetime import timedelta

import pytest

from models.tables.care import Case
from models.tables.people import Person
from models.vocabulary import CaseStatus, Role
from tests.factories import TODAY
from tests.web.pages import actions, hidden, links, steady

DAY = timedelta(days=1)
WORDS = "She moves to another town."


@pytest.fixture
def clinician(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def colleague(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def case(make, clinician):
    return make.case(make.person(), clinician)


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


@pytest.fixture
def send(carer, case):
    """A form of the page about this case, with what else it carries."""
    person = {"person": str(case.person_id)}
    return lambda end, **form: carer.post(f"/en/cases/{case.id}/{end}", person | form)


def page_of(case):
    return f"/en/people/{case.person_id}/care"


def now(edge, case):
    return edge.rows(Case, Case.id == case.id)[0]


def test_from_the_record_to_the_page_about_care_and_back(carer, case):
    record = f"/en/people/{case.person_id}"
    assert page_of(case) in links(carer.get(record).text)

    page = carer.get(page_of(case)).text

    assert record in links(page) and "Care of Adan Marrow" in page
    assert "No other clinician works in this unit." in page


def test_a_case_is_shared_and_its_second_clinician_finds_it_and_lets_go(
    carer, visit, send, case, clinician, colleague, edge, make
):
    done = send("share", share_with=str(colleague.account_id))
    assert done.headers["Location"] == page_of(case)
    assert "You stay in charge." in carer.get(page_of(case)).text

    second = visit(colleague)
    work_list = second.get("/en/work-list").text
    assert f"/en/people/{case.person_id}" in links(work_list) and "Shared" in work_list
    page = second.get(page_of(case)).text
    assert "You share this care" in page
    make.window(case.person_id)
    record = second.get(f"/en/people/{case.person_id}").text
    assert "Checks" in record and "Sign note" in record
    assert "Not needed" not in record and "Record an event" not in record  # for who is in charge
    assert actions(page) == [f"/en/cases/{case.id}/end-sharing"]
    done = second.post(f"/en/cases/{case.id}/end-sharing")
    assert done.headers["Location"] == "/en/work-list"
    assert now(edge, case).second_id is None
    assert second.get(page_of(case)).status_code == 404


def test_a_held_person_stands_under_the_rest_until_it_is_lifted(carer, send, make, clinician, case):
    make.case(make.person(), clinician)
    until = (TODAY + 20 * DAY).isoformat()

    assert send("hold", until_day=until).headers["Location"] == page_of(case)

    work_list = carer.get("/en/work-list").text
    assert "On hold until" in work_list
    assert work_list.index("New in care (1)") < work_list.index("On hold until")
    assert "On hold until" in carer.get("/en/caseload/").text
    send("lift")
    assert "On hold until" not in carer.get("/en/work-list").text


@pytest.mark.parametrize(
    ("end", "form", "kept"),
    [
        ("share", {"share_with": "nobody"}, "Please choose"),
        ("hold", {"until_day": "2020-01-01"}, 'value="2020-01-01"'),
        ("hold", {"until_day": "soon"}, "Please give a date."),
        ("hand-over", {"successor": ""}, '<details class="w-details" open>'),
        ("close", {"ending": "", "ending_words": WORDS}, WORDS),
        ("close", {"ending": "other", "ending_words": ""}, 'value="other" checked'),
    ],
)
def test_a_refused_form_keeps_what_was_entered(send, case, colleague, edge, end, form, kept):
    page = send(end, **form)

    assert page.status_code == 422 and "<title>Error:" in page.text
    assert "data-error-summary" in page.text and kept in page.text
    assert now(edge, case).status is CaseStatus.OPEN


def test_care_ends_is_found_under_the_caseload_and_is_opened_again(carer, send, case, edge):
    done = send("close", ending="left", ending_words=WORDS)
    assert done.headers["Location"] == page_of(case)
    assert carer.get(f"/en/people/{case.person_id}").status_code == 404
    assert page_of(case) in links(carer.get("/en/caseload/").text)
    page = carer.get(page_of(case)).text
    assert WORDS in page and "They left the service or our area" in page
    assert actions(page) == [f"/en/cases/{case.id}/reopen"]

    assert send("reopen").headers["Location"] == f"/en/people/{case.person_id}"

    assert now(edge, case).status is CaseStatus.OPEN
    assert send("reopen").status_code == 409


def test_before_care_ends_an_open_alert_is_shown_and_what_was_written_is_kept(
    send, make, clinician, case, edge
):
    make.alert(edge_person(edge, case), clinician)

    page = send("close", ending="left", ending_words=WORDS)

    assert page.status_code == 409 and "An alert is open" in page.text
    assert f"/en/people/{case.person_id}" in links(page.text)
    assert hidden(page.text)["ending_words"] == WORDS
    assert now(edge, case).status is CaseStatus.OPEN


def test_before_a_hand_over_an_open_alert_is_shown_and_one_can_go_on(
    carer, send, make, clinician, colleague, case, edge
):
    make.alert(edge_person(edge, case), clinician)

    page = send("hand-over", successor=str(colleague.account_id))
    assert page.status_code == 422 and "An alert is open" in page.text
    assert now(edge, case).clinician_id == clinician.account_id
    (action,) = actions(page.text)
    done = carer.post(action, hidden(page.text))

    assert done.headers["Location"] == "/en/work-list"
    assert now(edge, case).clinician_id == colleague.account_id
    assert carer.get(f"/en/people/{case.person_id}").status_code == 200  # the alert is theirs


def edge_person(edge, case):
    return edge.rows(Person, Person.id == case.person_id)[0]


def test_closing_twice_says_that_somebody_was_faster(send):
    send("close", ending="no_need", ending_words="")

    again = send("close", ending="no_need", ending_words="")

    assert again.status_code == 409 and "This has changed meanwhile" in again.text


def test_a_whole_caseload_goes_to_a_colleague(carer, make, clinician, colleague, case, edge):
    make.case(make.person(), clinician)
    (ask,) = [
        each
        for each in links(carer.get("/en/caseload/").text)
        if "/caseload/" in each[:-1] and each != "/en/caseload/"
    ]
    assert "2 people" in carer.get(ask).text
    assert carer.post(ask, {"successor": ""}).status_code == 422

    done = carer.post(ask, {"successor": str(colleague.account_id)})

    assert done.headers["Location"] == "/en/caseload/"
    page = carer.get("/en/caseload/").text
    assert "2 people were handed over." in page and "Nobody is in your charge." in page
    assert {each.clinician_id for each in edge.rows(Case)} == {colleague.account_id}


def test_with_open_alerts_a_caseload_goes_only_if_that_is_wanted(
    carer, make, clinician, colleague, case, edge
):
    make.alert(edge_person(edge, case), clinician)
    path, form = f"/en/caseload/{clinician.account_id}", {"successor": str(colleague.account_id)}

    page = carer.post(path, form)
    assert page.status_code == 422 and "even_so" in page.text
    assert f'value="{colleague.account_id}" selected' in page.text
    carer.post(path, form | {"even_so": "yes"})

    assert now(edge, case).clinician_id == colleague.account_id


def test_a_lead_reads_how_large_caseloads_are_and_hands_one_over(
    visit, make, case, clinician, colleague, edge
):
    lead = visit(make.actor(Role.CLINIC_LEAD))
    page = lead.get("/en/caseload/").text
    assert "Caseloads of your units" in page
    ask = f"/en/caseload/{clinician.account_id}"
    assert ask in links(page)

    lead.post(ask, {"successor": str(colleague.account_id)})

    assert now(edge, case).clinician_id == colleague.account_id


def test_a_clinician_reads_nothing_of_other_caseloads(carer, case, colleague):
    assert "Caseloads of your units" not in carer.get("/en/caseload/").text
    assert carer.get(f"/en/caseload/{colleague.account_id}").status_code == 404


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.CLINIC_LEAD])
def test_somebody_elses_case_looks_like_a_missing_one(visit, make, case, role):
    nobody, stranger = "00000000-0000-0000-0000-000000000000", visit(make.actor(role))
    if role is Role.CLINIC_LEAD:
        stranger = visit(make.actor(role, make.unit("B", make.root)))

    refused = stranger.get(page_of(case))
    missing = stranger.get(f"/en/people/{nobody}/care")
    assert refused.status_code == 404 and steady(refused.text) == steady(missing.text)
    for end in ("share", "end-sharing", "hold", "lift", "hand-over", "close", "reopen"):
        form = {name: nobody for name in ("person", "share_with", "successor")}
        form |= {"until_day": (TODAY + DAY).isoformat(), "ending": "left"}
        refused = stranger.post(f"/en/cases/{case.id}/{end}", form)
        missing = stranger.post(f"/en/cases/{nobody}/{end}", form)
        assert refused.status_code == 404, end
        assert steady(refused.text) == steady(missing.text)
