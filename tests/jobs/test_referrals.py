"""The job tells once, by a neutral letter, that nobody acted on a referral in time."""

from datetime import timedelta
from uuid import uuid4

from models.vocabulary import Role
from tests.factories import NOW
from welfare.jobs import referrals


def test_what_is_overdue_is_told_once_by_a_letter_that_says_nothing(
    make, watched, worker, post_office, clinician
):
    referral = make.referral(make.person(), clinician)
    make.actor(Role.CLINIC_LEAD)
    late = referral.due_at + timedelta(minutes=1)

    def run(at, holder):
        return referrals.run(watched, holder=holder, at=at)

    mine, theirs = uuid4(), uuid4()
    assert run(NOW, mine) == 0
    assert run(late, mine) == 1
    assert run(late, theirs) == 0

    assert worker(late) == 2
    for letter in post_office.letters:
        assert "Something waits for you" in letter.subject
        assert "referral" not in letter.body.lower()
