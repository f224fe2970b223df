"""What is said in a referral, sealed for its person: all of it in one size for each column."""

from dataclasses import dataclass

from models import vault
from models.tables.referrals import Referral
from models.vocabulary import ReferralEnding, ReferralUrgency, WithoutConsent

SIZE = 16384  # one size, so that the length of words says nothing
WORDS_MOST = 2000
SERVICE_MOST = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """How soon, why, and the service outside; empty for a clinician here."""

    urgency: ReferralUrgency
    reason: str
    service: str


@dataclass(frozen=True, slots=True)
class Basis:
    """Why somebody is referred who has not agreed."""

    reason: WithoutConsent
    words: str


@dataclass(frozen=True, slots=True)
class Ended:
    ending: ReferralEnding
    words: str


def seal_asked(key: bytes, referral: Referral, asked: Asked) -> None:
    content = [asked.urgency, asked.reason, asked.service]
    referral.content = vault.sealed(key, referral, "content", content, size=SIZE)


def asked_of(key: bytes, referral: Referral) -> Asked:
    urgency, reason, service = vault.opened(key, referral, "content")
    return Asked(ReferralUrgency(urgency), reason, service)


def seal_basis(key: bytes, referral: Referral, basis: Basis | None) -> None:
    content = [basis.reason, basis.words] if basis else None
    referral.basis = vault.sealed(key, referral, "basis", content, size=SIZE)


def basis_of(key: bytes, referral: Referral) -> Basis | None:
    """None: the person has agreed to it."""
    found = vault.opened(key, referral, "basis")
    return Basis(WithoutConsent(found[0]), found[1]) if found else None


def seal_ending(key: bytes, referral: Referral, ended: Ended) -> None:
    content = [ended.ending, ended.words]
    referral.ending = vault.sealed(key, referral, "ending", content, size=SIZE)


def ending_of(key: bytes, referral: Referral) -> Ended | None:
    found = vault.opened(key, referral, "ending")
    return Ended(ReferralEnding(found[0]), found[1]) if found else None
