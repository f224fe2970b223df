"""What an export says of what the person agreed to, and of their referrals."""

from models.tables.consents import Consent
from models.tables.referrals import Referral
from welfare.policies.care_export import Record
from welfare.policies.export_words import Shown, fields


def of_referrals(record: Record) -> Shown:
    return {
        "consents": [_consent(record, each) for each in record.all(Consent, Consent.given_at)],
        "referrals": [
            _referral(record, each) for each in record.all(Referral, Referral.created_at)
        ],
    }


def _consent(record: Record, consent: Consent) -> Shown:
    names = "purpose given_at given_how withdrawn_at withdrawn_how"
    return {
        **fields([consent], names)[0],
        "given_by": record.name(consent.given_by),
        "withdrawn_by": record.name(consent.withdrawn_by),
    }


def _referral(record: Record, referral: Referral) -> Shown:
    urgency, reason, service = record.opened(referral, "content")
    without, without_words = record.opened(referral, "basis") or (None, None)
    ending, ending_words = record.opened(referral, "ending") or (None, None)
    return {
        **fields([referral], "status created_at due_at booked_on ended_at")[0],
        "is_outside": referral.is_outside,
        "sender": record.name(referral.sender_id),
        "receiver": record.name(referral.receiver_id),
        "responsible": record.name(referral.responsible_id),
        "urgency": urgency,
        "reason": reason,
        "service": service,
        "without_consent": without,
        "without_consent_words": without_words,
        "ending": ending,
        "ending_words": ending_words,
    }
