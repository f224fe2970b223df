"""By when somebody who was referred should have been seen, and what came of it be recorded.

The spans are the access standards of a military health service, 32 CFR 199.17(p)(5): urgent care
within 24 hours, a routine visit within a week, specialty care within four weeks. The one for the
outcome is our choice.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from models.vocabulary import ReferralUrgency

SEEN_WITHIN: Mapping[ReferralUrgency, timedelta] = {
    ReferralUrgency.URGENT: timedelta(hours=24),
    ReferralUrgency.ROUTINE: timedelta(days=7),
    ReferralUrgency.SPECIALTY: timedelta(days=28),
}
OUTCOME_WITHIN = timedelta(days=7)  # after the visit
DAY = timedelta(days=1)


def seen_by(urgency: ReferralUrgency, at: datetime) -> datetime:
    return at + SEEN_WITHIN[urgency]


def outcome_by(at: datetime) -> datetime:
    return at + OUTCOME_WITHIN


def behind(booked_on: date) -> datetime:
    """The end of that day: by then it is known whether the person came."""
    return datetime.combine(booked_on + DAY, time(), UTC)
