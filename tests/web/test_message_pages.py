"""Messages on their pages: a member writes, a clinician replies, and nothing entered is lost."""

import re
from html import unescape

import pytest

from models.tables.audit import AuditEvent
from models.tables.messages import Message
from models.vocabulary import Act, Role
from tests.web.pages import hidden, links

WRITTEN = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)
OWN = "/en/me/messages"


@pytest.fixture
def clinician(make):
    return make.reachable()


@pytest.fixture
def member(make, clinician):
    return make.actor()


@pytest.fixture
def writer(visit, member):
    return visit(member)


@pytest.fixture
def carer(visit, clinician):
    return visit(clinician)


def write(writer, words="The nights are long.", **fields):
    fields = fields or hidden(writer.get(OWN).text)
    return writer.post(OWN, {**fields, "message": words})


def reply(carer, member, words="Come in on Monday.", **fields):
    thread = f"/en/messages/{member.person_id}"
    page = carer.get(thread)
    action = re.search(r'action="([^"]+/reply)"', page.text)[1]
    return carer.post(action, {**hidden(page.text), "reply": words, **fields})


def given_back(page):
    return unescape(WRITTEN.search(page.text)[1])


def test_before_writing_it_is_said_who_reads_it_by_when_and_where_to_turn_now(writer):
    page = writer.get(OWN).text

    assert "the clinician on duty, reads it." in page
    assert "Your commander never sees it." in page
    assert "within 2 working days" in page
    assert "Messages are not watched day and night." in page
    assert "Field clinic" in page and "/en/call-me" in links(page)


def test_from_a_message_to_the_reply_the_member_reads(writer, carer, member, edge, rung):
    assert write(writer).status_code == 303 and rung
    assert "Not read yet." in writer.get(OWN).text
    assert f"/en/messages/{member.person_id}" in links(carer.get("/en/messages").text)
    assert "The nights are long." in carer.get(f"/en/messages/{member.person_id}").text
    assert ">Read. Reply by " in writer.get(OWN).text

    assert reply(carer, member).status_code == 303

    assert "You have a reply." in writer.get("/en/me/").text
    page = writer.get(OWN).text
    assert page.index("The nights are long.") < page.index("Come in on Monday.")
    assert ">New<" in page and ">Replied<" in page
    assert "You have a reply." not in writer.get("/en/me/").text
    assert "Replied to a message of yours" in writer.get("/en/me/readers").text
    assert "No message waits for you" in carer.get("/en/messages").text


def test_a_doubled_form_sends_once_and_a_refused_one_keeps_the_words(writer, edge):
    fields = hidden(writer.get(OWN).text)
    for _ in range(2):
        assert write(writer, "One", **fields).status_code == 303

    page = write(writer, "Two", **fields)

    assert (page.status_code, given_back(page)) == (422, "Two")
    assert "<title>Error:" in page.text and "has sent other words already" in page.text
    assert hidden(page.text)["message_id"] != fields["message_id"]
    assert edge.count(Message) == 1


def test_where_nobody_reads_no_form_is_offered_and_words_that_were_sent_come_back(visit, make):
    writer = visit(make.actor())
    offered = writer.get(OWN).text

    page = write(writer, "Is anybody there?", message_id="12345678-1234-5678-1234-567812345678")

    assert "Nobody could read a message right now." in offered and "<textarea" not in offered
    assert (page.status_code, given_back(page)) == (409, "Is anybody there?")


def test_who_replies_second_is_told_and_keeps_the_words(writer, carer, member, visit, make, edge):
    write(writer)
    page = carer.get(f"/en/messages/{member.person_id}")
    action = re.search(r'action="([^"]+/reply)"', page.text)[1]
    reply(carer, member, "First.")

    late = carer.post(
        action, {**hidden(page.text), "reply": "Second.", "reply_id": str(make.root.id)}
    )

    assert (late.status_code, given_back(late)) == (409, "Second.")
    assert "A colleague has seen to this message already." in late.text
    assert edge.count(Message) == 2


def test_no_reply_needed_is_said_to_the_member_with_who_said_so(writer, carer, member):
    write(writer)
    page = carer.get(f"/en/messages/{member.person_id}").text
    action = re.search(r'action="([^"]+/no-reply)"', page)[1]

    assert carer.post(action).status_code == 303

    assert "no reply needed" in writer.get(OWN).text


def test_a_lead_takes_over_what_is_overdue_and_reads_it_then(visit, make, member, clinician):
    message = make.message(member.person_id, clinician, "Overdue words.", overdue_at=make.now)
    lead = visit(make.actor(Role.CLINIC_LEAD))
    listed = lead.get("/en/messages").text
    assert "Overdue in your units" in listed and "Overdue words." not in listed
    assert lead.get(f"/en/messages/{member.person_id}").status_code == 404

    taken = lead.post(f"/en/messages/{message.id}/take")

    assert "Overdue words." in lead.get(taken.headers["Location"]).text


def test_opening_a_thread_is_in_the_members_list_of_readers_at_once(writer, carer, member, edge):
    write(writer)

    carer.get(f"/en/messages/{member.person_id}")

    assert "Read messages of yours" in writer.get("/en/me/readers").text
    acts = [event.act for event in edge.rows(AuditEvent)]
    assert acts.count(Act.MESSAGE_READ) == acts.count(Act.MESSAGE_SEEN) == 1


def test_whoever_came_by_a_link_has_no_messages_no_notebook_and_no_download(visit, make, member):
    window = make.window(member.person_id)
    linked = visit()
    token = make.web_session(member, window_id=window.id)
    linked.client.set_cookie("welfare", token)

    for path in (OWN, "/en/me/record", "/en/me/notebook", "/en/me/download"):
        assert linked.get(path).status_code == 403
    assert "/en/me/messages" not in links(linked.get("/en/me/").text)
