"""A critical answer in a draft: every page offers to send its part now."""

from datetime import timedelta

import pytest

from models.tables.accounts import Account
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.screenings import Draft, Screening, Window
from tests.factories import CALM, CRITICAL
from tests.services.early_parts.endings import close
from tests.web.drafts.answering import LOW, answer_all, follow, send_from
from tests.web.pages import hidden, links


@pytest.fixture
def critical(me, start):
    """As far as the third part; the second has a critical answer."""
    return answer_all(me, start, {code: CRITICAL[code] for code in ("pc-ptsd-5", "phq-9")})


def test_every_page_says_that_nobody_has_been_told_and_offers_to_send_the_part(me, start, critical):
    for page in (critical, me.get("/en/me/"), me.get(f"{start}/parts/1")):
        assert "Nobody has been told yet" in page.text
        assert "Send this part now" in page.text
        assert "+00 555 0101" in page.text
        assert "“Mood and energy”" in page.text


def test_the_button_tells_a_human_at_once_and_the_rest_stays_open(
    me, start, critical, edge, rung, clinician
):
    receipt = follow(me, me.post(f"{start}/send-part"))

    (alert,) = edge.rows(Alert)
    assert (rung, alert.owner_id) == ([1], clinician.account_id)
    assert "A clinician has been told and should contact you by" in receipt.text
    assert "+00 555 0101" in receipt.text
    assert start in links(receipt.text)
    assert "What your answers say" not in receipt.text


def test_afterwards_the_pages_say_who_will_be_in_touch(me, start, critical):
    me.post(f"{start}/send-part")

    for page in (me.get(f"{start}/parts/3"), me.get("/en/me/")):
        assert "A clinician has been told and should contact you by" in page.text
        assert "Send this part now" not in page.text
        assert "Nobody has been told yet" not in page.text


def test_answers_on_the_page_are_kept_when_its_button_is_pressed(me, start, critical, edge):
    receipt = follow(me, send_from(me, critical, {"gad-2": {"1": 2}}, then="tell"))

    assert edge.count(Alert) == 1
    assert "A clinician has been told" in receipt.text
    assert 'value="2" checked' in me.get(f"{start}/parts/3").text


def test_telling_where_nothing_waits_only_keeps_the_part(me, start, edge):
    answer = send_from(me, me.get(f"{start}/parts/3"), LOW, then="tell")

    assert answer.headers["Location"].endswith("/en/me/")
    assert (edge.count(Draft), edge.count(Alert)) == (1, 0)


def test_pressing_twice_gives_the_same_receipt(me, start, critical, edge, rung):
    first, again = me.post(f"{start}/send-part"), me.post(f"{start}/send-part")

    assert first.headers["Location"] == again.headers["Location"]
    assert (edge.count(Alert), rung) == (1, [1])


def test_the_whole_sent_later_rings_no_second_bell(me, start, critical, edge, rung):
    me.post(f"{start}/send-part")
    page = follow(me, send_from(me, critical, {"gad-2": CALM["gad-2"]}))
    check = follow(me, send_from(me, page, {"audit-c": CALM["audit-c"]}))
    receipt = follow(me, me.post(f"{start}/send", hidden(check.text)))

    assert (edge.count(Screening), edge.count(Alert), rung) == (2, 1, [1])
    assert "A clinician has been told and should contact you by" in receipt.text
    assert "What your answers say" in receipt.text


def test_a_half_answered_part_says_how_it_can_be_sent(me, start):
    me.post(f"{start}/parts/2", {"part": "phq-9", "phq-9.9": "2", "then": "later"})

    due = me.get("/en/me/")

    assert "Nobody has been told yet" in due.text
    assert "Send this part now" not in due.text
    assert f"{start}/parts/2" in links(due.text)
    assert me.post(f"{start}/send-part").status_code == 409


def test_with_nobody_on_duty_the_page_says_so_and_the_part_is_still_taken(
    me, start, critical, edge, make, clinician
):
    with make.kept() as session:
        session.get_one(Account, clinician.account_id).disabled_at = make.now

    due = me.get("/en/me/")
    receipt = follow(me, me.post(f"{start}/send-part"))

    assert "Nobody is on duty right now. Please do not wait" in due.text
    assert "Send this part now" in due.text
    assert edge.count(Alert) == 1
    assert "Nobody is on duty right now. Please do not wait" in receipt.text
    assert "A clinician has been told" not in receipt.text


