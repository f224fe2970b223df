"""Whoever leaves, hands over or lets time pass: an open referral always has a named human."""

from datetime import timedelta

import pytest

from models.tables.accounts import Post
from models.vocabulary import Act, ReferralStatus, Role
from welfare.policies.actor import Machine
from welfare.services import cases, overdue_referrals, posts, referral_figures, referral_list
from welfare.services.merging import ask_to_merge, confirm_merge, part_again

HOUR = timedelta(hours=1)


@pytest.fixture
def leave(make, edge):
    """The only Post of somebody ends."""
    admin = make.actor(Role.ADMINISTRATOR)

    def end(actor):
        (post,) = edge.rows(Post, Post.account_id == actor.account_id)
        edge.act(posts.end_post, actor=admin, post_id=post.id, at=make.now, even_so=True)

    return end


def hand_over(edge, make, case, actor, successor):
    given = {"actor": actor, "case_id": case.id, "colleague_id": successor.account_id}
    edge.act(cases.hand_over_case, at=make.now, **given)


def test_with_the_case_goes_what_its_clinician_has_sent(it, edge, make, sent):
    third = make.actor(Role.CLINICIAN)

    hand_over(edge, make, it.case, it.mine, third)

    found = it.now(sent)
    assert found.sender_id == found.responsible_id == third.account_id
    assert (found.status, found.receiver_id) == (ReferralStatus.CREATED, it.other.account_id)


def test_with_the_case_goes_what_its_clinician_has_accepted(it, edge, make, sent):
    it.accept(sent)
    third = make.actor(Role.CLINICIAN)
    (case,) = edge.rows(type(it.case), type(it.case).clinician_id == it.other.account_id)

    hand_over(edge, make, case, it.other, third)

    found = it.now(sent)
    assert found.receiver_id == found.responsible_id == third.account_id
    assert found.sender_id == it.mine.account_id


@pytest.mark.parametrize("is_accepted", [False, True])
def test_of_a_receiver_who_leaves_it_comes_back_and_its_sender_is_told(
    it, edge, make, sent, leave, is_accepted
):
    make.duty(make.actor(Role.CLINICIAN), make.root)
    if is_accepted:
        it.accept(sent)

    leave(it.other)

    found = it.now(sent)
    assert (found.status, found.receiver_id) == (ReferralStatus.CREATED, None)
    assert found.responsible_id == it.mine.account_id and it.mine.account_id in it.told()
    (listed,) = edge.look(referral_list.list_referrals, actor=it.mine, at=make.now)
    assert not listed.referral.has_receiver


def test_a_visit_that_took_place_is_not_forgotten_when_its_receiver_leaves(it, make, leave):
    seen = {"status": ReferralStatus.ATTENDED, "responsible_id": it.other.account_id}
    sent = make.referral(it.person, it.mine, it.other, **seen)

    leave(it.other)

    assert it.now(sent).status is ReferralStatus.ATTENDED
    assert it.now(sent).responsible_id == it.mine.account_id


@pytest.mark.parametrize("has_case", [True, False])
def test_what_a_sender_who_leaves_has_sent_goes_to_whoever_looks_after_the_person(
    it, make, leave, has_case
):
    on_duty = make.actor(Role.CLINICIAN)
    make.duty(on_duty, make.root)
    person = it.person if has_case else make.person()
    sent = make.referral(person, it.mine, it.other)

    leave(it.mine)

    found = it.now(sent)
    assert found.sender_id == found.responsible_id == on_duty.account_id


def test_nobody_acted_in_time_is_told_once_to_whoever_answers_for_it_and_to_the_lead(
    it, edge, make, sent
):
    lead = make.actor(Role.CLINIC_LEAD)
    late = {"by": Machine(), "at": sent.due_at + HOUR}
    assert edge.act(overdue_referrals.tell_overdue, by=Machine(), at=make.now) == 0

    assert edge.act(overdue_referrals.tell_overdue, **late) == 1
    assert edge.act(overdue_referrals.tell_overdue, **late) == 0

    told = [it.other.account_id, it.mine.account_id, lead.account_id]  # the first when it arrived
    assert it.told() == sorted(told)
    assert edge.acts()[Act.REFERRAL_OVERDUE] == 1
    assert it.now(sent).overdue_at == late["at"]


