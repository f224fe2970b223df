"""Passkeys without a database: what a browser is asked, and whether its answer is right."""

import json
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

TIMEOUT = 5 * 60 * 1000  # milliseconds; the challenge lives as long
VERIFIED = UserVerificationRequirement.REQUIRED
# What the library raises for an answer that is not what it should be.
NOT_AN_ANSWER = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,  # nested too deep
)


@dataclass(frozen=True, slots=True)
class Place:
    """The site a passkey belongs to: browsers show it to no other."""

    host: str
    origin: str
    name: str

    @classmethod
    def of(cls, site_url: str, name: str) -> "Place":
        parts = urlsplit(site_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name)

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers make passkeys for names, never for numbers."""
        try:
            ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


class WrongPasskey(Exception):
    """The answer does not belong to this challenge, site or key, or its counter went back."""


def bound(value: bytes, binding: bytes) -> bytes:
    """The challenge as it is sent: worth something only in the browser that asked for it."""
    return sha256(value + binding).digest()


def options_to_add(
    place: Place, *, challenge: bytes, user_id: bytes, user_name: str, known: list[bytes]
) -> str:
    return options_to_json(
        generate_registration_options(
            rp_id=place.host,
            rp_name=place.name,
            user_id=user_id,
            user_name=user_name,
            challenge=challenge,
            timeout=TIMEOUT,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
            ),
        )
    )


def options_to_use(place: Place, *, challenge: bytes, known: list[bytes]) -> str:
    """Without `known` the browser offers every passkey that it has for this site."""
    return options_to_json(
        generate_authentication_options(
            rp_id=place.host,
            challenge=challenge,
            timeout=TIMEOUT,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            user_verification=VERIFIED,
        )
    )


def check_added(place: Place, *, challenge: bytes, answer: str) -> VerifiedRegistration:
    """Raises WrongPasskey."""
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except NOT_AN_ANSWER:
        raise WrongPasskey from None


def check_used(
    place: Place, *, challenge: bytes, answer: str, public_key: bytes, sign_count: int
) -> VerifiedAuthentication:
    """Raises WrongPasskey, also when the key's own counter went backwards: a copy is about."""
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except NOT_AN_ANSWER:
        raise WrongPasskey from None


def named_in(answer: str) -> tuple[bytes, bytes | None]:
    """The credential that an answer is of, and whose it says it is. Raises WrongPasskey."""
    try:
        content: Any = json.loads(answer)
        handle = content["response"].get("userHandle")
        return base64url_to_bytes(content["id"]), base64url_to_bytes(handle) if handle else None
    except NOT_AN_ANSWER:
        raise WrongPasskey from None