@pytest.mark.parametrize("is_worst_first", [True, False])
def test_a_critical_answer_in_a_version_that_is_not_chosen_is_offered_to_be_told(
    me, start, is_worst_first
):
    calm, worst = {"phq-9": CALM["phq-9"]}, {"phq-9": CRITICAL["phq-9"] | {"9": 3}}
    first, second = me.get(f"{start}/parts/2"), me.get(f"{start}/parts/2")
    send_from(me, first, worst if is_worst_first else calm)

    choice = follow(me, send_from(me, second, calm if is_worst_first else worst))

    for page in (choice, me.get("/en/me/"), me.get(f"{start}/parts/2")):
        assert "Nobody has been told yet" in page.text
        assert "Send this part now" in page.text
        assert "We send the version in which you may need help." in page.text
        assert "+00 555 0101" in page.text


def test_telling_from_a_page_that_meets_another_version_tells_and_leaves_the_choice(
    me, start, edge, rung
):
    first, second = me.get(f"{start}/parts/2"), me.get(f"{start}/parts/2")
    send_from(me, first, {"phq-9": CALM["phq-9"]})

    receipt = follow(me, send_from(me, second, {"phq-9": CRITICAL["phq-9"]}, then="tell"))

    assert "A clinician has been told and should contact you by" in receipt.text
    assert (edge.count(Alert), rung) == (1, [1])
    assert me.get(f"{start}/check").headers["Location"] == f"{start}/parts/2/versions"


def test_a_half_answered_version_leads_to_the_choice_first(me, start):
    first, second = me.get(f"{start}/parts/2"), me.get(f"{start}/parts/2")
    send_from(me, first, {"phq-9": CALM["phq-9"]})
    send_from(me, second, {"phq-9": {"9": 2}}, then="later")

    due = me.get("/en/me/")

    assert "Nobody has been told yet" in due.text
    assert f"{start}/parts/2/versions" in links(due.text)


def test_a_window_that_has_closed_still_offers_to_tell_somebody(me, start, critical, edge, make):
    with make.kept() as session:
        window = session.query(Window).one()
        window.opens_on, window.due_by, window.closes_on = (
            day - timedelta(days=800) for day in (window.opens_on, window.due_by, window.closes_on)
        )

    due = me.get("/en/me/")
    receipt = follow(me, me.post(f"{start}/send-part"))

    assert "Nobody has been told yet" in due.text
    assert "You need not do anything" not in due.text
    assert start not in links(due.text)
    assert "A clinician has been told" in receipt.text
    assert start not in links(receipt.text)
    assert "Nobody has been told yet" not in me.get("/en/me/").text


def test_a_receipt_with_a_critical_answer_never_says_that_nothing_is_needed(
    me, start, critical, edge, clinician, make
):
    part = me.post(f"{start}/send-part").headers["Location"]
    close(edge, clinician, make.now)
    page = follow(me, send_from(me, critical, {"gad-2": CALM["gad-2"]}))
    check = follow(me, send_from(me, page, {"audit-c": CALM["audit-c"]}))

    whole = follow(me, me.post(f"{start}/send", hidden(check.text)))

    assert edge.count(Alert) == 1
    for receipt in (whole, me.get(part)):
        assert "There is nothing you need to do now." not in receipt.text
        assert "You can talk to someone now" in receipt.text
        assert "+00 555 0101" in receipt.text
        assert "A clinician has been told" not in receipt.text


def test_a_critical_answer_kept_with_nobody_on_duty_leads_to_the_numbers(
    me, start, make, clinician, edge
):
    page = me.get(f"{start}/parts/2")
    with make.kept() as session:
        session.get_one(Account, clinician.account_id).disabled_at = make.now

    due = follow(me, send_from(me, page, {"phq-9": CRITICAL["phq-9"]}))

    assert due.status_code == 200
    assert "Nobody is on duty right now. Please do not wait" in due.text
    assert "+00 555 0101" in due.text


def test_a_calm_draft_shows_no_support_box(me, start):
    answer_all(me, start, {code: CALM[code] for code in ("pc-ptsd-5", "phq-9")})

    assert "Nobody has been told yet" not in me.get("/en/me/").text


def test_opening_the_start_page_with_a_draft_leaves_an_event(me, start, critical, edge, member):
    before = edge.count(AuditEvent)

    me.get("/en/me/")

    assert edge.count(AuditEvent) == before + 1