def test_a_letter_that_has_not_left_yet_is_not_written_again(it):
    it.agrees()
    it.send()
    it.send()

    assert it.told() == [it.other.account_id]


def test_the_lead_reads_counts_and_names_of_clinicians_and_no_person(it, edge, make):
    lead = make.actor(Role.CLINIC_LEAD)
    make.referral(it.person, it.mine, it.other, due_at=make.now - HOUR)
    make.referral(it.person, it.mine, it.other)
    make.referral(it.person, it.mine, it.other, status=ReferralStatus.FINISHED)
    elsewhere = make.actor(Role.CLINIC_LEAD, make.unit("B Company", make.root))

    found = edge.look(referral_figures.read_referral_figures, actor=lead, at=make.now)

    assert (found.without_outcome, found.overdue) == (2, 1)
    ((name, count, late),) = [(each.name, each.open, each.overdue) for each in found.waiting]
    assert name and (count, late) == (2, 1)
    other = edge.look(referral_figures.read_referral_figures, actor=elsewhere, at=make.now)
    assert (other.without_outcome, other.waiting) == (0, ())


def test_lists_cost_the_same_however_many_there_are(it, edge, make):
    asked = {"actor": it.mine, "at": make.now}
    make.referral(it.person, it.mine, it.other)
    one = edge.queries(referral_list.list_referrals, **asked)
    of_one = edge.queries(referral_list.read_of_person, person_id=it.person.id, **asked)
    for _ in range(4):
        make.referral(it.person, it.mine)
        make.referral(make.person(), it.mine, make.actor(Role.CLINICIAN))

    assert edge.queries(referral_list.list_referrals, **asked) == one
    assert edge.queries(referral_list.read_of_person, person_id=it.person.id, **asked) == of_one


@pytest.mark.parametrize("mine", ["none", "in force", "withdrawn"])
def test_of_two_joined_records_the_first_ones_own_yes_or_no_counts(it, edge, make, mine):
    first, second = make.person(), make.person()
    admins = [make.actor(Role.ADMINISTRATOR) for _ in range(2)]
    theirs = make.consent(second.id, it.mine)
    sent = make.referral(second, it.mine, it.other)
    if mine != "none":
        ended = {"withdrawn_at": make.now, "withdrawn_how": "told"}
        ended |= {"withdrawn_by": it.mine.account_id}
        make.consent(first.id, it.mine, **(ended if mine == "withdrawn" else {}))

    asked = {"first_id": first.id, "second_id": second.id, "at": make.now}
    merge = edge.act(ask_to_merge, actor=admins[0], **asked)
    edge.act(confirm_merge, actor=admins[1], merge_id=merge.id, at=make.now)

    (row,) = edge.rows(type(theirs), type(theirs).id == theirs.id)
    assert row.person_id == (first.id if mine == "none" else second.id)
    assert it.now(sent).person_id == first.id


@pytest.mark.parametrize("agrees_again", [False, True])
def test_what_one_of_two_records_took_back_last_is_taken_back_until_they_are_parted(
    it, edge, make, agrees_again
):
    first, second = it.person, make.person()
    admins = [make.actor(Role.ADMINISTRATOR) for _ in range(2)]
    mine = make.consent(first.id, it.mine)
    ended = {"withdrawn_how": "told", "withdrawn_by": it.mine.account_id}
    make.consent(second.id, it.mine, withdrawn_at=make.now, **ended)
    before = make.now - timedelta(days=9)
    make.consent(second.id, it.mine, given_at=before, withdrawn_at=before, **ended)

    def standing():
        (row,) = edge.rows(type(mine), type(mine).id == mine.id)
        return row.withdrawn_at

    asked = {"first_id": first.id, "second_id": second.id, "at": make.now}
    merge = edge.act(ask_to_merge, actor=admins[0], **asked)
    edge.act(confirm_merge, actor=admins[1], merge_id=merge.id, at=make.now)
    assert standing() == make.now

    if agrees_again:
        it.agrees()
    edge.act(part_again, actor=admins[0], merge_id=merge.id, at=make.now)

    assert standing() == (make.now if agrees_again else None)
