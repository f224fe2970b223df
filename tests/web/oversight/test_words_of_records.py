"""No name and no word of a record reaches those who do not care for people."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from models import vault
from models.tables.accounts import Post, WebSession
from models.tables.care import Case
from models.tables.people import Identity
from models.tables.releases import ReleaseCell
from models.vocabulary import Role
from tests.factories import CRITICAL
from tests.policies.population import release_of
from tests.web.oversight.crawling import crawl, every_page
from welfare.policies.links import token_for
from welfare.policies.referral_wishes import Wish
from welfare.services.alerts import acknowledge_alert, close_alert, record_contact
from welfare.services.message_list import note_seen
from welfare.services.messages import reply
from welfare.services.notebook import write_entry
from welfare.services.notes import sign_note
from welfare.services.own_messages import write_message
from welfare.services.referrals import send_referral
from welfare.services.screenings import send_screening

CANARY = "canary-kestrel-7781"
OVERSIGHT = (Role.COMMANDER, Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER)
FIELDS = ("given", "family", "service_number", "email", "phone")


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
    wish = Wish(None, True, CANARY, "routine", CANARY, "danger", CANARY)
    referred = {"actor": clinician, "person_id": member.person_id, "wish": wish, "at": at}
    referral = edge.act(send_referral, **referred)
    own = {"actor": member, "words": CANARY, "at": at}
    entry = edge.act(write_entry, **own, entry_id=uuid4())
    written = edge.act(write_message, **own, message_id=uuid4())
    answer = {"message_id": written.id, "reply_id": uuid4(), "words": CANARY}
    edge.act(reply, actor=clinician, at=at, **answer)
    edge.act(write_message, **own, message_id=uuid4())
    seen = {"person_id": member.person_id, "at": at}
    edge.act(note_seen, actor=clinician, **seen)  # that it was read is told to its writer, once
    approve(release_of(make, make.root, [make.root]))
    return {
        "lang": "en",
        "number": 1,
        "person_id": member.person_id,
        "account_id": member.account_id,
        "post_id": edge.rows(Post, Post.account_id == member.account_id)[0].id,
        "token": token_for(make.database.keys, make.invitation(member).id),
        "screening_id": receipt.screening.id,
        "window_id": sent["window_id"],
        "alert_id": receipt.alert.id,
        "case_id": case.id,
        "referral_id": referral.id,
        "message_id": written.id,
        "entry_id": entry.id,
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


@pytest.mark.parametrize("role", OVERSIGHT)
def test_no_name_and_no_word_of_a_record_reaches_those_who_do_not_care_for_people(
    app, visit, make, story, role
):
    visitor = visit(make.actor(role))

    seen = crawl(visitor, every_page(app, story))

    telling = {path: words_of(path, text) for path, text in seen.items()}
    assert len(seen) > 20
    assert [path for path, text in telling.items() if CANARY in text] == []


def words_of(path, text):
    """Who may sign in, and who is sent where, is an administrator's business: their name, address
    and number, and no more."""
    if not re.match(r"/\w\w/(accounts|deployments)/", path):
        return text
    return re.sub(f"{CANARY}-(given|family|email|service_number)", "", text)


def test_the_crawl_would_have_found_the_words(app, visit, story):
    seen = crawl(visit(story["clinician"]), every_page(app, story))

    found = [path for path, text in seen.items() if CANARY in text]

    assert f"/en/people/{story['person_id']}" in found
    assert f"/en/messages/{story['person_id']}" in found
    notebook = f"/en/me/notebook/{story['entry_id']}"
    assert notebook not in found  # nobody else's page, not even of whoever is in charge


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


def sessions_in(edge):
    """Without when each was last seen, which moves by itself once a minute."""
    columns = [column for column in WebSession.__table__.columns if column.name != "seen_at"]
    with edge.database.engine.connect() as connection:
        return sorted(map(repr, connection.execute(select(*columns))))


def test_reading_pages_changes_nothing_but_the_trail(app, visit, make, story, edge):
    visitors = [visit(make.actor(role)) for role in Role] + [visit(story["clinician"]), visit()]
    unmoved = {"but": ("audit_event", "web_session")}
    before, sessions = edge.contents(**unmoved), sessions_in(edge)
    trail = edge.contents(but=())["audit_event"]

    for visitor in visitors:
        for path in every_page(app, story):
            visitor.get(path).close()

    assert edge.contents(**unmoved) == before
    assert sessions_in(edge) == sessions
    assert set(edge.contents(but=())["audit_event"]) > set(trail)
