"""Accepted, booked, attended or not, and its outcome: each step once, by whoever answers for it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import vault
from models.tables.care import Case
from models.tables.referrals import ENDED
from models.vocabulary import Act, ReferralEnding, ReferralStatus
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed
from welfare.policies.flows import REFERRAL_MOVES
from welfare.policies.referral_tasks import tasks_of
from welfare.policies.sealed_referrals import ending_of
from welfare.services import referrals
from welfare.services.records import read_record

DAY = timedelta(days=1)


def tasks(edge, actor, at):
    with edge.database.reading() as session:
        return [tuple(row) for row in session.execute(tasks_of(actor, at))]


def test_whoever_accepts_has_the_person_in_care_and_answers_for_it(it, edge, make, sent):
    assert tasks(edge, it.mine, make.now) == [(it.person.id, "referral", sent.due_at)]

    it.accept(sent)

    assert it.now(sent).responsible_id == it.other.account_id
    assert tasks(edge, it.mine, make.now) == []
    assert len(tasks(edge, it.other, make.now)) == 1
    (case,) = edge.rows(Case, Case.clinician_id == it.other.account_id)
    assert case.person_id == it.person.id
    edge.look(read_record, actor=it.other, person_id=it.person.id, at=make.now)


def test_whoever_has_them_in_care_already_gets_no_second_case(it, edge, make, sent):
    make.case(it.person, it.other)

    it.accept(sent)

    assert len(edge.rows(Case, Case.clinician_id == it.other.account_id)) == 1


def test_nobody_but_its_receiver_accepts_it_and_before_that_the_record_stays_closed(
    it, edge, make, sent
):
    with pytest.raises(AccessDenied):
        it.accept(sent, it.mine)
    with pytest.raises(AccessDenied):
        edge.look(read_record, actor=it.other, person_id=it.person.id, at=make.now)


def test_a_rejection_needs_a_reason_and_its_sender_is_told(it, edge, make, sent):
    for reason, words in (("", ""), ("other", " "), ("helped", ""), ("no_room", "w" * 2001)):
        with pytest.raises(InputRefused):
            it.act(referrals.reject_referral, sent, ending=reason, words=words)

    it.act(referrals.reject_referral, sent, ending="no_room", words="Not before June.")

    assert it.now(sent).status is ReferralStatus.REJECTED
    assert it.mine.account_id in it.told()
    with edge.database.reading() as session:
        ended = ending_of(vault.key_for(session, person_id=it.person.id), it.now(sent))
    assert (ended.ending, ended.words) == (ReferralEnding.NO_ROOM, "Not before June.")


def test_from_the_day_to_the_outcome(it, make, edge, sent):
    it.accept(sent)
    it.step("book_visit", sent, day=TODAY + 2 * DAY)
    assert tasks(edge, it.other, make.now) == []  # until that day there is nothing to do
    with pytest.raises(MoveNotAllowed):
        it.step("note_attended", sent)  # the day is still to come

    there = make.now + 2 * DAY
    it.step("note_missed", sent, at=there)
    assert it.now(sent).due_at == there + 7 * DAY
    it.step("book_visit", sent, at=there, day=there.date())
    it.step("note_attended", sent, at=there)
    assert it.now(sent).due_at == there + 7 * DAY
    it.step("finish_referral", sent, at=there, ending="helped", words="")

    assert it.now(sent).status is ReferralStatus.FINISHED
    assert edge.acts()[Act.REFERRAL_CHANGED] == 4 and edge.acts()[Act.REFERRAL_FINISHED] == 1
    assert tasks(edge, it.other, there) == []


@pytest.mark.parametrize(
    ("days", "field"), [(None, "day"), (-1, "day"), (181, "day"), (8, "even_so")]
)
def test_a_day_that_does_not_fit_is_refused_and_a_late_one_asked_about_once_more(
    it, sent, days, field
):
    it.accept(sent)
    day = None if days is None else TODAY + days * DAY

    with pytest.raises(InputRefused) as problem:
        it.step("book_visit", sent, day=day)

    assert set(problem.value.problems) == {field}
    if field == "even_so":
        it.step("book_visit", sent, day=day, even_so=True)
        assert it.now(sent).status is ReferralStatus.BOOKED


def test_an_outcome_is_recorded_once_and_fits_what_happened(it, make):
    it.agrees()
    seen = {"status": ReferralStatus.ATTENDED, "responsible_id": it.other.account_id}
    sent = make.referral(it.person, it.mine, it.other, **seen)
    with pytest.raises(InputRefused):
        it.step("finish_referral", sent, ending="declined", words="")

    it.step("finish_referral", sent, ending="goes_on", words="")

    with pytest.raises(MoveNotAllowed):
        it.step("finish_referral", sent, ending="helped", words="")


def test_for_a_service_outside_its_sender_keeps_the_state(it, edge):
    it.agrees()
    sent = it.send(is_outside=True, receiver_id=None, service="Harbour Clinic")

    it.accept(sent, it.mine)
    it.step("book_visit", sent, it.mine, day=TODAY)
    it.step("note_attended", sent, it.mine)
    it.step("finish_referral", sent, it.mine, ending="goes_on", words="")

    assert it.now(sent).status is ReferralStatus.FINISHED
    assert len(edge.rows(Case)) == 1


@pytest.mark.parametrize("actor", ["mine", "other"])
def test_either_side_withdraws_it_before_the_visit_with_a_reason(it, sent, actor):
    it.accept(sent)

    given = {"ending": "declined", "words": ""}
    it.act(referrals.withdraw_referral, sent, getattr(it, actor), **given)

    assert it.now(sent).status is ReferralStatus.WITHDRAWN
    with pytest.raises(MoveNotAllowed):
        it.act(referrals.withdraw_referral, sent, it.mine, **given)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(choices=st.lists(st.integers(0, 9), max_size=30))
def test_no_path_ends_without_an_end_and_every_open_state_has_a_way_to_one(choices):
    """Whatever is chosen: a state without a way on is one that needs an outcome or a reason."""
    state = ReferralStatus.CREATED
    for choice in choices:
        ways = sorted(REFERRAL_MOVES[state])
        if not ways:
            break
        state = ways[choice % len(ways)]

    assert (not REFERRAL_MOVES[state]) == (state in ENDED)
    reached, wave = {state}, {state}
    while wave:
        wave = {way for each in wave for way in REFERRAL_MOVES[each]} - reached
        reached |= wave
    assert reached & set(ENDED)


ENDS = {
    "reject": lambda it, sent: it.act(referrals.reject_referral, sent, ending="no_room", words=""),
    "withdraw": lambda it, sent: it.act(
        referrals.withdraw_referral, sent, it.mine, ending="no_need", words=""
    ),
    "finish": lambda it, sent: it.step("finish_referral", sent, ending="not_reached", words=""),
    "take back": lambda it, sent: it.takes_back(),
}
STEPS = {
    "accept": lambda it, sent: it.accept(sent),
    "book": lambda it, sent: it.step("book_visit", sent, day=TODAY),
    "attend": lambda it, sent: it.step("note_attended", sent),
    "miss": lambda it, sent: it.step("note_missed", sent),
    **ENDS,
}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_tried_an_open_one_has_a_human_and_a_clock_and_an_ended_one_says_why(
    it, edge, sent, seed
):
    sides = {it.mine.account_id, it.other.account_id}
    names = sorted(STEPS)
    for turn in range(12):
        name = names[(seed * 7 + turn * (seed + 3)) % len(names)]
        try:
            STEPS[name](it, sent)
        except (AccessDenied, InputRefused, MoveNotAllowed):
            continue
        found = it.now(sent)
        assert found.responsible_id in sides and found.due_at is not None
        assert found.is_open == (found.ending is None) == (found.ended_at is None)
        assert found.is_open or found.status in ENDED
