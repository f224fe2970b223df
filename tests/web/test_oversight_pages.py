"""What commanders, administrators, auditors and privacy officers see; and what they never do."""

import re
from uuid import uuid4

import pytest

from models import vault
from models.base import new_key
from models.tables.care import Case
from models.tables.people import Identity
from models.tables.releases import ReleaseApproval, ReleaseCell
from models.vocabulary import ReleaseDecision, Role
from tests.factories import CRITICAL
from tests.policies.population import release_of
from tests.web.pages import actions, links
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.notes import sign_note
from welfare.services.screenings import send_screening
from welfare.web.guard import need_of

CANARY = "canary-kestrel-7781"
OVERSIGHT = (Role.COMMANDER, Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER)
FIELDS = ("given", "family", "service_number", "email", "phone")


@pytest.fixture
def approve(make):
    """Both approvers say yes."""
    people = {role: make.actor(role) for role in (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD)}

    def say_yes(release_id):
        with make.kept() as session:
            session.add_all(
                ReleaseApproval(
                    id=new_key(),
                    release_id=release_id,
                    role=role,
                    account_id=actor.account_id,
                    decision=ReleaseDecision.APPROVED,
                    decided_at=make.now,
                )
                for role, actor in people.items()
            )

    return say_yes


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

    assert set(seen) <= {"/en/figures/", "/en/", "/en/help", "/en/roles"}


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


@pytest.mark.parametrize(
    ("path", "form", "kept"),
    [
        ("units", {"name": ""}, []),
        ("accounts", {"role": "clinician", "login": "no", "given": "Noor"}, ["Noor"]),
        ("accounts", {"role": "x", "login": "noor", "given": "Noor", "family": "C"}, ["Noor"]),
        ("deployments", {"service_number": "SN-0", "mission": "Hill", "from": "soon"}, ["Hill"]),
        ("deployments", {"service_number": "SN-0", "mission": "Hill", "from": "9999-12-31"}, []),
        ("deployments", {"service_number": "SN-0", "mission": "Hill", "from": "0001-01-01"}, []),
        (
            "duty",
            {
                "from": "2026-01-01",
                "until": "9999-12-31",
                "account": "00000000-0000-0000-0000-000000000000",
            },
            [],
        ),
        ("duty", {"from": "", "account": ""}, []),
        ("contacts", {"name": "Chaplain", "phone": "none", "hours": "Always"}, ["Chaplain"]),
        ("contacts", {"name": "C", "phone": "1" * 60, "hours": "Always"}, []),
    ],
)
def test_a_form_of_the_site_that_cannot_be_used_is_shown_again(visit, make, edge, path, form, kept):
    admin = visit(make.actor(Role.ADMINISTRATOR))
    before = edge.contents()

    page = admin.post(f"/en/site/{path}/new", {"unit": str(make.root.id), "language": "en", **form})

    assert page.status_code == 422, page.text
    assert "<title>Error:" in page.text
    assert [word for word in kept if word not in page.text] == []
    assert edge.contents() == before


@pytest.mark.parametrize("unit", ["", "not-an-id", "00000000-0000-0000-0000-000000000000"])
def test_a_unit_that_is_not_on_the_list_is_refused(visit, make, unit):
    admin = visit(make.actor(Role.ADMINISTRATOR))

    answer = admin.post("/en/site/units/new", {"unit": unit, "name": "A Company"})

    assert answer.status_code in {404, 422}


def test_signs_that_no_database_keeps_are_left_out(visit, make, edge):
    admin = visit(make.actor(Role.ADMINISTRATOR))

    answer = admin.post("/en/site/units/new", {"unit": str(make.root.id), "name": "A\x00 Company"})

    assert answer.status_code == 302
    assert "A Company" in admin.get("/en/site/").text


