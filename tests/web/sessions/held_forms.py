"""A form sent after the sign-in went stale goes round with the question, and is not lost."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

from models import vault
from models.tables.paper import MovedScreening
from models.tables.people import Identity, Person
from tests.factories import CRITICAL
from tests.web.pages import hidden
from tests.web.sessions.cases import case
from tests.web.sessions.world import asked_of
from welfare.web import kept_form

EARLY = timedelta(minutes=11)
WORDS = "Two sheets were mixed up."


def a_move(it):
    """The last step of moving somebody's answers, and its form."""
    member, right = it.make.actor(), it.make.actor()
    (person,) = it.edge.rows(Person, Person.id == member.person_id)
    it.make.case(person, it.noor)
    screening = it.make.screening(person, CRITICAL)
    with it.database.reading() as session:
        key = vault.key_for(session, person_id=right.person_id)
        identity = session.get_one(Identity, right.person_id)
        number = vault.opened(key, identity, "content")["service_number"]
    path = f"/en/screenings/{screening.id}/move"
    said = {"service_number": number, "reason": "mixed", "words": WORDS}
    page = it.browser(it.session()).post(path, said).text
    return f"{path}/confirm", said | {
        "person_id": re.search(r'name="person_id" value="([^"]+)"', page)[1]
    }


def stale(it):
    return it.browser(it.session(fresh_at=datetime.now(UTC) - EARLY))


@case
def a_stale_form_asks_who_it_is_and_is_sent_by_its_owners_hand(it):
    path, said = a_move(it)
    browser = stale(it)

    asked = browser.post(path, said)

    assert asked.status_code == 403 and "is not lost" in asked.text
    assert WORDS not in asked.text and it.edge.count(MovedScreening) == 0
    known = browser.post("/en/confirm/code", hidden(asked.text) | {"code": it.code()})
    assert known.status_code == 200 and f'action="{path}"' in known.text
    assert it.edge.count(MovedScreening) == 0
    done = browser.post(path, hidden(known.text), follow_redirects=True)
    assert "It is moved to the right record." in done.text
    assert it.edge.count(MovedScreening) == 1


@case
def a_wrong_code_keeps_the_form_for_the_next_try(it):
    path, said = a_move(it)
    browser = stale(it)
    asked = browser.post(path, said)

    wrong = browser.post("/en/confirm/code", hidden(asked.text) | {"code": "000000"})

    assert wrong.status_code == 422 and "is not lost" in wrong.text
    known = browser.post("/en/confirm/code", hidden(wrong.text) | {"code": it.code()})
    assert WORDS in known.text


@case
def a_passkey_takes_the_form_round_too_and_so_does_the_way_back_from_it(it):
    key = it.has_passkey()
    path, said = a_move(it)
    browser = stale(it)
    asked = browser.post(path, said)

    shown = browser.post("/en/confirm/passkey", hidden(asked.text)).text

    back = browser.post("/en/confirm", hidden(shown))
    assert "is not lost" in back.text
    question = asked_of(shown)
    answer = question["form"] | {"credential": key.get(question["options"])}
    assert WORDS in browser.post("/en/confirm/passkey/check", answer).text


@case
def of_a_held_form_nothing_is_in_an_address(it):
    path, said = a_move(it)
    browser = stale(it)
    asked = browser.post(path, said)
    shown = browser.post("/en/confirm/passkey", hidden(asked.text))
    known = browser.post("/en/confirm/code", hidden(asked.text) | {"code": it.code()})
    for page in (asked, shown, known):
        assert not re.search(r'(href|action)="[^"]*(kept_form|mixed)', page.text)


@case
def another_account_a_late_hand_and_a_changed_form_get_nothing(it):
    path, said = a_move(it)
    browser = stale(it)
    fields = hidden(browser.post(path, said).text)
    held, at = fields[kept_form.FIELD], datetime.now(UTC)
    with it.app.test_request_context():
        noor = it.noor.account_id
        assert dict(kept_form.opened(held, noor, at=at).fields)["words"] == WORDS
        assert kept_form.opened(held, uuid4(), at=at) is None
        assert kept_form.opened(held, noor, at=at + timedelta(hours=1, minutes=1)) is None
        assert kept_form.opened(held[:-8] + "AAAAAAA=", noor, at=at) is None
        assert kept_form.opened("é", noor, at=at) is None
    changed = fields | {kept_form.FIELD: "AAAA", "code": it.code()}
    assert browser.post("/en/confirm/code", changed).status_code == 303


@case
def every_choice_of_a_list_goes_round_and_a_file_or_too_much_does_not(it):
    noor, at = it.noor.account_id, datetime.now(UTC)
    with it.app.test_request_context("/en/x", method="POST", data={"a": ["1", "2"], "b": "ع"}):
        found = kept_form.opened(kept_form.sealed(noor, at=at), noor, at=at)
        assert found.action == "/en/x"
        assert list(found.fields) == [("a", "1"), ("a", "2"), ("b", "ع")]
    for data in (
        {},
        {"csrf_token": "x"},
        {"a": "x" * kept_form.MOST},
        {"a": "1", "file": (BytesIO(b"x"), "roster.csv")},
    ):
        with it.app.test_request_context("/en/x", method="POST", data=data):
            assert kept_form.sealed(noor, at=at) == ""


@case
def a_form_about_oneself_does_not_go_round(it):
    """It may hold a new password."""
    browser = stale(it)
    answer = browser.post("/en/second-factor/app/confirm", {"code": "123456"})
    assert answer.status_code == 303 and "/en/confirm?to=" in answer.headers["Location"]


@case
def the_lengths_of_short_forms_are_the_same(it):
    noor, at = it.noor.account_id, datetime.now(UTC)

    def length(words):
        with it.app.test_request_context("/en/x", method="POST", data={"words": words}):
            return len(kept_form.sealed(noor, at=at))

    assert length("No.") == length(WORDS * 20)
