"""Pages of oversight: an emergency from number to end, reviews, questions, telling command."""

from datetime import timedelta

import pytest

from models.tables.glass import BreakGlass, ClosedRecord
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from models.tables.people import Person
from models.vocabulary import Act, Role
from tests.factories import TODAY
from tests.visitors import Visitor
from tests.web.pages import hidden, links, steady
from welfare.services.records import read_record

FORM = {"reason": "danger", "words": "Found on the floor.", "hours": "1"}


@pytest.fixture
def carer(make):
    return make.reachable()


@pytest.fixture
def person(make, edge, carer):
    """With an account, answers and an open alert, in the care of `carer`."""
    member = make.actor()
    (found,) = edge.rows(Person, Person.id == member.person_id)
    make.case(found, carer)
    make.alert(found, carer)
    found.member = member
    return found


@pytest.fixture
def number(edge, carer, person, make):
    view = edge.look(read_record, actor=carer, person_id=person.id, at=make.now)
    return view.who.service_number


@pytest.fixture
def opener(make, visit):
    return visit(make.actor(Role.CLINICIAN))


def test_an_emergency_from_number_to_end(opener, visit, person, number, edge):
    assert "/en/emergency/" in links(opener.get("/en/paper/").text)
    ask = opener.post("/en/emergency/find", {"service_number": number}, follow_redirects=True)
    assert ask.request.path == f"/en/emergency/people/{person.id}"
    refused = opener.post(ask.request.path, {"words": "Found on the floor."})
    assert refused.status_code == 422 and "Found on the floor." in refused.text

    record = opener.post(ask.request.path, FORM, follow_redirects=True)

    assert record.request.path == f"/en/people/{person.id}"
    assert "You opened this record in an emergency" in record.text
    for button in ("Acknowledge", "Sign note", "Certify", "Record an event", "Tell command"):
        assert button not in record.text
    (opened,) = edge.rows(BreakGlass)
    page = opener.get("/en/emergency/").text
    assert "Open to you now" in page
    opener.post(f"/en/emergency/{opened.id}/end")
    assert opener.get(record.request.path).status_code == 404
    mine = visit(person.member).get("/en/me/readers").text
    assert "In an emergency: Danger to the person or to somebody else" in mine


def test_a_record_marked_closed_looks_like_nobody(opener, visit, carer, person, number, edge):
    mark = f"/en/emergency/closed/{person.id}"
    visitor = visit(carer)
    assert mark in links(visitor.get(f"/en/people/{person.id}").text)
    assert visitor.post(mark, {"words": "Because."}).status_code == 422
    visitor.post(mark, {"reason": "colleague", "words": "Works next door."})

    closed = opener.post("/en/emergency/find", {"service_number": number})
    missing = opener.post("/en/emergency/find", {"service_number": "SN-nobody"})
    page = opener.get(f"/en/emergency/people/{person.id}")
    nobody = opener.get("/en/emergency/people/00000000-0000-0000-0000-000000000000")
    form = opener.post(f"/en/emergency/people/{person.id}", FORM)

    assert closed.status_code == missing.status_code == 422
    assert steady(closed.text) == steady(missing.text)
    assert (page.status_code, steady(page.text)) == (nobody.status_code, steady(nobody.text))
    assert (form.status_code, page.status_code) == (404, 404)
    assert mark in links(visitor.get("/en/emergency/").text)
    visitor.post(f"{mark}/lift", {"words": "He has left."})
    assert edge.rows(ClosedRecord)[0].lifted_at is not None
    assert opener.get(f"/en/emergency/people/{person.id}").status_code == 200


def test_an_officer_reviews_it_and_decides_about_the_delay(opener, visit, make, person, edge):
    officer = visit(make.actor(Role.PRIVACY_OFFICER))
    delay = {"delay": "yes", "delay_reason": "self", "delay_words": "He said so."}
    delay |= {"delay_until": (TODAY + timedelta(days=5)).isoformat()}
    opener.post(f"/en/emergency/people/{person.id}", FORM | delay)
    (opened,), (waits,) = edge.rows(BreakGlass), edge.rows(DelayedNotice)

    page = officer.get("/en/reviews/").text
    refused = officer.post(f"/en/reviews/emergency/{opened.id}", {"words": "I asked the ward."})
    done = {"verdict": "justified", "words": "I asked the ward."}
    officer.post(f"/en/reviews/emergency/{opened.id}", done)
    hidden_now = visit(person.member).get("/en/me/readers").text
    officer.post(f"/en/reviews/delays/{waits.id}", {"decision": "no", "words": "No danger."})

    assert "Found on the floor." in page and "He said so." in page
    assert refused.status_code == 422 and "I asked the ward." in refused.text
    assert "In an emergency" not in hidden_now
    shown = visit(person.member).get("/en/me/readers").text
    assert "In an emergency" in shown and "Decided by Adan Marrow" in shown
    assert "Justified" in officer.get("/en/reviews/").text


