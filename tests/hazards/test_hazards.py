"""What must never happen. One test for each hazard; each fails when its control is taken away."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest

from models.instruments import find
from models.programmes import load
from models.tables.accounts import Account, Post
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.places import CrisisContact
from models.tables.screenings import Draft, Screening
from models.vocabulary import Act, AlertStatus, LetterKind, Origin, Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.services.doors import come_in
from welfare.errors import AccessDenied, NotOffered
from welfare.gateways.answer_files import Columns, FileRefused, check_file
from welfare.policies.actor import Machine
from welfare.services.accounts import disable_account
from welfare.services.alerts import acknowledge_alert, list_unseen
from welfare.services.drafts import read_progress, save_part
from welfare.services.imports import Incoming, Source, load_screenings
from welfare.services.nudges import letters_waiting, note_sent, nudge_again
from welfare.services.screenings import send_screening
from welfare.services.site import read_site
from welfare.services.windows import list_due
from welfare.services.work_list import read_work_list
from welfare.web.forms import answer_fields
from welfare.web.wording import TITLES, plain_result

PROGRAMME = load("un-contingent")
CLOCKS = PROGRAMME.clocks
HALF_HOUR = CLOCKS.nudge_every


def send(edge, make, member=None, answers=CRITICAL, at=None):
    member = member or make.actor()
    return edge.act(
        send_screening,
        actor=member,
        window_id=make.window(member.person_id).id,
        submission_id=uuid4(),
        answers=answers,
        language="en",
        at=at or make.now,
    )


def nudge(edge, at):
    """One round of the job: what waited has left, what is due is written."""
    for letter in edge.rows(Letter, Letter.sent_at.is_(None)):
        edge.act(note_sent, letter_id=letter.id, at=at)
    return edge.act(nudge_again, by=Machine(), programme=PROGRAMME, at=at)


def told(edge):
    """To whom letters were written, in order, and of which kind."""
    letters = sorted(edge.rows(Letter), key=lambda letter: letter.written_at)
    return [(letter.recipient_id, letter.kind) for letter in letters]


# --- Never asked


def take_away_the_duty(make, clinician):
    with make.kept() as session:
        session.get_one(Account, clinician.account_id).disabled_at = make.now


def take_away_the_contact(make, clinician):
    with make.kept() as session:
        session.delete(session.query(CrisisContact).one())


@pytest.mark.parametrize("take_away", [take_away_the_duty, take_away_the_contact])
def test_without_duty_or_contact_nobody_is_asked_and_the_gap_is_shown(edge, make, take_away):
    clinician, member = make.reachable(), make.actor()
    window = make.window(member.person_id)
    take_away(make, clinician)
    asked = {"actor": member, "today": TODAY, "language": "en", "at": make.now}

    with pytest.raises(NotOffered):
        edge.look(read_progress, **asked, window_id=window.id)

    due = edge.look(list_due, **asked)
    admin = make.actor(Role.ADMINISTRATOR)
    site = edge.look(read_site, actor=admin, language="en", at=make.now)
    assert (len(due.due), due.is_offered) == (1, False)
    assert [view.is_reachable for view in site.units] == [False]


def test_answers_given_before_the_gap_opened_are_never_turned_away(edge, make):
    clinician = make.reachable()
    take_away_the_duty(make, clinician)

    receipt = send(edge, make)

    assert receipt.alert.status is AlertStatus.RAISED and receipt.alert.owner_id is None
    admin = make.actor(Role.ADMINISTRATOR)
    assert edge.look(read_site, actor=admin, language="en", at=make.now).unowned_alerts == 1


# --- An alert is raised, but no human is woken


def test_a_critical_answer_writes_its_letter_in_the_same_transaction_and_rings(
    edge, make, visit, rung
):
    clinician, member = make.reachable(), make.actor()
    window = make.window(member.person_id)
    form = {"submission_id": str(uuid4()), **answer_fields(CRITICAL)}

    visit(member).post(f"/en/me/screenings/{window.id}/send", form)

    (alert,), (letter,) = edge.rows(Alert), edge.rows(Letter)
    assert rung == [1]
    assert (alert.owner_id, alert.due_at) == (
        clinician.account_id,
        alert.raised_at + CLOCKS.answer_within,
    )
    assert (letter.recipient_id, letter.alert_id) == (clinician.account_id, alert.id)
    assert letter.next_try_at <= letter.written_at
    sent = [event for event in edge.rows(AuditEvent) if event.act is Act.SCREENING_SENT]
    raised = [event for event in edge.rows(AuditEvent) if event.act is Act.ALERT_RAISED]
    assert [event.request_id for event in sent] == [event.request_id for event in raised]


def test_without_its_letter_the_answers_are_not_acknowledged(edge, make, visit, rung):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)
    form = {"submission_id": str(uuid4()), **answer_fields(CRITICAL)}
    edge.break_table("letter")

    answer = visit(member).post(f"/en/me/screenings/{window.id}/send", form)

    assert answer.status_code == 500
    assert edge.count(Screening) == edge.count(Alert) == 0
    assert rung == []


def test_an_unread_alert_is_nudged_again_and_then_goes_to_the_clinic_lead(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    send(edge, make)
    at = make.now
    for _ in range(CLOCKS.nudges_before_escalation):
        at += HALF_HOUR
        nudge(edge, at)

    (alert,) = edge.rows(Alert)
    nudges = [(clinician.account_id, LetterKind.NUDGE)] * CLOCKS.nudges_before_escalation
    assert told(edge) == [*nudges, (lead.account_id, LetterKind.ESCALATION)]
    assert (alert.owner_id, alert.cover_id) == (lead.account_id, clinician.account_id)
    assert edge.acts()[Act.ALERT_ESCALATED] == 1


def test_nudging_ends_only_when_a_named_human_has_acknowledged(edge, make):
    clinician = make.reachable()
    receipt = send(edge, make)
    assert nudge(edge, make.now + 20 * HALF_HOUR) == 1

    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)

    assert nudge(edge, make.now + 100 * HALF_HOUR) == 0


def test_an_alert_without_anybody_finds_its_human_as_soon_as_there_is_one(edge, make):
    send(edge, make)
    assert told(edge) == []
    clinician = make.reachable()

    nudge(edge, make.now + HALF_HOUR)

    assert told(edge) == [(clinician.account_id, LetterKind.NUDGE)]
    assert edge.rows(Alert)[0].owner_id == clinician.account_id


def test_the_duty_of_another_unit_is_nobody(edge, make):
    make.reachable(make.unit("Another contingent"))

    assert send(edge, make).alert.owner_id is None


# --- The duty clinician is locked out, has left, or was disabled


def test_a_disabled_clinician_leaves_a_hole_that_the_lead_fills(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    admin = make.actor(Role.ADMINISTRATOR)
    make.duty(make.actor(Role.CLINICIAN, login="gone"), make.root)
    edge.act(disable_account, actor=admin, login="gone", at=make.now)
    assert send(edge, make).alert.owner_id == clinician.account_id
    take_away_the_duty(make, clinician)

    assert send(edge, make).alert.owner_id == lead.account_id


def test_a_roster_that_names_somebody_without_a_clinical_post_is_a_hole(edge, make):
    clinician = make.reachable()
    with make.kept() as session:
        for post in session.query(Post).filter_by(account_id=clinician.account_id):
            post.until_day = TODAY - timedelta(days=1)

    assert send(edge, make).alert.owner_id is None


def test_a_clinician_who_was_disabled_with_an_open_alert_is_not_the_last_to_know(edge, make):
    clinician = make.reachable()
    send(edge, make)
    take_away_the_duty(make, clinician)
    colleague = make.actor(Role.CLINICIAN)
    make.duty(colleague, make.root)
    for number in range(1, CLOCKS.nudges_before_escalation + 1):
        nudge(edge, make.now + number * HALF_HOUR)

    assert edge.rows(Alert)[0].owner_id == colleague.account_id


def test_an_alert_whose_clinician_has_gone_is_raised_again_for_somebody_who_is_there(edge, make):
    clinician = make.reachable()
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)
    take_away_the_duty(make, clinician)
    colleague = make.actor(Role.CLINICIAN)
    make.duty(colleague, make.root)

    nudge(edge, make.now + HALF_HOUR)

    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.owner_id) == (AlertStatus.RAISED, colleague.account_id)
    assert (colleague.account_id, LetterKind.NUDGE) in told(edge)


def test_nobody_is_given_their_own_alert(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    as_member = replace(clinician, role=Role.MEMBER)

    assert send(edge, make, as_member).alert.owner_id == lead.account_id


def test_an_attacker_elsewhere_does_not_lock_the_duty_clinician_out(edge, make, quick_password):
    make.actor(Role.CLINICIAN, login="noor", password_hash=quick_password)
    networks = count(1)
    for _ in range(18):
        with pytest.raises(Exception, match="sign-in refused"):
            edge.act(
                come_in,
                login="noor",
                password="not the right one",
                network=f"192.0.2.{next(networks) // 4}",
                at=make.now,
            )

    assert edge.act(
        come_in, login="noor", password="a quiet river bend", network="198.51.100.9", at=make.now
    )


# --- Answers exist, but have not arrived


def test_a_critical_answer_in_a_draft_shows_help_and_says_that_nobody_knows_yet(edge, make, visit):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)
    for part, answers in CRITICAL.items():
        edge.act(
            save_part,
            actor=member,
            window_id=window.id,
            part=part,
            answers=answers,
            today=TODAY,
            at=make.now,
        )

    page = visit(member).get(f"/en/me/screenings/{window.id}/check").text

    assert "Nobody has been told yet" in page
    assert "+00 555 0101" in page
    assert (edge.count(Draft), edge.count(Alert)) == (1, 0)


def test_words_never_promise_contact_before_the_answers_have_arrived(make, visit):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)

    intro = visit(member).get(f"/en/me/screenings/{window.id}").text

    assert "as soon as you send your answers" in intro


# --- An alert flood


def test_thirty_alerts_at_once_stand_in_the_order_of_their_clocks(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    hours = [number * 7 % 30 for number in range(30)]
    for number in hours:
        make.alert(make.person(), clinician, due_at=make.now + timedelta(hours=number))

    own = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    unseen = edge.look(list_unseen, actor=lead, at=make.now)

    for clocks in ([row.alert.due_at for row in own], [each.alert.due_at for each in unseen]):
        assert len(clocks) == 30
        assert clocks == sorted(clocks)


def test_a_flood_is_nudged_whole_the_most_urgent_first(edge, make):
    make.reachable()
    for _ in range(30):
        send(edge, make)
    sent_at_once = {letter.id for letter in edge.rows(Letter)}

    at = make.now
    left = set()
    for _ in range(30):
        waiting = edge.look(letters_waiting, at=at)
        left |= {each.id for each in waiting}
        with make.kept() as session:
            for each in waiting:
                session.get_one(Letter, each.id).sent_at = at

    assert left == sent_at_once and len(left) == 30


# --- False reassurance


@pytest.mark.parametrize("code", CALM)
def test_a_form_with_open_questions_is_never_called_well(edge, make, code):
    make.reachable()
    declined = {**CALM, code: dict.fromkeys(item.id for item in find(code).items)}

    receipt = send(edge, make, answers=declined)

    response = receipt.payload.response(code)
    assert (response.result.total, response.result.band, response.result.positive) == (
        None,
        None,
        None,
    )


def test_an_open_question_is_said_to_be_open(edge, make, app):
    make.reachable()
    declined = {**CALM, "phq-9": dict.fromkeys(item.id for item in find("phq-9").items)}
    receipt = send(edge, make, answers=declined)

    with app.test_request_context():
        plain = plain_result(receipt.payload.response("phq-9"))

    assert plain.result == "Some questions were left open"


def test_a_low_total_does_not_silence_the_one_answer_that_counts(edge, make):
    make.reachable()

    receipt = send(edge, make, answers=CRITICAL)

    assert receipt.payload.response("phq-9").result.total == 1
    assert receipt.payload.is_positive is False
    assert receipt.alert is not None


def test_an_unanswered_critical_question_is_unknown_and_not_no(edge, make):
    make.reachable()
    declined = {**CALM, "phq-9": {**CALM["phq-9"], "9": None}}

    receipt = send(edge, make, answers=declined)

    assert receipt.alert is None
    assert receipt.payload.response("phq-9").answers["9"] is None
    assert receipt.payload.response("phq-9").result.complete is False


# --- The wrong person


def test_a_forwarded_address_opens_nothing_for_the_wrong_person(edge, make, visit):
    make.reachable()
    owner, other = make.actor(), make.actor()
    window = make.window(owner.person_id)

    page = visit(other).get(f"/en/me/screenings/{window.id}")

    assert page.status_code == 404
    with pytest.raises(AccessDenied):
        edge.act(
            send_screening,
            actor=other,
            window_id=window.id,
            submission_id=uuid4(),
            answers=CALM,
            language="en",
            at=make.now,
        )


# --- Exposure in the room


def test_neither_title_nor_heading_of_a_page_names_an_illness(make, visit):
    make.reachable()
    member = make.actor()
    window = make.window(member.person_id)
    me = visit(member)
    illness = re.compile(r"ptsd|phq|gad|audit|depress|suicid|anxiety|disorder|trauma", re.I)

    for number in range(1, 5):
        page = me.get(f"/en/me/screenings/{window.id}/parts/{number}").text
        shown = re.findall(r"<title>.*?</title>|<h1.*?</h1>", page, flags=re.DOTALL)
        assert len(shown) == 2
        assert not illness.search(re.sub(r"<[^>]+>", " ", " ".join(shown)))
    assert not [title for title in map(str, TITLES.values()) if illness.search(title)]


# --- Wrong coding


def test_answers_coded_one_too_high_stop_the_whole_file(tmp_path):
    columns = Columns(
        person="who", day="on", instrument="phq-2", items={"1": "a", "2": "b"}, missing=frozenset()
    )
    file = tmp_path / "answers.csv"
    rows = [f"p{number},2026-01-02,{1 + number % 4},{1 + number % 3}" for number in range(40)]
    file.write_text("\n".join(["who,on,a,b", *rows]))

    with pytest.raises(FileRefused, match="one too high"):
        check_file(file, columns)


# --- Old and fresh answers, whatever door they came by


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (0, AlertStatus.RAISED),
        (29, AlertStatus.RAISED),
        (30, AlertStatus.RAISED),
        (31, AlertStatus.HISTORIC),
        (400, AlertStatus.HISTORIC),
    ],
)
def test_the_clock_runs_by_the_age_of_the_answer(edge, make, days, status):
    clinician, admin = make.reachable(), make.actor(Role.ADMINISTRATOR)
    person = make.person()
    noon = make.now.replace(hour=12)
    incoming = Incoming("p1", noon.date() - timedelta(days=days), {"phq-9": CRITICAL["phq-9"]})

    edge.act(
        load_screenings,
        actor=admin,
        incoming=[incoming],
        people={"p1": person.id},
        source=Source("made up", Origin.IMPORT, PROGRAMME),
        at=noon,
    )

    (alert,) = edge.rows(Alert)
    is_live = status is AlertStatus.RAISED
    assert alert.status is status
    assert (alert.due_at is not None) is (alert.owner_id == clinician.account_id) is is_live
    assert len(edge.rows(Letter)) == is_live


def test_a_late_answer_still_leaves_time_to_act(edge, make):
    make.reachable()
    admin, noon = make.actor(Role.ADMINISTRATOR), make.now.replace(hour=12)
    incoming = Incoming("p1", TODAY - timedelta(days=20), {"phq-9": CRITICAL["phq-9"]})

    edge.act(
        load_screenings,
        actor=admin,
        incoming=[incoming],
        people={"p1": make.person().id},
        source=Source("made up", Origin.IMPORT, PROGRAMME),
        at=noon,
    )

    assert edge.rows(Alert)[0].due_at == noon + timedelta(hours=1)


# --- Care is lost when people move


def test_who_looks_after_somebody_keeps_them_in_view_after_the_alert_is_closed(edge, make):
    clinician = make.reachable()
    receipt = send(edge, make)
    edge.act(acknowledge_alert, actor=clinician, alert_id=receipt.alert.id, at=make.now)
    with make.kept() as session:
        alert = session.get_one(Alert, receipt.alert.id)
        alert.status, alert.closed_at, alert.outcome = (
            AlertStatus.CLOSED,
            make.now,
            alert.detail,
        )

    rows = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)

    assert [row.person_id for row in rows] == [receipt.screening.person_id]


def test_an_alert_stays_with_the_unit_where_it_was_raised_when_the_person_is_posted(edge, make):
    make.reachable()
    lead = make.actor(Role.CLINIC_LEAD)
    receipt = send(edge, make)
    elsewhere = make.unit("Another contingent")
    with make.kept() as session:
        session.get_one(Person, receipt.screening.person_id).unit_id = elsewhere.id

    unseen = edge.look(list_unseen, actor=lead, at=make.now)

    assert [each.alert.id for each in unseen] == [receipt.alert.id]
