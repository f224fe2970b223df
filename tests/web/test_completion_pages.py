"""The welfare officer's pages: names, days and states, and nothing from which more is learnt."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.programmes import Interview
from models.tables.audit import AuditEvent
from models.tables.people import Identity
from models.tables.reminders import Reminder
from models.vocabulary import Act, Role
from tests.answered import ALWAYS, POSITIVE, answered, own_programme
from tests.factories import CALM, CRITICAL, TODAY
from tests.policies.population import release_of
from tests.web.pages import actions, links, steady

PAGES = ("/en/completion/", "/en/completion/readiness", "/en/completion/what-i-may-tell")
ROW = re.compile(r'<tr role="row">\s*<th scope="row".*?</tr>', re.DOTALL)
DAY = timedelta(days=1)


@pytest.fixture
def officer(make, visit):
    return visit(make.actor(Role.WELFARE_OFFICER))


def called(make, given, unit=None):
    """Somebody by this name."""
    person = make.person(unit)
    with make.kept() as session:
        identity = session.get_one(Identity, person.id)
        key = vault.key_for(session, person_id=person.id)
        content = {**vault.opened(key, identity, "content"), "given": given, "family": "Vale"}
        identity.content = vault.sealed(key, identity, "content", content, size=512)
    return person


def test_the_start_page_says_who_was_asked_what_and_until_when(make, officer):
    unit = make.unit("A Company", make.root)
    late = {"opens_on": TODAY - 90 * DAY, "anchor_day": TODAY - 180 * DAY, "due_by": TODAY - DAY}
    make.window(called(make, "Ana", unit).id, **late)
    make.window(called(make, "Ben", unit).id)

    page = officer.get("/en/").headers["Location"]
    overdue = officer.get(page).text
    due = officer.get(f"{page}?section=due").text

    for words in ("Overdue (1)", "Due now (1)", "Coming in 30 days (0)", "Ana Vale", "A Company"):
        assert words in overdue
    assert "90-day check" in overdue and "Ben" not in overdue
    assert "Ben Vale" in due and "Check after return" in due and "Ana" not in due
    assert "/en/completion/what-i-may-tell" in links(overdue)


def test_a_positive_and_a_negative_person_have_the_same_row(make, officer):
    programme = own_programme(make, Interview.POSITIVE)
    unit = make.unit("A Company", make.root)
    for name, answers in (("Ana", CALM), ("Ben", POSITIVE), ("Cas", CRITICAL)):
        answered(make, called(make, name, unit), answers, programme=programme)

    page = officer.get("/en/completion/readiness").text

    rows = {re.sub("Ana|Ben|Cas", "", row) for row in ROW.findall(page)}
    assert len(ROW.findall(page)) == 3
    assert len(rows) == 1 and "Done" in rows.pop()


def test_readiness_says_that_an_interview_is_to_come_where_everybody_has_one(make, officer):
    answered(make, make.person(), programme=ALWAYS)

    assert "Interview to come</strong>" in officer.get("/en/completion/readiness").text


def test_reading_is_recorded_and_the_person_sees_it(make, officer, visit, edge):
    member = make.actor()
    make.window(member.person_id)

    officer.get("/en/completion/")

    (event,) = edge.rows(AuditEvent)
    assert (event.act, event.person_id) == (Act.COMPLETION_READ, member.person_id)
    readers = visit(member).get("/en/me/readers").text
    assert "Saw whether you have answered, never what" in readers


def test_one_click_sends_one_more_letter_and_comes_back_to_the_list(make, officer, edge):
    make.window(make.person().id)
    (action,) = actions(officer.get("/en/completion/").text)

    for notice in ("The letter is on its way.", "A letter was sent today already."):
        assert officer.post(action).headers["Location"].startswith("/en/")
        page = officer.get("/en/completion/").text
        assert notice in page and "Is being sent" in page

    assert edge.count(Reminder) == 1


def test_whom_no_letter_reaches_is_given_a_link_instead(make, officer):
    person = make.person()
    with make.kept() as session:
        identity = session.get_one(Identity, person.id)
        key = vault.key_for(session, person_id=person.id)
        content = {**vault.opened(key, identity, "content"), "email": ""}
        identity.content = vault.sealed(key, identity, "content", content, size=512)
    window = make.window(person.id)

    page = officer.get("/en/completion/").text

    assert "No address" in page and "Make a link" in page
    assert actions(page) == [f"/en/windows/{window.id}/link"]


def test_a_unit_below_can_be_chosen_and_stays_chosen(make, officer):
    unit = make.unit("A Company", make.root)
    make.window(called(make, "Ana", unit).id)
    make.window(called(make, "Ben").id)

    page = officer.get(f"/en/completion/?unit={unit.id}").text

    assert "Ana" in page and "Ben" not in page
    assert f"/en/completion/?unit={unit.id}&amp;section=due" in page


@pytest.mark.parametrize("path", PAGES[:2])
def test_a_unit_of_others_looks_like_a_missing_one_and_like_nonsense(make, visit, path):
    officer = visit(make.actor(Role.WELFARE_OFFICER, make.unit("A", make.root)))

    answers = [
        officer.get(f"{path}?unit={unit}") for unit in (make.root.id, uuid4(), "nonsense", "%00")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({steady(answer.text) for answer in answers}) == 1


def test_what_is_no_list_and_no_page_leads_to_the_first(make, officer):
    make.window(called(make, "Ana").id)

    for query in ("section=declined", "section=", "page=x", "page=-1", "page=0"):
        page = officer.get(f"/en/completion/?{query}")
        assert page.status_code == 200 and "Ana Vale" in page.text, query


def test_no_other_role_opens_these_pages(make, visit):
    for role in set(Role) - {Role.WELFARE_OFFICER}:
        visitor = visit(make.actor(role))
        assert {visitor.get(path).status_code for path in PAGES} == {403}, role


def test_a_commander_learns_nothing_live_and_no_name_of_who_has_answered(make, visit, app):
    make.window(called(make, "Anaximena").id)
    answered(make, called(make, "Benedetta"))
    release_of(make, make.root, [make.root])
    commander = visit(make.actor(Role.COMMANDER))
    pages = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("completion.")]

    seen = [commander.get(rule.rule.replace("<any(en, fr, ar):lang>", "en")) for rule in pages]
    seen.append(commander.get("/en/figures/"))

    assert {answer.status_code for answer in seen[:-1]} == {403} and seen[-1].status_code == 200
    assert len(seen) > len(PAGES)
    for answer in seen:
        for words in ("Anaximena", "Benedetta", "Vale", "Overdue", "Due now", "/completion"):
            assert words not in answer.text


def test_what_may_not_be_told_holds_no_name_and_no_number_of_people(make, officer, edge):
    make.window(called(make, "Anaximena").id)

    page = officer.get("/en/completion/what-i-may-tell").text

    assert "Who has not answered?" in page and "Anaximena" not in page
    assert edge.rows(AuditEvent) == []


def test_the_officer_reaches_no_page_about_a_person(make, officer):
    person = make.person()
    screening = answered(make, person, programme=ALWAYS)
    window = make.window(person.id, opens_on=TODAY)

    for path in (f"/en/people/{person.id}", "/en/work-list", "/en/interviews/"):
        assert officer.get(path).status_code == 403
    for path in (
        f"/en/windows/{window.id}/waive",
        f"/en/screenings/{screening.id}/certify",
        f"/en/interviews/{screening.id}/take",
    ):
        assert officer.post(path).status_code == 403


def test_a_full_page_is_light(make, officer):
    for _ in range(50):
        make.window(make.person().id)

    answer = officer.get("/en/completion/", headers={"Accept-Encoding": "gzip"})

    assert len(answer.data) < 25_000
