"""People enrolled twice, in pages: found, compared, joined by two administrators, and parted."""

import pytest

from models.tables.merging import Merge
from models.tables.people import Person
from models.vocabulary import Role
from tests.web.pages import actions, steady

PAGE = "/en/people/duplicates/"


@pytest.fixture
def clerks(make, visit):
    return [visit(make.actor(Role.ADMINISTRATOR)) for _ in range(2)]


@pytest.fixture
def two(make, edge):
    account = make.actor()
    (first,) = edge.rows(Person, Person.id == account.person_id)
    return first, make.person()


def step(page, ending):
    (found,) = [each for each in actions(page.text) if each.endswith(ending)]
    return found


def compare(two):
    return f"{PAGE}{two[0].id}/{two[1].id}"


def test_two_records_are_compared_joined_and_parted(clerks, two, edge):
    asker, other = clerks
    page = asker.get(compare(two))
    assert page.text.count("SN-") == 2

    asked = asker.post(compare(two), follow_redirects=True)
    assert "A second administrator now has to confirm it." in asked.text
    assert [each for each in actions(asked.text) if each.endswith("/confirm")] == []
    (merge,) = edge.rows(Merge)

    waiting = other.get(PAGE)
    assert "1 request waits for your word." in waiting.text
    page = other.get(f"{PAGE}joined/{merge.id}")
    joined = other.post(step(page, "/confirm"), follow_redirects=True)
    assert "The two records are joined." in joined.text
    assert "Joined" in asker.get(f"{PAGE}joined").text

    parted = asker.post(step(joined, "/part"), follow_redirects=True)
    assert "The two records are parted again." in parted.text


def test_what_stands_against_it_is_said_with_what_helps(clerks, two):
    turned = f"{PAGE}{two[1].id}/{two[0].id}"

    page = clerks[0].get(turned)
    sent = clerks[0].post(turned)

    for answer, status in ((page, 200), (sent, 422)):
        assert answer.status_code == status
        assert "The second record has an account. Let that record go on instead." in answer.text


def test_they_are_two_people_after_all(clerks, two, edge):
    clerks[0].post(compare(two))
    (merge,) = edge.rows(Merge)
    page = clerks[1].get(f"{PAGE}joined/{merge.id}")

    done = clerks[1].post(step(page, "/refuse"), follow_redirects=True)

    assert "They stay two people." in done.text
    assert "Compare them again" in done.text


def test_every_page_is_closed_to_everybody_else(make, visit, two, edge, clerks):
    clerks[0].post(compare(two))
    (merge,) = edge.rows(Merge)
    one = f"{PAGE}joined/{merge.id}"

    for role in [role for role in Role if role is not Role.ADMINISTRATOR]:
        stranger = visit(make.actor(role))
        for path in (PAGE, f"{PAGE}joined", compare(two), one):
            assert stranger.get(path).status_code == 403, role
        for path in (compare(two), f"{one}/confirm", f"{one}/refuse", f"{one}/part"):
            assert stranger.post(path).status_code == 403, role


def test_a_record_of_other_units_looks_like_a_missing_one(make, clerks, two):
    stranger = make.person(make.unit("Other contingent"))

    refused = clerks[0].get(f"{PAGE}{two[0].id}/{stranger.id}")
    missing = clerks[0].get(f"{PAGE}{two[0].id}/{make.root.id}")

    assert refused.status_code == missing.status_code == 404
    assert steady(refused.text) == steady(missing.text)


def test_no_clinical_word_stands_in_any_of_them(make, clerks, two, edge):
    make.alert(two[1], make.reachable())
    clerks[0].post(compare(two))
    (merge,) = edge.rows(Merge)

    for path in (PAGE, compare(two), f"{PAGE}joined/{merge.id}"):
        text = clerks[1].get(path).text.lower()
        for word in ("alert", "phq", "critical", "screening", "in care"):
            assert word not in text
