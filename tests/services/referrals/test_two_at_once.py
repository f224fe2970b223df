"""Two acts on one referral at the same moment: each pair has one outcome, and nobody is lost."""

from datetime import timedelta

import pytest

from models import erasure
from models.tables.care import Case
from models.vocabulary import Act, CaseStatus, ReferralStatus
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import Machine
from welfare.services import cases, consents, interviews, referral_steps, referrals


def first(it, make, service, referral, actor, **given):
    given |= {"actor": actor, "referral_id": referral.id, "at": make.now}
    return lambda session: service(session, **given)


def taking_back(it, make):
    given = {"actor": it.member, "purpose": "sharing", "at": make.now}
    return lambda session: consents.withdraw_consent(session, **given)


def test_what_is_accepted_while_the_consent_is_withdrawn_is_withdrawn(
    it, edge, make, sent, meanwhile
):
    problem = meanwhile(taking_back(it, make), lambda: it.accept(sent))

    assert isinstance(problem, MoveNotAllowed)
    assert it.now(sent).status is ReferralStatus.WITHDRAWN
    assert edge.rows(Case, Case.clinician_id == it.other.account_id) == []


def test_a_consent_that_is_withdrawn_right_after_ends_what_was_just_accepted(
    it, make, sent, meanwhile
):
    accept = first(it, make, referrals.accept_referral, sent, it.other)

    assert meanwhile(accept, it.takes_back) is None

    assert it.now(sent).status is ReferralStatus.WITHDRAWN


def test_of_two_acceptances_the_second_is_told_that_it_is_done(it, edge, make, sent, meanwhile):
    accept = first(it, make, referrals.accept_referral, sent, it.other)

    problem = meanwhile(accept, lambda: it.accept(sent))

    assert isinstance(problem, MoveNotAllowed)
    assert edge.acts()[Act.REFERRAL_ACCEPTED] == 1
    assert len(edge.rows(Case, Case.clinician_id == it.other.account_id)) == 1


def test_of_two_outcomes_the_first_counts(it, edge, make, meanwhile):
    seen = {"status": ReferralStatus.ATTENDED, "responsible_id": it.other.account_id}
    sent = make.referral(it.person, it.mine, it.other, **seen)
    ending = {"ending": "helped", "words": ""}
    finish = first(it, make, referral_steps.finish_referral, sent, it.other, **ending)

    problem = meanwhile(finish, lambda: it.step("finish_referral", sent, **ending))

    assert isinstance(problem, MoveNotAllowed)
    assert edge.acts()[Act.REFERRAL_FINISHED] == 1


def close(edge, it, make):
    given = {"actor": it.mine, "case_id": it.case.id, "at": make.now}
    return edge.act(cases.close_case, reason="no_need", words="", **given)


def sending(it, make):
    given = {"actor": it.mine, "person_id": it.person.id, "at": make.now}
    return lambda session: referrals.send_referral(session, wish=it.wish(), **given)


def test_care_does_not_end_while_a_referral_is_being_sent(it, edge, make, meanwhile):
    it.agrees()

    problem = meanwhile(sending(it, make), lambda: close(edge, it, make))

    assert isinstance(problem, MoveNotAllowed)
    assert edge.rows(Case)[0].status is CaseStatus.OPEN


def test_nobody_is_referred_out_of_care_that_has_just_ended(it, edge, make, meanwhile):
    it.agrees()
    given = {"actor": it.mine, "case_id": it.case.id, "at": make.now}
    closing = {"reason": "no_need", "words": "", **given}

    problem = meanwhile(lambda session: cases.close_case(session, **closing), it.send)

    assert isinstance(problem, RecordNotFound)


def test_care_ends_once_the_referral_is_accepted_or_has_ended(it, edge, make, sent):
    with pytest.raises(MoveNotAllowed):
        close(edge, it, make)

    it.accept(sent)

    assert close(edge, it, make).status is CaseStatus.CLOSED


def test_a_second_clinicians_referral_stands_against_ending_until_it_is_handed_back(it, edge, make):
    it.agrees()
    second = make.actor()
    make.post(second, it.mine.role, make.root)
    given = {"actor": it.mine, "case_id": it.case.id, "at": make.now}
    edge.act(cases.share_case, colleague_id=second.account_id, **given)
    sent = it.send(actor=type(it.mine)(second.account_id, second.person_id, it.mine.role, "0001"))
    with pytest.raises(MoveNotAllowed):
        close(edge, it, make)

    edge.act(cases.end_sharing, **given)

    found = it.now(sent)
    assert found.sender_id == found.responsible_id == it.mine.account_id


def test_certifying_an_interview_does_not_end_care_with_an_open_referral(it, edge, make, sent):
    window = make.window(it.person.id, programme="us-2013/1")
    screening = make.screening(it.person, window_id=window.id)
    given = {"actor": it.mine, "screening_id": screening.id, "at": make.now}

    with pytest.raises(InputRefused) as problem:
        edge.act(
            interviews.certify_screening,
            spoken_on=make.now.date(),
            channel="phone",
            words="Agreed.",
            ends_care=True,
            **given,
        )

    assert problem.value.problems == {"ends_care": "referral_open"}


def erase(edge, it, make, session):
    erasure.erase(
        session,
        by=Machine(),
        person_id=it.person.id,
        erased_at=make.now,
        erased_by=None,
        at=make.now,
    )


def test_erasing_somebody_ends_their_open_referrals_and_nothing_of_them_is_left(
    it, edge, make, sent
):
    it.accept(sent)
    words = it.now(sent).content

    edge.act(lambda session: erase(edge, it, make, session))

    found = it.now(sent)
    assert found.status is ReferralStatus.WITHDRAWN and found.ended_at == make.now
    assert found.content != words and len(found.content) == len(words)
    assert edge.acts()[Act.REFERRAL_WITHDRAWN] == 1
    with pytest.raises(RecordNotFound):
        it.step("book_visit", sent, day=(make.now + timedelta(days=1)).date())


def test_what_is_accepted_while_its_person_is_erased_is_not_found(it, edge, make, sent, meanwhile):
    problem = meanwhile(lambda session: erase(edge, it, make, session), lambda: it.accept(sent))

    assert isinstance(problem, RecordNotFound)
