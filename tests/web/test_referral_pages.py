"""The pages of referrals for both sides, and what a member agreed to."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.care import Case
from models.tables.people import Person
from models.tables.referrals import Referral
from models.vocabulary import CaseStatus, ReferralStatus, Role
from tests.factories import TODAY
from tests.web.pages import actions, hidden, links

DAY = timedelta(days=1)
REASON = "Sleeps badly since the march."


@pytest.fixture
def mine(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def other(make):
    return make.actor(Role.CLINICIAN)


@pytest.fixture
def member(make):
    return make.actor()


@pytest.fixture
def person(make, edge, member, mine):
    (found,) = edge.rows(Person, Person.id == member.person_id)
    make.case(found, mine)
    return found


@pytest.fixture
def sender(visit, mine, person):
    return visit(mine)


@pytest.fixture
def filled(other):
    return {"receiver": str(other.account_id), "urgency": "routine", "reason": REASON}


def page_of(person):
    return f"/en/people/{person.id}/referrals"


def now(edge, referral):
    return edge.rows(Referral, Referral.id == referral.id)[0]


def test_from_the_record_through_agreement_to_a_sent_referral(sender, person, filled, edge):
    assert page_of(person) in links(sender.get(f"/en/people/{person.id}").text)
    page = sender.get(page_of(person)).text
    assert "The person has not agreed." in page and "Without agreement, because" in page
    sender.post(f"/en/people/{person.id}/agreed")
    page = sender.get(page_of(person)).text
    assert "The person agrees since" in page and "Without agreement" not in page

    done = sender.post(page_of(person), filled | {"referral_id": hidden(page)["referral_id"]})

    (referral,) = edge.rows(Referral)
    assert done.headers["Location"] == f"/en/referrals/{referral.id}"
    assert REASON in sender.get(done.headers["Location"]).text
    assert done.headers["Location"] in links(sender.get("/en/referrals/").text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "The person has not agreed."),
        ({"urgency": ""}, "How soon"),
        ({"receiver": "outside", "without": "danger"}, "Which service"),
        ({"receiver": "nobody", "without": "law", "without_words": "A court."}, "A court."),
    ],
)
def test_a_refused_form_keeps_what_was_entered(sender, person, filled, edge, changes, said):
    page = sender.post(page_of(person), filled | changes)

    assert page.status_code == 422 and "<title>Error:" in page.text
    assert REASON in page.text and said in page.text
    assert edge.count(Referral) == 0


def test_a_form_that_sent_something_else_already_comes_back_with_a_new_id(
    sender, person, filled, make, mine
):
    make.consent(person.id, mine)
    form = filled | {"referral_id": str(uuid4())}
    sender.post(page_of(person), form)

    page = sender.post(page_of(person), form | {"reason": "Other words."})

    assert page.status_code == 422 and "Other words." in page.text
    assert hidden(page.text)["referral_id"] != form["referral_id"]


def test_the_receiver_reads_the_reason_and_not_the_record_until_it_is_accepted(
    visit, make, person, mine, other, edge
):
    make.consent(person.id, mine)
    referral = make.referral(person, mine, other)
    receiver = visit(other)
    page = receiver.get(f"/en/referrals/{referral.id}").text
    assert "Sleeps badly." in page and "Can you see this person?" in page
    assert receiver.get(f"/en/people/{person.id}").status_code == 404
    assert f"/en/referrals/{referral.id}" in links(receiver.get("/en/referrals/").text)

    done = receiver.post(f"/en/referrals/{referral.id}/accept")

    assert done.headers["Location"] == f"/en/people/{person.id}"
    assert receiver.get(done.headers["Location"]).status_code == 200


def test_from_the_booked_day_to_the_outcome(visit, make, person, mine, other, edge):
    taken = {"status": ReferralStatus.ACCEPTED, "responsible_id": other.account_id}
    referral = make.referral(person, mine, other, **taken)
    receiver, at = visit(other), f"/en/referrals/{referral.id}"
    late = receiver.post(f"{at}/book", {"day": (TODAY + 20 * DAY).isoformat()})
    assert late.status_code == 422 and "Book this day even so" in late.text

    receiver.post(f"{at}/book", {"day": TODAY.isoformat()})
    receiver.post(f"{at}/attended")
    refused = receiver.post(f"{at}/finish", {"finish": "other", "finish_words": ""})
    assert refused.status_code == 422 and 'value="other" checked' in refused.text
    receiver.post(f"{at}/finish", {"finish": "helped", "finish_words": "Sleeps again."})

    assert now(edge, referral).status is ReferralStatus.FINISHED
    page = visit(mine).get(at).text
    assert "They were helped, and it is finished. Sleeps again." in page and actions(page) == []


def test_whoever_rejects_reads_no_reason_any_more_and_its_sender_reads_why(
    visit, make, person, mine, other
):
    referral = make.referral(person, mine, other)
    receiver, at = visit(other), f"/en/referrals/{referral.id}"
    form = {"rejection": "other", "rejection_words": ""}
    assert receiver.post(f"{at}/reject", form).status_code == 422

    receiver.post(f"{at}/reject", form | {"rejection_words": "On leave."})

    assert "Sleeps badly." not in receiver.get(at).text
    assert "On leave." in visit(mine).get(at).text


@pytest.mark.parametrize("end", ["accept", "reject", "book", "finish", "withdraw", "send-on"])
def test_what_has_ended_is_said_calmly_and_a_stranger_finds_nothing(
    visit, make, person, mine, other, end
):
    gone = make.referral(person, mine, other, status=ReferralStatus.WITHDRAWN)
    form = {"day": TODAY.isoformat(), "receiver": str(other.account_id)}
    form |= {"withdrawal": "declined", "finish": "helped", "rejection": "no_room"}
    is_senders = end in ("withdraw", "book", "finish", "send-on")

    said = visit(mine if is_senders else other).post(f"/en/referrals/{gone.id}/{end}", form)
    stranger = visit(make.actor(Role.CLINICIAN)).post(f"/en/referrals/{gone.id}/{end}", form)

    assert (said.status_code, stranger.status_code) == (409, 404)


def test_care_does_not_end_before_its_referral_has(sender, make, person, mine, other, edge):
    referral = make.referral(person, mine, other)
    (case,) = edge.rows(Case)
    form = {"person": str(person.id), "ending": "elsewhere", "ending_words": "Over there."}

    page = sender.post(f"/en/cases/{case.id}/close", form)

    assert page.status_code == 409 and "A referral is open" in page.text
    assert "Over there." in page.text and page_of(person) in links(page.text)
    withdrawal = {"withdrawal": "no_need", "withdrawal_words": ""}
    sender.post(f"/en/referrals/{referral.id}/withdraw", withdrawal)
    sender.post(f"/en/cases/{case.id}/close", form)
    assert edge.rows(Case)[0].status is CaseStatus.CLOSED


def test_a_member_agrees_and_takes_it_back_and_sees_what_that_does(
    visit, make, member, person, mine, other, edge
):
    referral = make.referral(person, mine, other)
    browser = visit(member)
    page = browser.get("/en/me/agreements/").text
    assert page.count("You do not agree") == 2 and "Your care here goes on" in page
    assert "They have been asked to see you" in page and "Sleeps badly." not in page
    browser.post("/en/me/agreements/give", {"purpose": "sharing"})
    page = browser.get("/en/me/agreements/").text
    assert "You agree" in page and "Referrals end at once" in page

    browser.post("/en/me/agreements/withdraw", {"purpose": "sharing"})

    page = browser.get("/en/me/agreements/").text
    assert "Your referrals have ended" in page and "This has ended" in page
    assert now(edge, referral).status is ReferralStatus.WITHDRAWN
    assert browser.post("/en/me/agreements/give", {"purpose": "gossip"}).status_code == 422


def test_a_member_sees_that_they_were_referred_without_their_agreement(
    visit, sender, person, filled, member
):
    basis = {"without": "danger", "without_words": "He said that he cannot go on."}
    sender.post(page_of(person), filled | basis)

    browser = visit(member)

    assert "Sent without your agreement:" in browser.get("/en/me/agreements/").text
    assert "Referred you without your agreement" in browser.get("/en/me/readers").text


def test_the_lead_sees_counts_on_the_service_page(visit, make, person, mine):
    make.referral(person, mine, due_at=make.now - DAY)

    page = visit(make.actor(Role.CLINIC_LEAD)).get("/en/service/").text

    assert "Referred without outcome" in page and "1 open, 1 overdue" in page


def test_every_state_is_said_to_both_sides_and_to_the_person(
    visit, make, person, mine, other, member
):
    taken = {"responsible_id": other.account_id}
    booked = {"status": ReferralStatus.BOOKED, "booked_on": TODAY + DAY, **taken}
    later = make.referral(person, mine, other, **booked)
    late = make.referral(person, mine, other, due_at=make.now - DAY)
    make.referral(person, mine, is_outside=False)

    page = visit(mine).get(page_of(person)).text

    assert "Booked for" in page and "Overdue since" in page and "Needs another receiver" in page
    assert f"/en/referrals/{late.id}" in links(page)
    assert "attended" not in str(actions(visit(other).get(f"/en/referrals/{later.id}").text))
    own = visit(member).get("/en/me/agreements/").text
    assert "Your appointment is on" in own and "is being looked for" in own


def test_the_steps_of_a_sender_lead_back_to_the_referral(visit, make, person, mine, other, edge):
    outside = make.referral(person, mine)
    make.consent(person.id, mine)
    sender, at = visit(mine), f"/en/referrals/{outside.id}"

    assert sender.post(f"{at}/accept").headers["Location"] == at
    sender.post(f"{at}/book", {"day": TODAY.isoformat()})
    assert sender.post(f"{at}/missed").headers["Location"] == at
    assert sender.post(f"{at}/withdraw", {"withdrawal": ""}).status_code == 422
    assert sender.post(f"/en/people/{person.id}/withdrawn").headers["Location"] == page_of(person)

    assert now(edge, outside).status is ReferralStatus.WITHDRAWN
    here = make.referral(person, mine, other)
    third = make.actor(Role.CLINICIAN)
    at = f"/en/referrals/{here.id}/send-on"
    assert sender.post(at, {"receiver": ""}).status_code == 422
    sender.post(at, {"receiver": str(third.account_id)})
    assert now(edge, here).receiver_id == third.account_id
