"""Opening one record in an emergency: who may, for how long, and who learns of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.glass import BreakGlass
from models.tables.letters import Letter
from models.vocabulary import Act, EmergencyReason, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import cases, glass, messages, notes, own_messages
from welfare.services.closed_records import close_record
from welfare.services.nudges import letters_waiting
from welfare.services.records import read_record
from welfare.services.work_list import read_work_list

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"reason": ""}, "reason", "choose"),
        ({"reason": "curious"}, "reason", "choose"),
        ({"words": "  "}, "words", "empty"),
        ({"words": "x" * 1001}, "words", "too_long"),
        ({"hours": 3}, "hours", "choose"),
        ({"hours": 5}, "hours", "choose"),
        ({"hours": None}, "hours", "choose"),
    ],
)
def test_a_reason_is_required_in_code_and_words_and_an_end_within_four_hours(
    it, edge, given, field, code
):
    with pytest.raises(InputRefused) as refused:
        it.break_glass(**given)

    assert refused.value.problems == {field: code}
    assert edge.count(BreakGlass) == 0


def test_it_is_blocked_without_the_right(it, make, edge):
    elsewhere = make.unit("Elsewhere", make.root)
    others = [make.actor(role) for role in set(Role) - {Role.CLINICIAN, Role.CLINIC_LEAD}]
    myself = make.actor(Role.CLINICIAN)

    for actor in (*others, make.actor(Role.CLINICIAN, elsewhere)):
        with pytest.raises(AccessDenied):
            it.break_glass(actor)
    with pytest.raises(AccessDenied):
        it.break_glass(myself, person_id=myself.person_id)
    with pytest.raises(AccessDenied):
        it.read(it.opener)

    assert edge.count(BreakGlass) == 0
    assert not any(access.may_ever(actor, Permission.GLASS_BREAK) for actor in others)


@pytest.mark.parametrize("hours", glass.HOURS)
def test_it_expires_by_itself(it, make, hours):
    it.break_glass(hours=hours)
    end = make.now + timedelta(hours=hours)

    it.read(at=end - timedelta(seconds=1))

    with pytest.raises(AccessDenied):
        it.read(at=end)
    with pytest.raises(AccessDenied):
        it.read(at=end + HOUR)


def test_it_shows_the_data_of_this_record_and_of_no_other(it, make, edge):
    make.alert(it.person, it.carer)
    other = make.person()
    it.break_glass()

    view = it.read()

    assert view.who.service_number and view.alerts and view.screenings
    assert view.own_case is None
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=it.opener, person_id=other.id, at=make.now)


def test_it_is_audited_from_opening_to_end_and_the_person_reads_why(it, edge, make):
    opened = it.break_glass()
    it.read()
    edge.act(glass.end_glass, actor=it.opener, glass_id=opened.id, at=make.now)

    acts = edge.acts()
    found = {each.act: each for each in it.readers()}

    assert (acts[Act.GLASS_BROKEN], acts[Act.RECORD_READ], acts[Act.GLASS_ENDED]) == (1, 1, 1)
    assert found[Act.GLASS_BROKEN].reason is EmergencyReason.DANGER
    assert found[Act.RECORD_READ].reason is EmergencyReason.DANGER


def test_it_never_opens_a_record_that_is_marked_closed_and_says_no_more_than_for_nobody(
    it, make, edge
):
    given = {"actor": it.lead, "person_id": it.person.id, "at": make.now}
    edge.act(close_record, **given, reason="colleague", words="Works next door.")
    find = {"actor": it.opener, "service_number": it.read(it.carer).who.service_number}

    with pytest.raises(InputRefused) as closed:
        edge.look(glass.find_person, **find)
    with pytest.raises(InputRefused) as unknown:
        edge.look(glass.find_person, actor=it.opener, service_number="SN-nobody")
    for service in (it.break_glass, lambda: edge.look(glass.ask, **given | {"actor": it.opener})):
        with pytest.raises(RecordNotFound):
            service()

    assert closed.value.problems == unknown.value.problems
    assert edge.count(BreakGlass) == 0


def test_a_mark_ends_what_is_open(it, make, edge):
    opened = it.break_glass(hours=4)

    edge.act(
        close_record,
        actor=it.carer,
        person_id=it.person.id,
        reason="wish",
        words="She asked.",
        at=make.now,
    )

    assert it.now(opened).ended_at == make.now
    with pytest.raises(AccessDenied):
        it.read()


def test_carer_officer_and_person_are_told_at_once_and_the_opener_is_not(it, told):
    it.break_glass()

    assert told() == sorted([it.carer.account_id, it.officer.account_id, it.member.account_id])


def test_where_there_is_no_privacy_officer_the_other_clinic_leads_are_told(make, edge, told):
    opener, lead = make.actor(Role.CLINIC_LEAD), make.actor(Role.CLINIC_LEAD)
    person = make.person()

    edge.act(
        glass.break_glass,
        actor=opener,
        person_id=person.id,
        reason="unable",
        words="Cannot speak.",
        hours=1,
        at=make.now,
    )

    assert told() == [lead.account_id]


def test_a_form_that_is_sent_twice_opens_once(it, edge, told):
    first = it.break_glass()
    told()

    second = it.break_glass(words="Other words.")

    assert (first.id, edge.count(BreakGlass), told()) == (second.id, 1, [])


def test_two_forms_at_one_moment_open_once(it, make, edge, meanwhile):
    given = {"actor": it.opener, "person_id": it.person.id, "at": make.now}
    given |= {"reason": "danger", "words": "Now.", "hours": 1}

    meanwhile(lambda session: glass.break_glass(session, **given), it.break_glass)

    assert edge.count(BreakGlass) == 1


def test_who_cares_for_the_person_needs_no_emergency(it):
    with pytest.raises(MoveNotAllowed):
        it.break_glass(it.carer)


def test_it_is_for_reading_only(it, make, edge):
    alert = make.alert(it.person, it.carer)
    it.break_glass()
    record = it.read().record

    for permission in (
        Permission.SCREENING_CERTIFY,
        Permission.SCREENING_MOVE,
        Permission.SCREENING_STRIKE,
        Permission.WINDOW_WAIVE,
        Permission.COMMAND_TELL,
        Permission.RECORD_SHUT,
        Permission.DEPLOYMENT_EVENT_RECORD,
    ):
        assert not access.allows(it.opener, permission, record)
    assert not access.allows(it.opener, Permission.ALERT_ACKNOWLEDGE, alert)
    with pytest.raises(AccessDenied):
        edge.act(
            notes.sign_note,
            actor=it.opener,
            case_id=record.cases[0].id,
            words="Mine.",
            at=make.now,
        )


def test_only_the_opener_ends_it_and_only_once(it, make, edge):
    opened = it.break_glass()
    end = {"glass_id": opened.id, "at": make.now}

    with pytest.raises(AccessDenied):
        edge.act(glass.end_glass, actor=it.carer, **end)
    edge.act(glass.end_glass, actor=it.opener, **end)
    with pytest.raises(MoveNotAllowed):
        edge.act(glass.end_glass, actor=it.opener, **end)
    with pytest.raises(AccessDenied):
        it.read()


def test_it_stands_on_the_openers_lists_and_the_carer_sees_who_it_was(it, make, edge):
    it.break_glass()

    mine = edge.look(glass.list_openings, actor=it.opener, at=make.now)
    carers = edge.look(glass.list_openings, actor=it.carer, at=make.now)
    rows = edge.look(read_work_list, actor=it.opener, today=make.now.date(), at=make.now)

    assert [each.person_id for each in mine.own] == [it.person.id] and mine.in_own_care == ()
    assert [each.reason for each in carers.in_own_care] == [EmergencyReason.DANGER]
    assert carers.own == () and carers.in_own_care[0].opener.startswith("Adan Marrow")
    assert [row.person_id for row in rows] == [it.person.id]


def test_in_another_post_elsewhere_it_is_not_open(it, make):
    elsewhere = make.unit("Elsewhere", make.root)
    it.break_glass()

    moved = replace(it.opener, unit_path=elsewhere.path)

    with pytest.raises(AccessDenied):
        it.read(moved)


def test_why_it_was_opened_is_sealed_at_one_length(it, said):
    long = it.break_glass(words="x" * 1000)
    short = it.break_glass(it.lead, words="x")

    assert said(short, "content") == ["danger", "x"]
    assert len(long.content) == len(short.content)


def test_a_former_carer_may_open_it_like_anybody_else(it, make, edge):
    edge.act(
        cases.close_case,
        actor=it.carer,
        case_id=it.read(it.carer).own_case.id,
        reason="no_need",
        words="",
        at=make.now,
    )

    it.break_glass(it.carer)

    assert it.read(it.carer).person.id == it.person.id


def test_a_letter_about_a_message_does_not_stand_for_one_about_an_opening(it, edge, make):
    """The message may be settled before the letter has left; then nobody needs that one."""
    given = {"actor": it.member, "message_id": uuid4(), "words": "The nights.", "at": make.now}
    written = edge.act(own_messages.write_message, **given)
    it.break_glass()
    edge.act(messages.settle, actor=it.carer, message_id=written.id, at=make.now)

    with edge.database.reading() as session:
        leaving = {each.id for each in letters_waiting(session, at=make.now)}

    about = edge.rows(Letter, Letter.recipient_id == it.carer.account_id, Letter.id.in_(leaving))
    assert [each.message_id for each in about] == [None]
