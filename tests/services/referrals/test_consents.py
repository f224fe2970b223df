"""What people agree to: given and taken back by themselves, or told to a clinician."""

import pytest
from sqlalchemy.exc import IntegrityError

from models import consenting
from models.tables.consents import Consent
from models.vocabulary import Act, ConsentPurpose, ConsentWay, ReferralStatus, Role
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies.sealed_referrals import Basis
from welfare.services import consents


def in_force(edge, it, purpose=ConsentPurpose.SHARING):
    with edge.database.reading() as session:
        return consenting.is_in_force(session, person_id=it.person.id, purpose=purpose)


def test_somebody_agrees_once_and_takes_it_back_and_may_agree_again(edge, it, make):
    it.agrees()
    it.agrees()
    assert in_force(edge, it) and edge.count(Consent) == 1

    it.takes_back()
    it.takes_back()
    assert not in_force(edge, it)

    it.agrees()
    assert in_force(edge, it) and edge.count(Consent) == 2
    assert edge.acts()[Act.CONSENT_GIVEN] == 2 and edge.acts()[Act.CONSENT_WITHDRAWN] == 1
    newest, oldest = edge.look(consents.list_own, actor=it.member, at=make.now)
    assert newest.is_in_force and not oldest.is_in_force and newest.told_to == ""


def test_the_database_holds_one_consent_in_force_for_a_purpose(make, it):
    make.consent(it.person.id, it.mine)
    make.consent(it.person.id, it.mine, purpose=ConsentPurpose.MODEL_DEVELOPMENT)

    with pytest.raises(IntegrityError):
        make.consent(it.person.id, it.mine)


def test_use_for_development_is_a_consent_of_its_own(edge, it, make):
    given = {"actor": it.member, "purpose": "model_development", "at": make.now}
    edge.act(consents.give_consent, **given)

    assert in_force(edge, it, ConsentPurpose.MODEL_DEVELOPMENT) and not in_force(edge, it)


def test_a_clinician_records_what_the_person_said_and_their_name_stands_beside_it(edge, it, make):
    asked = {"actor": it.mine, "person_id": it.person.id, "purpose": "sharing", "at": make.now}
    edge.act(consents.record_consent, **asked)
    edge.act(consents.record_withdrawal, **asked)

    (row,) = edge.rows(Consent)
    assert (row.given_how, row.withdrawn_how) == (ConsentWay.TOLD, ConsentWay.TOLD)
    assert row.given_by == row.withdrawn_by == it.mine.account_id
    (shown,) = edge.look(consents.list_own, actor=it.member, at=make.now)
    assert shown.told_to and shown.withdrawal_told_to


@pytest.mark.parametrize("service", [consents.record_consent, consents.record_withdrawal])
def test_only_whoever_has_them_in_care_records_it(edge, it, make, service):
    stranger = make.actor(Role.CLINICIAN)

    with pytest.raises((RecordNotFound, AccessDenied)):
        edge.act(service, actor=stranger, person_id=it.person.id, purpose="sharing", at=make.now)


def test_there_is_no_other_purpose(edge, it, make):
    with pytest.raises(InputRefused):
        edge.act(consents.give_consent, actor=it.member, purpose="gossip", at=make.now)


SEEN = (ReferralStatus.ATTENDED, ReferralStatus.FINISHED)
NOT_YET = (ReferralStatus.CREATED, ReferralStatus.ACCEPTED, ReferralStatus.NOT_ATTENDED)


@pytest.mark.parametrize("status", [*NOT_YET, *SEEN])
def test_taking_it_back_ends_what_has_not_been_attended_and_both_sides_are_told(
    edge, it, make, status
):
    it.agrees()
    referral = make.referral(it.person, it.mine, it.other, status=status)

    ended = it.takes_back()

    expected = ReferralStatus.WITHDRAWN if status in NOT_YET else status
    assert it.now(referral).status is expected
    assert ended == (status in NOT_YET)
    both = sorted([it.mine.account_id, it.other.account_id])
    assert it.told() == (both if status in NOT_YET else [])
    assert edge.acts()[Act.REFERRAL_WITHDRAWN] == ended


def test_what_was_sent_for_danger_or_the_law_does_not_rest_on_consent_and_goes_on(it, make):
    it.agrees()
    referral = make.referral(it.person, it.mine, it.other, basis=Basis("danger", "He said so."))

    it.takes_back()

    assert it.now(referral).status is ReferralStatus.CREATED
