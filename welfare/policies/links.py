"""Links that work once: how long, how their token is made, and the second fact they ask for.

The token is derived from the id and the key file. A stolen database opens nothing, and a letter
needs to keep no secret until it is sent. Each kind of link has a key of its own, so that the token
of one never opens what another is for.
"""

import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.sealing import Keys, keyed_digest
from models.tables.doors import Invitation
from models.vocabulary import InvitationPurpose
from welfare.policies.own_email import OWN_EMAIL

PATH = "/en/join/"
LIFETIMES: Mapping[InvitationPurpose, timedelta] = {
    InvitationPurpose.JOIN: timedelta(hours=72),
    InvitationPurpose.RESET: timedelta(hours=1),
    InvitationPurpose.RESET_FACTORS: timedelta(hours=1),
}
WAITS = timedelta(hours=72)  # for the second administrator; the lifetime begins when they confirm
TRIES = 5
ID_BYTES, MAC_BYTES = 16, 20
JOINING = "invitations"  # the label of the key behind these links
CODE_DIGITS = 8
NUMBER_SIGNS = 4  # the last ones of a service number


class Fact(StrEnum):
    """What the owner knows and a stranger with the link does not."""

    CODE = "code"  # spoken, told by another administrator than the one with the link
    SERVICE_NUMBER = "service_number"
    BIRTH_YEAR = "birth_year"
    FAMILY_NAME = "family"
    NONE = "none"


def token_for(keys: Keys, link_id: UUID, label: str = JOINING) -> str:
    return urlsafe_b64encode(link_id.bytes + _mac(keys, link_id, label)).decode()


def path_for(keys: Keys, invitation_id: UUID) -> str:
    """Where the link leads to, below the site's address."""
    return PATH + token_for(keys, invitation_id)


def id_in(keys: Keys, token: str, label: str = JOINING) -> UUID | None:
    """The link a token was made for; None for anything that is not ours, or of another kind."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except (BadBase64, ValueError):
        return None
    if len(raw) != ID_BYTES + MAC_BYTES:
        return None
    found = UUID(bytes=raw[:ID_BYTES])
    return found if hmac.compare_digest(raw[ID_BYTES:], _mac(keys, found, label)) else None


def is_live(invitation: Invitation, at: datetime) -> bool:
    """Confirmed or not: neither used, nor taken back, nor too old."""
    over = invitation.used_at or invitation.revoked_at
    return over is None and at < invitation.expires_at


def opens(invitation: Invitation, at: datetime) -> bool:
    return is_live(invitation, at) and invitation.confirmed_at is not None


def is_by_one(invitation: Invitation) -> bool:
    """Made by one administrator, who has the link: without a code nobody else stands for it."""
    return invitation.made_by is not None and invitation.code_digest is None


def address_for(invitation: Invitation, identity: Mapping[str, Any]) -> str:
    """Where its letter goes; empty for nowhere.

    Only what the owners asked for themselves goes to the address that they have typed. All else
    goes to the one that the second administrator was shown.
    """
    is_own = invitation.made_by is None and invitation.confirmed_by is None
    return str(identity.get(OWN_EMAIL if is_own else "email") or "")


def new_code() -> str:
    return "".join(str(secrets.randbelow(10)) for _ in range(CODE_DIGITS))


def code_digest(keys: Keys, invitation_id: UUID, code: str) -> bytes:
    """Of the digits alone: people say and type them in groups."""
    digits = "".join(sign for sign in code if sign.isdecimal())
    key = keys.derived("invitation-codes")
    return keyed_digest(key, invitation_id.bytes + digits.encode())


def fact_asked(invitation: Invitation, known: Mapping[str, Any]) -> Fact:
    """The strongest one there is; `known` is what is known of the person."""
    if invitation.code_digest is not None:
        return Fact.CODE
    if len(signs(known.get("service_number"))) >= NUMBER_SIGNS:
        return Fact.SERVICE_NUMBER
    return Fact.BIRTH_YEAR if known.get("birth_year") else Fact.NONE


def is_right(keys: Keys, invitation: Invitation, given: str, known: Mapping[str, Any]) -> bool:
    """Is this the second fact? Compared in constant time."""
    fact = fact_asked(invitation, known)
    if fact is Fact.CODE:
        digest = code_digest(keys, invitation.id, given)
        return hmac.compare_digest(digest, invitation.code_digest or b"")
    expected = {
        Fact.SERVICE_NUMBER: signs(known.get("service_number"))[-NUMBER_SIGNS:],
        Fact.BIRTH_YEAR: signs(known.get("birth_year")),
        Fact.NONE: signs(given),
    }[fact]
    return hmac.compare_digest(signs(given).encode(), expected.encode())


def signs(text: object) -> str:
    """Letters and digits alone, whatever their case and accents: a hyphen must not decide."""
    plain = unicodedata.normalize("NFKD", str(text or "").casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def _mac(keys: Keys, link_id: UUID, label: str) -> bytes:
    return keyed_digest(keys.derived(label), link_id.bytes)[:MAC_BYTES]
