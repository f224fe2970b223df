"""What commanders see of released figures, and how two approvers release them."""

import re

import pytest

from models.vocabulary import Measure, Role
from tests.policies.population import release_of
from tests.web.oversight.crawling import crawl
from tests.web.pages import actions, links

FOR_ANYBODY = re.compile(
    r"/(account|call-me|confirm|password|roles|second-factor|self-check|sessions|sign-in)\b"
)


def test_a_commander_sees_published_figures_of_the_own_units_and_nothing_else(visit, make, approve):
    mine, theirs = make.unit("Alder Company", make.root), make.unit("Birch Company", make.root)
    waiting = make.unit("Cedar Company", mine)
    published = release_of(make, make.root, [make.root, mine, theirs])
    release_of(make, waiting, [waiting])
    approve(published)

    page = visit(make.actor(Role.COMMANDER, mine)).get("/en/figures/").text

    assert "Alder Company" in page
    for hidden in ("Birch Company", "Cedar Company"):
        assert hidden not in page


def test_a_commander_without_a_published_release_sees_an_empty_page(visit, make):
    release_of(make, make.root, [make.root])

    page = visit(make.actor(Role.COMMANDER)).get("/en/figures/").text

    assert "No release has been published" in page
    assert "<table" not in page


def counted(make, unit, people):
    """A released number of checks that were due, in one unit of 40."""
    share = None if people is None else 100 * people / 40
    figure = {"count": people, "low": share, "high": share}
    figure["band"] = None if people is None else "exact"
    return release_of(make, unit, [unit], code=Measure.SCREENINGS_DUE, **figure)


def test_checks_that_were_due_are_told_exactly_and_alone(visit, make, approve):
    approve(counted(make, make.root, 17))

    page = visit(make.actor(Role.COMMANDER)).get("/en/figures/").text

    (row,) = re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)
    assert "Checks that were due" in page and "No release has been published" not in page
    assert re.sub(r"<svg.*?</svg>|<[^>]+>|\s+", " ", row, flags=re.DOTALL).split() == [
        "Contingent",
        "40",
        "17",
    ]
    assert "cut-point in this period" not in page


@pytest.mark.parametrize("people", [0, 40, None])
def test_nobody_everybody_and_not_published_are_told_apart_for_a_fact(visit, make, approve, people):
    approve(counted(make, make.root, people))

    page = visit(make.actor(Role.COMMANDER)).get("/en/figures/").text

    assert ("Not published" in page) is (people is None)
    assert (f"<strong>{people}</strong>" in page) is (people is not None)


def test_approvers_see_which_measure_waits_and_its_own_table(visit, make):
    release_id = counted(make, make.root, 17)
    officer = visit(make.actor(Role.PRIVACY_OFFICER))

    listed = officer.get("/en/releases/").text
    page = officer.get(f"/en/releases/{release_id}").text

    assert "Checks that were due" in listed
    assert "With a check due" in page and "<strong>17</strong>" in page
    assert "Share above a cut-point" not in page


def test_a_commander_finds_no_page_about_a_person(app, visit, make):
    commander = visit(make.actor(Role.COMMANDER))
    person, clinician = make.person(), make.actor(Role.CLINICIAN)
    alert, case = make.alert(person, clinician), make.case(person, clinician)

    for path in (
        f"/en/people/{person.id}",
        "/en/work-list",
        "/en/me/",
        "/en/me/history",
        "/en/me/readers",
        f"/en/me/receipts/{alert.screening_id}",
        "/en/site/",
        "/en/trail/",
        "/en/releases/",
    ):
        assert commander.get(path).status_code == 403, path
    for path in (f"/en/alerts/{alert.id}/acknowledge", f"/en/cases/{case.id}/notes"):
        assert commander.post(path).status_code == 403, path


def test_every_link_of_a_commander_leads_to_one_of_few_pages(visit, make, approve):
    approve(release_of(make, make.root, [make.root]))

    seen = crawl(visit(make.actor(Role.COMMANDER)), ["/en/figures/"])

    pages = {re.sub("^/[a-z]{2}/", "/", path) for path in seen}
    own = re.compile(
        r"/(account|call-me|confirm|password|second-factor|self-check|sessions|sign-in)\b"
    )
    assert {page for page in pages if not own.match(page)} <= {"/figures/", "/", "/help", "/roles"}


def test_two_approvers_publish_a_release_through_their_pages(visit, make):
    release_id = release_of(make, make.root, [make.root])
    page = f"/en/releases/{release_id}"

    for role in (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD):
        approver = visit(make.actor(role))
        assert page in links(approver.get("/en/releases/").text)
        (action,) = actions(approver.get(page).text)
        done = approver.post(action, {"decision": "approved", "reason": ""})
        assert done.headers["Location"] == page
        assert action not in approver.get(page).text
        assert approver.post(action, {"decision": "approved"}).status_code == 409

    commander = visit(make.actor(Role.COMMANDER))
    assert "Contingent" in commander.get("/en/figures/").text


def test_a_refused_decision_keeps_its_words(visit, make):
    release_id = release_of(make, make.root, [make.root])
    officer = visit(make.actor(Role.PRIVACY_OFFICER))

    page = officer.post(
        f"/en/releases/{release_id}/decision", {"decision": "", "reason": "The roster is odd."}
    )

    assert page.status_code == 422 and "The roster is odd." in page.text
