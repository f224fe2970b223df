"""An alert is raised, but no human is woken; or so many are that one is overlooked."""

from datetime import timedelta
from uuid import uuid4

from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.screenings import Screening
from models.vocabulary import Act, LetterKind, Role
from tests.factories import CRITICAL, TODAY
from tests.hazards.scenes import CLOCKS, HALF_HOUR, nudge, send, told
from welfare.services.alerts import acknowledge_alert, list_unseen
from welfare.services.nudges import letters_waiting
from welfare.services.work_list import read_work_list
from welfare.web.forms import answer_fields


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

    nudge(edge, make.now)

    assert told(edge) == [(clinician.account_id, LetterKind.NUDGE)]
    assert edge.rows(Alert)[0].owner_id == clinician.account_id


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