def test_a_first_password_is_shown_once_and_never_cached(visit, make):
    admin = visit(make.actor(Role.ADMINISTRATOR))
    form = {
        "unit": str(make.root.id),
        "role": "clinician",
        "login": "noor",
        "given": "Noor",
        "family": "Castellane",
        "email": "noor@example.org",
    }

    page = admin.post("/en/site/accounts/new", form)

    password = re.search(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b", page.text).group()
    assert page.status_code == 201 and page.headers["Cache-Control"] == "no-store"
    assert password not in admin.get("/en/site/").text


def test_a_failed_act_never_says_that_it_was_done(visit, make, edge):
    admin = visit(make.actor(Role.ADMINISTRATOR))
    edge.break_table("audit_event")

    failed = admin.post("/en/site/units/new", {"unit": str(make.root.id), "name": "A Company"})

    assert failed.status_code == 500
    for page in (failed, admin.get("/en/help")):
        assert "is there" not in page.text


@pytest.fixture
def story(edge, make, approve):
    """A member whose every word and name is a canary, from the answers to the closed alert."""
    clinician = make.reachable()
    member = make.actor(person=named(make))
    at = make.now
    sent = {"actor": member, "window_id": make.window(member.person_id).id, "at": at}
    receipt = edge.act(
        send_screening, **sent, submission_id=uuid4(), answers=CRITICAL, language="en"
    )
    care = {"actor": clinician, "alert_id": receipt.alert.id, "at": at}
    edge.act(acknowledge_alert, **care)
    edge.act(record_contact, **care, result="reached", channel="phone", words=CANARY)
    edge.act(close_alert, **care, outcome="supported", words=CANARY)
    (case,) = edge.rows(Case)
    edge.act(sign_note, actor=clinician, case_id=case.id, words=CANARY, at=at)
    approve(release_of(make, make.root, [make.root]))
    return {
        "lang": "en",
        "number": 1,
        "person_id": member.person_id,
        "screening_id": receipt.screening.id,
        "window_id": sent["window_id"],
        "alert_id": receipt.alert.id,
        "case_id": case.id,
        "release_id": edge.rows(ReleaseCell)[0].release_id,
        "filename": "dist/SHA256SUMS",
        "clinician": clinician,
    }


def named(make):
    person = make.person()
    with make.kept() as session:
        identity = session.get_one(Identity, person.id)
        key = vault.key_for(session, person_id=person.id)
        identity.content = vault.sealed(
            key, identity, "content", {name: f"{CANARY}-{name}" for name in FIELDS}, size=512
        )
    return person


def crawl(visitor, pages):
    """Every page that can be reached by links, with its text."""
    seen, waiting = {}, list(pages)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        with visitor.get(path) as answer:
            seen[path] = answer.text if answer.mimetype == "text/html" else ""
        waiting += links(seen[path])
    return seen


def every_page(app, story):
    """Every address that can be read, with the ids of the story in it."""
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {name: story[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and need_of(app.view_functions[rule.endpoint])
    ]


@pytest.mark.parametrize("role", OVERSIGHT)
def test_no_name_and_no_word_of_a_record_reaches_those_who_do_not_care_for_people(
    app, visit, make, story, role
):
    visitor = visit(make.actor(role))

    seen = crawl(visitor, every_page(app, story))

    assert len(seen) > 20
    assert [path for path, text in seen.items() if CANARY in text] == []


def test_the_crawl_would_have_found_the_words(app, visit, story):
    seen = crawl(visit(story["clinician"]), every_page(app, story))

    found = [path for path, text in seen.items() if CANARY in text]

    assert f"/en/people/{story['person_id']}" in found


def test_neither_log_nor_letters_hold_a_word_of_the_record(app, visit, make, story, caplog):
    caplog.set_level("DEBUG")

    crawl(visit(story["clinician"]), every_page(app, story))

    assert CANARY not in caplog.text
    assert str(story["person_id"]) not in caplog.text


def test_an_auditor_reads_kinds_of_acts_and_no_name_of_a_member(visit, make, story):
    page = visit(make.actor(Role.AUDITOR)).get("/en/trail/").text

    words = re.sub(r"<[^>]+>", " ", page)
    assert "Care record read" in words or "Care record changed" in words
    for telling in (CANARY, "alert.", "screening.", "note.signed", str(story["person_id"])):
        assert telling not in page
    assert "Clinician" in words


def test_reading_pages_changes_nothing_but_the_trail(app, visit, make, story, edge):
    visitors = [visit(make.actor(role)) for role in Role] + [visit(story["clinician"]), visit()]
    before = edge.contents()
    trail = edge.contents(but=())["audit_event"]

    for visitor in visitors:
        for path in every_page(app, story):
            visitor.get(path).close()

    assert edge.contents() == before
    assert set(edge.contents(but=())["audit_event"]) > set(trail)
