"""Referring somebody: what is asked, who may, and what happens without consent."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.tables.referrals import Referral
from models.vocabulary import Act, CaseStatus, ReferralStatus, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.sealed_referrals import asked_of, basis_of
from welfare.services import own_referrals, referrals


@pytest.mark.parametrize(
    ("urgency", "span"),
    [
        ("urgent", timedelta(hours=24)),
        ("routine", timedelta(days=7)),
        ("specialty", timedelta(days=28)),
    ],
)
def test_its_sender_answers_for_it_until_it_is_accepted_and_it_has_a_clock(
    it, make, edge, urgency, span
):
    it.agrees()

    sent = it.send(urgency=urgency)

    assert (sent.status, sent.responsible_id) == (ReferralStatus.CREATED, it.mine.account_id)
    assert sent.due_at == make.now + span
    assert it.told() == [it.other.account_id]
    assert edge.acts()[Act.REFERRAL_CREATED] == 1


def test_to_a_service_outside_no_letter_leaves_and_its_name_is_sealed(it, edge):
    it.agrees()

    sent = it.send(is_outside=True, receiver_id=None, service="Harbour Clinic")

    assert sent.is_outside and sent.receiver_id is None and it.told() == []
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=it.person.id)
        assert asked_of(key, it.now(sent)).service == "Harbour Clinic"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"urgency": "soon"}, "urgency"),
        ({"reason": " "}, "reason"),
        ({"reason": "w" * 2001}, "reason"),
        ({"service": "w" * 121}, "service"),
        ({"is_outside": True}, "service"),
        ({"receiver_id": None}, "receiver"),
        ({"receiver_id": uuid4()}, "receiver"),
    ],
)
def test_what_is_missing_is_named(it, edge, given, field):
    it.agrees()

    with pytest.raises(InputRefused) as problem:
        it.send(**given)

    assert set(problem.value.problems) == {field}
    assert edge.count(Referral) == 0


def test_nobody_is_sent_to_themselves_to_their_own_clinician_or_outside_the_own_units(it, make):
    it.agrees()
    elsewhere = make.actor(Role.CLINICIAN, make.unit("B Company", make.root))
    make.post(it.member, Role.CLINICIAN, make.root)

    for receiver in (it.mine, elsewhere, it.member):
        with pytest.raises(InputRefused):
            it.send(receiver_id=receiver.account_id)


def test_without_consent_it_needs_a_reason_of_the_list_and_words_that_the_person_sees(
    it, edge, make
):
    for given in ({}, {"without": "hurry", "without_words": "w"}, {"without": "danger"}):
        with pytest.raises(InputRefused):
            it.send(**given)

    sent = it.send(without="danger", without_words="He means it.")

    assert edge.acts()[Act.REFERRAL_WITHOUT_CONSENT] == 1
    assert edge.acts()[Act.REFERRAL_CREATED] == 0
    (own,) = edge.look(own_referrals.list_own, actor=it.member, at=make.now)
    assert (own.basis.reason, own.basis.words) == ("danger", "He means it.")
    it.accept(sent)  # it does not rest on a consent
    assert it.now(sent).status is ReferralStatus.ACCEPTED


def test_with_consent_a_reason_to_do_without_is_not_kept(it, edge):
    it.agrees()
    sent = it.send(without="danger", without_words="He means it.")

    with edge.database.reading() as session:
        assert basis_of(vault.key_for(session, person_id=it.person.id), sent) is None


def test_a_form_that_is_sent_twice_refers_once_and_other_words_are_not_lost(it, edge):
    it.agrees()
    form = uuid4()

    assert it.send(referral_id=form).id == it.send(referral_id=form).id
    with pytest.raises(InputRefused) as problem:
        it.send(referral_id=form, reason="Something else.")

    assert problem.value.problems == {"reason": "referral_sent"}
    assert edge.count(Referral) == 1 and edge.acts()[Act.REFERRAL_CREATED] == 1


def test_only_whoever_has_them_in_open_care_refers(it, make):
    it.agrees()
    ended = {"status": CaseStatus.CLOSED, "closed_at": make.now}
    former = make.actor(Role.CLINICIAN)
    make.case(it.person, former, **ended)

    for actor in (former, it.other):
        with pytest.raises(RecordNotFound):
            it.send(actor=actor, receiver_id=it.mine.account_id)


def test_until_it_is_accepted_its_sender_may_choose_somebody_else(it, make, sent):
    third = make.actor(Role.CLINICIAN)

    changed = it.act(referrals.send_to_another, sent, it.mine, colleague_id=third.account_id)

    assert changed.receiver_id == third.account_id
    assert it.told() == sorted([it.other.account_id, third.account_id])


def test_the_length_of_what_is_said_tells_nothing(it):
    it.agrees()
    short, long = it.send(), it.send(reason="w" * 2000)

    assert len(short.content) == len(long.content)
    assert len(short.basis) == len(long.basis)


def test_an_id_that_another_referral_has_is_refused_to_others(it, make, sent):
    colleague = make.actor(Role.CLINICIAN)
    make.case(it.person, colleague)

    with pytest.raises(AccessDenied):
        it.send(actor=colleague, referral_id=sent.id, receiver_id=it.mine.account_id)


def test_nobody_is_chosen_instead_who_could_not_take_them_or_once_it_is_accepted(it, make, sent):
    elsewhere = make.actor(Role.CLINICIAN, make.unit("B Company", make.root))
    for colleague in (elsewhere, it.mine):
        with pytest.raises(InputRefused):
            given = {"colleague_id": colleague.account_id}
            it.act(referrals.send_to_another, sent, it.mine, **given)
    outside = make.referral(it.person, it.mine)

    for referral in (outside, sent):
        it.accept(referral, it.mine if referral.is_outside else it.other)
        actor = it.mine if referral.is_outside else it.other
        with pytest.raises(MoveNotAllowed):
            it.act(referrals.send_to_another, referral, actor, colleague_id=it.other.account_id)


def test_whoever_works_elsewhere_by_now_and_whoever_has_no_consent_cannot_accept(it, make):
    elsewhere = make.actor(Role.CLINICIAN, make.unit("B Company", make.root))
    make.consent(it.person.id, it.mine)
    far = make.referral(it.person, it.mine, elsewhere)
    stranger = make.person()
    without = make.referral(stranger, it.mine, it.other)

    for referral, receiver in ((far, elsewhere), (without, it.other)):
        with pytest.raises(MoveNotAllowed):
            it.accept(referral, receiver)


def test_words_without_end_are_refused(it, sent):
    with pytest.raises(InputRefused) as problem:
        it.send(without="law", without_words="w" * 2001, reason=" ")
    assert set(problem.value.problems) == {"reason"}  # they agree: nothing else is asked

    it.takes_back()
    with pytest.raises(InputRefused) as problem:
        it.send(without="law", without_words="w" * 2001)

    assert set(problem.value.problems) == {"without_words"}
