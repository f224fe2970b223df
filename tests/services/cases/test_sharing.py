"""A second clinician: chosen by the one in charge, let go by either, never one in charge."""

from datetime import timedelta

import pytest

from models.tables.audit import AuditEvent
from models.tables.care import Note
from models.vocabulary import Act, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.services import cases
from welfare.services.care import Standing, read_care
from welfare.services.notes import sign_note
from welfare.services.records import read_record


def look(edge, it, actor):
    return edge.look(read_care, actor=actor, person_id=it.person.id, at=it.case.opened_at)


def test_the_second_clinician_reads_the_record_and_signs_notes_and_changes_nothing(edge, make, it):
    it.share()

    opened = edge.look(read_record, actor=it.colleague, person_id=it.person.id, at=make.now)
    it.act(sign_note, actor=it.colleague, words="Seen together.")

    assert opened.own_case.id == it.case.id
    assert [note.author_id for note in edge.rows(Note)] == [it.colleague.account_id]
    for service, given in (
        (cases.share_case, {"colleague_id": it.mine.account_id}),
        (cases.hold_case, {"until_day": TODAY + timedelta(days=1)}),
        (cases.lift_hold, {}),
        (cases.close_case, {"reason": "no_need", "words": ""}),
        (cases.hand_over_case, {"colleague_id": it.colleague.account_id}),
        (cases.reopen_case, {}),
    ):
        with pytest.raises(AccessDenied):
            it.act(service, actor=it.colleague, **given)


def test_sharing_and_its_end_are_one_event_each(edge, it):
    it.share()
    it.share()  # again with the same colleague: nothing
    it.act(cases.end_sharing)

    events = edge.rows(AuditEvent, AuditEvent.act == Act.CASE_SHARED)
    assert [(event.actor_id, event.person_id) for event in events] == [
        (it.mine.account_id, it.person.id)
    ] * 2
    assert it.now().second_id is None


def test_the_second_ends_it_for_themselves_and_the_record_is_closed_to_them(edge, make, it):
    it.share()

    it.act(cases.end_sharing, actor=it.colleague)

    assert it.now().second_id is None
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=it.colleague, person_id=it.person.id, at=make.now)
    with pytest.raises(AccessDenied):
        it.act(cases.end_sharing, actor=it.colleague)


def test_what_is_not_shared_cannot_be_parted_and_a_second_second_is_refused(make, it):
    with pytest.raises(MoveNotAllowed):
        it.act(cases.end_sharing)
    it.share()

    with pytest.raises(MoveNotAllowed):
        it.share(make.actor(Role.CLINICIAN))

    assert it.now().second_id == it.colleague.account_id


def strangers_to_this_case(make, it):
    elsewhere = make.unit("B", make.root)
    sick = make.actor(Role.CLINICIAN, person=it.person)
    waiting = make.actor(Role.MEMBER)
    make.post(waiting, Role.CLINICIAN, make.root, confirmed_at=None)
    over = make.actor(Role.MEMBER)
    make.post(over, Role.CLINICIAN, make.root, until_day=TODAY - timedelta(days=1))
    return {
        "in charge already": it.mine,
        "the person themselves": sick,
        "of another unit": make.actor(Role.CLINICIAN, elsewhere),
        "not confirmed": waiting,
        "no clinician any more": over,
        "no clinician": make.actor(Role.WELFARE_OFFICER),
        "cannot sign in": make.actor(Role.CLINICIAN, disabled_at=make.now),
    }


def test_only_a_clinician_over_the_unit_is_offered_and_taken(edge, make, it):
    lead = make.actor(Role.CLINIC_LEAD)
    others = strangers_to_this_case(make, it)

    offered = {account for account, _ in look(edge, it, it.mine).colleagues}

    assert offered == {it.colleague.account_id, lead.account_id}
    for why, other in others.items():
        for refused in (it.share, it.give):
            with pytest.raises(InputRefused) as problem:
                refused(other)
            assert problem.value.problems == {"colleague": "choose"}, why
    assert (it.now().second_id, it.now().clinician_id) == (None, it.mine.account_id)


def test_a_post_over_a_unit_above_is_enough(edge, make):
    company = make.unit("A", make.root)
    mine, above = make.actor(Role.CLINICIAN, company), make.actor(Role.CLINICIAN)
    case = make.case(make.person(company), mine)

    given = {"actor": mine, "case_id": case.id, "at": make.now}
    edge.act(cases.share_case, colleague_id=above.account_id, **given)


def test_the_page_says_who_is_in_charge_who_shares_and_what_the_reader_is(edge, it):
    it.share()

    mine, theirs = look(edge, it, it.mine), look(edge, it, it.colleague)

    assert (mine.standing, theirs.standing) == (Standing.IN_CHARGE, Standing.SECOND)
    assert mine.second.startswith("Adan Marrow") and theirs.in_charge == mine.in_charge
    assert theirs.colleagues == ()
    assert edge.acts()[Act.RECORD_READ] == 2


def test_nobody_else_learns_that_there_is_a_case(edge, make, it):
    for stranger in (it.colleague, make.actor(Role.CLINIC_LEAD), make.actor(Role.COMMANDER)):
        with pytest.raises(RecordNotFound):
            look(edge, it, stranger)
        with pytest.raises(AccessDenied):
            it.act(cases.end_sharing, actor=stranger)
