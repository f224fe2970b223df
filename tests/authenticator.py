"""A passkey in software, for tests: makes keys and signs challenges as a phone does."""

import json
import secrets
import struct
from hashlib import sha256
from typing import Any

from cbor2 import dumps
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One credential. A test may let it lie about `host`, `origin` or `verifies`."""

    def __init__(self, origin: str, *, counts: bool = True) -> None:
        self.origin, self.host = origin, origin.split("://")[1].split(":")[0]
        self.verifies, self.counts, self.count = True, counts, 0
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.handle = b""

    def create(self, options: str) -> str:
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._public_key()
        shown = self._shown(ATTESTED) + attested
        made = dumps({"fmt": "none", "attStmt": {}, "authData": shown})
        said = self._said("webauthn.create", asked["challenge"])
        return self._packed(clientDataJSON=said, attestationObject=made)

    def get(self, options: str, **lies: bytes) -> str:
        said = self._said("webauthn.get", json.loads(options)["challenge"])
        shown = self._shown()
        signature = self.key.sign(shown + sha256(said).digest(), ec.ECDSA(SHA256()))
        true = {"clientDataJSON": said, "authenticatorData": shown, "signature": signature}
        return self._packed(**true | {"userHandle": self.handle} | lies)

    def _shown(self, flags: int = 0) -> bytes:
        self.count += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _said(self, kind: str, challenge: str) -> bytes:
        content = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(content | {"crossOrigin": False}).encode()

    def _packed(self, **response: bytes) -> str:
        shown: dict[str, Any] = {name: bytes_to_base64url(part) for name, part in response.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": shown})

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
