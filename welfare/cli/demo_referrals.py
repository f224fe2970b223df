"""What the demo shows of referrals: one to a colleague, one to a service outside."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.vocabulary import ConsentPurpose, ReferralUrgency
from welfare.policies.actor import Actor
from welfare.policies.referral_wishes import Wish
from welfare.services import consents, referrals, work_list


def refer(session: Session, *, by: Actor, to: Actor, at: datetime) -> None:
    """Two people in the care of a clinician, who agreed to it; none where nobody is in care."""
    wishes = (
        Wish(to.account_id, False, "", ReferralUrgency.ROUTINE, "A second view on poor sleep."),
        Wish(None, True, "Harbour Clinic", ReferralUrgency.SPECIALTY, "Pain since a fall."),
    )
    caseload = work_list.read_work_list(session, actor=by, today=at.date(), at=at)
    cared = [row for row in caseload if row.alert is None]
    for row, wish in zip(cared, wishes, strict=False):
        person_id = row.person_id
        consents.record_consent(
            session, actor=by, person_id=person_id, purpose=ConsentPurpose.SHARING, at=at
        )
        referrals.send_referral(session, actor=by, person_id=person_id, wish=wish, at=at)
