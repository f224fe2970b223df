"""What a clinician wants when they refer somebody: as it was typed, and what is wrong with it."""

from dataclasses import dataclass
from uuid import UUID

from models.vocabulary import ReferralUrgency, WithoutConsent
from welfare.policies.sealed_referrals import SERVICE_MOST, WORDS_MOST, Asked, Basis


@dataclass(frozen=True, slots=True)
class Wish:
    """As it was typed. `without`: why it may be sent though the person has not agreed."""

    receiver_id: UUID | None
    is_outside: bool
    service: str
    urgency: str
    reason: str
    without: str = ""
    without_words: str = ""


def problems_with(wish: Wish) -> dict[str, str]:
    problems = {} if wish.urgency in set(ReferralUrgency) else {"urgency": "choose"}
    for name, text, most in (
        ("reason", wish.reason, WORDS_MOST),
        ("service", wish.service, SERVICE_MOST),
    ):
        if not text.strip() and (name == "reason" or wish.is_outside):
            problems[name] = "empty"
        if len(text) > most:
            problems[name] = "too_long"
    return problems


def basis_in(wish: Wish, problems: dict[str, str]) -> Basis | None:
    """Without consent only for a reason of the list, in words that the person will read."""
    if wish.without not in set(WithoutConsent):
        problems["without"] = "no_consent"
        return None
    if not wish.without_words.strip():
        problems["without_words"] = "empty"
    if len(wish.without_words) > WORDS_MOST:
        problems["without_words"] = "too_long"
    return Basis(WithoutConsent(wish.without), wish.without_words.strip())


def asked_in(wish: Wish) -> Asked:
    service = wish.service.strip() if wish.is_outside else ""
    return Asked(ReferralUrgency(wish.urgency), wish.reason.strip(), service)
