"""A referral can never stand in a state that makes no sense: the database itself refuses it."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from models.tables.referrals import Referral
from models.vocabulary import ReferralStatus, Role
from tests.factories import NOW


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"status": ReferralStatus.FINISHED}, "ended_has_moment"),
        ({"status": ReferralStatus.FINISHED, "ended_at": NOW}, "ended_has_ending"),
        ({"status": ReferralStatus.BOOKED}, "booked_has_day"),
        ({"responsible_id": "other"}, "created_is_the_senders"),
        ({"responsible_id": "third"}, "one_side_is_responsible"),
        ({"is_outside": True}, "outside_has_no_account"),
    ],
)
def test_an_open_referral_refuses(database, make, changes, constraint):
    sender, other, third = (make.actor(Role.CLINICIAN) for _ in range(3))
    referral = make.referral(make.person(), sender, other)
    who = {"other": other.account_id, "third": third.account_id}
    values = {name: who.get(value, value) for name, value in changes.items()}
    if constraint == "one_side_is_responsible":
        values |= {"status": ReferralStatus.ACCEPTED}

    with database.writing() as session, pytest.raises(IntegrityError) as stopped:
        session.execute(update(Referral).where(Referral.id == referral.id).values(**values))

    assert constraint in str(stopped.value.orig)