def test_a_reader_is_questioned_and_the_reply_stands_beside_it(visit, make, carer, person, edge):
    edge.look(read_record, actor=carer, person_id=person.id, at=make.now)
    officer, mine = visit(make.actor(Role.PRIVACY_OFFICER)), visit(person.member)
    page = mine.get("/en/me/readers").text
    assert "Looks after you, or did" in page
    (ask, *_) = sorted(each for each in links(page) if each.startswith("/en/me/readers/"))
    form = hidden(mine.get(ask).text)

    assert mine.post(ask, form | {"words": ""}).status_code == 422
    for _ in range(2):
        mine.post(ask, form | {"words": "Why did she look?"})
    other = mine.post(ask, form | {"words": "And who sent her?"})
    assert other.status_code == 422 and "And who sent her?" in other.text
    (question,) = edge.rows(EntryQuestion)
    listed = officer.get("/en/questions").text
    officer.post(f"/en/questions/{question.id}", {"words": "She looks after you."})

    assert "Why did she look?" in listed and "Care record read" in listed
    assert question.act is Act.RECORD_READ
    assert "She looks after you." in mine.get("/en/me/readers").text
    assert "No question waits for you" in officer.get("/en/questions").text


def test_command_is_told_word_for_word_what_was_previewed(visit, carer, person, edge):
    visitor, path = visit(carer), f"/en/people/{person.id}/tell-command"
    assert path in links(visitor.get(f"/en/people/{person.id}").text)
    assert visitor.get(path).status_code == 200
    form = {"ground": "acute", "asks": ["relieve", "contact"], "to": "Major Reed"}
    form |= {"channel": "phone", "language": "fr"}
    refused = visitor.post(path, form)
    assert refused.status_code == 422 and "Major Reed" in refused.text

    form["told_until"] = (TODAY + timedelta(days=3)).isoformat()
    preview = visitor.post(path, form)
    changed = visitor.post(path, form | {"change": "yes"})
    confirmed = hidden(preview.text) | {"asks": form["asks"]}
    done = visitor.post(f"{path}/confirm", confirmed, follow_redirects=True)

    assert preview.status_code == 200 and 'lang="fr"' in preview.text
    assert changed.status_code == 200 and "Major Reed" in changed.text
    assert done.request.path == f"/en/people/{person.id}"
    assert edge.count(CommandNotice) == 1
    mine = visit(person.member).get("/en/me/readers").text
    told = preview.text.partition('dir="ltr">')[2].partition("</div>")[0]
    assert told.count("<p") == 6 and all(line in mine for line in told.splitlines() if line)


@pytest.mark.parametrize("role", [Role.COMMANDER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MEMBER])
def test_command_and_administrators_find_no_door(visit, make, person, role):
    visitor = visit(make.actor(role))

    for path in (
        "/en/emergency/",
        f"/en/emergency/people/{person.id}",
        f"/en/emergency/closed/{person.id}",
        f"/en/people/{person.id}/tell-command",
        "/en/reviews/",
        "/en/questions",
    ):
        assert visitor.get(path).status_code == 403
    assert visitor.post(f"/en/emergency/people/{person.id}", FORM).status_code == 403


def test_whoever_signed_in_long_ago_shows_first_that_it_is_them(visit, make, app, person, edge):
    visitor, actor = Visitor(app, make, None), make.actor(Role.CLINICIAN)
    stale = make.now - timedelta(hours=1)
    visitor.client.set_cookie("welfare", make.web_session(actor, fresh_at=stale))

    path = f"/en/emergency/people/{person.id}"
    asked, sent = visitor.get(path), visitor.post(path, FORM)

    assert (asked.status_code, sent.status_code) == (303, 403)
    assert "is not lost" in sent.text
    assert edge.count(BreakGlass) == 0
