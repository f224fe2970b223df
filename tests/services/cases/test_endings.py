"""On hold, closed with a reason, opened again, handed over."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.vocabulary import Act, AlertStatus, CaseEnding, CaseStatus, Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.services import cases
from welfare.services.care import Standing, read_care
from welfare.services.records import read_record

DAY = timedelta(days=1)


def held(it, until):
    return it.act(cases.hold_case, until_day=until)


@pytest.mark.parametrize("days", [1, 180])
def test_a_case_is_on_hold_until_a_day_of_the_next_half_year_and_goes_on_before(edge, it, days):
    held(it, TODAY + days * DAY)
    assert it.now().held_until == TODAY + days * DAY

    it.act(cases.lift_hold)

    assert it.now().held_until is None
    assert edge.acts()[Act.CASE_HELD] == 2
    with pytest.raises(MoveNotAllowed):
        it.act(cases.lift_hold)


@pytest.mark.parametrize("day", [None, TODAY, TODAY - DAY, TODAY + 181 * DAY])
def test_any_other_day_is_refused(it, day):
    with pytest.raises(InputRefused) as problem:
        held(it, day)

    assert set(problem.value.problems) == {"until_day"}
    assert it.now().held_until is None


@pytest.mark.parametrize("reason", list(CaseEnding))
def test_a_case_ends_with_a_reason_and_words_sealed_in_one_size(edge, it, ending, reason):
    it.share()
    held(it, TODAY + DAY)

    it.close(reason, " As we agreed. ")

    ended = it.now()
    assert ending(ended) == [reason.value, "As we agreed."]
    assert (ended.status, ended.second_id, ended.held_until) == (CaseStatus.CLOSED, None, None)
    assert edge.acts()[Act.CASE_CLOSED] == 1
    found = edge.look(read_care, actor=it.mine, person_id=it.person.id, at=ended.closed_at)
    assert (found.standing, found.ending) == (Standing.ENDED, reason)
    assert found.ending_words == "As we agreed." and found.colleagues == ()


def test_the_length_of_an_ending_tells_nothing(make, it):
    it.close()
    other = make.case(make.person(), it.mine)
    short = it.now().ending

    assert len(short) > 8000 and other.ending is None
    it.act(cases.reopen_case)
    it.close("other", "w" * 2000)

    assert len(it.now().ending) == len(short)


@pytest.mark.parametrize(
    ("reason", "words", "field"),
    [
        ("", "", "reason"),
        ("tired", "", "reason"),
        ("other", " ", "words"),
        ("no_need", "w" * 2001, "words"),
    ],
)
def test_an_ending_without_a_reason_is_refused(it, reason, words, field):
    with pytest.raises(InputRefused) as problem:
        it.close(reason, words)

    assert set(problem.value.problems) == {field}
    assert it.now().status is CaseStatus.OPEN


def test_a_closed_case_closes_the_record_and_is_opened_again_as_on_its_first_day(edge, make, it):
    it.share()
    it.close()
    for actor in (it.mine, it.colleague):
        with pytest.raises(AccessDenied):
            edge.look(read_record, actor=actor, person_id=it.person.id, at=make.now)

    it.act(cases.reopen_case)

    again = it.now()
    assert (again.status, again.closed_at, again.ending) == (CaseStatus.OPEN, None, None)
    assert again.second_id is None
    edge.look(read_record, actor=it.mine, person_id=it.person.id, at=make.now)
    assert edge.acts()[Act.CASE_REOPENED] == 1


def test_where_the_trail_cannot_be_written_nothing_happened(edge, it):
    given = {"colleague_id": it.colleague.account_id}
    acts = [
        (cases.share_case, given),
        (cases.hold_case, {"until_day": TODAY + DAY}),
        (cases.hand_over_case, given),
        (cases.close_case, {"reason": "no_need", "words": ""}),
    ]
    before = edge.rows(Case)
    edge.break_table("audit_event")

    for service, more in acts:
        with pytest.raises(SQLAlchemyError):
            it.act(service, **more)

    assert [vars_of(case) for case in edge.rows(Case)] == [vars_of(case) for case in before]


def vars_of(case):
    return {column.key: getattr(case, column.key) for column in Case.__mapper__.column_attrs}


def test_a_case_is_not_opened_again_while_another_one_is_open(make, it):
    it.close()
    make.case(it.person, it.mine)

    with pytest.raises(MoveNotAllowed):
        it.act(cases.reopen_case)

    assert it.now().status is CaseStatus.CLOSED


def test_nobody_opens_a_case_that_was_not_theirs(make, it):
    it.share()
    it.close()

    for actor in (it.colleague, make.actor(Role.CLINIC_LEAD)):
        with pytest.raises(AccessDenied):
            it.act(cases.reopen_case, actor=actor)


def test_what_is_closed_is_neither_shared_nor_held_nor_given(it):
    it.close()

    for act in (it.share, it.give, it.close, lambda: held(it, TODAY + DAY)):
        with pytest.raises(MoveNotAllowed):
            act()
    with pytest.raises(MoveNotAllowed):
        it.act(cases.end_sharing)


def test_a_case_changes_hands_with_all_that_belongs_to_it(edge, make, it):
    it.share(make.actor(Role.CLINIC_LEAD))
    held(it, TODAY + DAY)
    before = it.now()

    it.give()

    after = it.now()
    assert after.clinician_id == it.colleague.account_id
    assert (after.second_id, after.held_until) == (before.second_id, before.held_until)
    (event,) = edge.rows(AuditEvent, AuditEvent.act == Act.CASE_HANDED_OVER)
    assert (event.actor_id, event.person_id) == (it.mine.account_id, it.person.id)
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=it.mine, person_id=it.person.id, at=make.now)


def test_who_shared_it_and_takes_it_over_is_not_their_own_second(it):
    it.share()

    it.give()

    assert (it.now().clinician_id, it.now().second_id) == (it.colleague.account_id, None)


def test_who_looks_after_the_person_already_keeps_one_case(edge, make, it):
    theirs = make.case(it.person, it.colleague)

    it.give()

    open_cases = edge.rows(Case, Case.status == CaseStatus.OPEN)
    assert [case.id for case in open_cases] == [theirs.id]


def test_a_lead_hands_over_a_case_of_own_units_and_of_no_other(make, it):
    lead = make.actor(Role.CLINIC_LEAD)
    elsewhere = make.actor(Role.CLINIC_LEAD, make.unit("B", make.root))
    given = {"colleague_id": it.colleague.account_id}
    with pytest.raises(AccessDenied):
        it.act(cases.hand_over_case, actor=elsewhere, **given)

    it.act(cases.hand_over_case, actor=lead, **given)

    assert it.now().clinician_id == it.colleague.account_id


def test_while_an_own_alert_is_open_care_does_not_end(edge, make, it):
    make.alert(it.person, it.colleague, cover_id=it.mine.account_id)

    with pytest.raises(MoveNotAllowed):
        it.close()

    assert it.now().status is CaseStatus.OPEN
    found = edge.look(read_care, actor=it.mine, person_id=it.person.id, at=make.now)
    assert len(found.alerts) == 1


def test_an_alert_that_somebody_else_works_on_holds_nobody_back(make, it):
    make.alert(it.person, it.colleague)

    it.close()

    assert it.now().status is CaseStatus.CLOSED


def test_with_an_own_alert_a_case_changes_hands_only_if_that_is_wanted(edge, make, it):
    alert = make.alert(it.person, it.mine)
    with pytest.raises(InputRefused) as problem:
        it.give()
    assert problem.value.problems == {"even_so": "alert_stays"}

    it.give(even_so=True)

    (stays,) = edge.rows(Alert)
    assert (stays.id, stays.owner_id) == (alert.id, it.mine.account_id)
    assert stays.status is AlertStatus.RAISED
    edge.look(read_record, actor=it.mine, person_id=it.person.id, at=make.now)
