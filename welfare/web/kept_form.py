"""A form whose owner must first show that it is them: it goes round with that question, sealed.

Nothing of it is stored here, and nothing is done by it until its owner sends it again with a press
of a button. Only the account that sent it can open it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app, request

from models.sealing import Keys, Place, SealBroken, open_sealed, seal

FIELD = "kept_form"
TOKEN = "csrf_token"  # noqa: S105 - the name of the field; the next page has its own
KEPT_FOR = timedelta(hours=1)
MOST = 100_000  # bytes; more than any form of ours holds
STEP = 4096  # lengths in between are one length
KEY = "welfare-kept-form"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """`action`: the path that it was sent to; `fields` in their order, one name several times."""

    action: str
    fields: Sequence[tuple[str, str]]


def init_app(app: Flask, keys: Keys) -> None:
    app.extensions[KEY] = keys.derived("kept-form")


def sealed(owner_id: UUID, *, at: datetime) -> str:
    """The form of this request. Empty if there is nothing in it, or a file, or too much."""
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != TOKEN]
    plain = json.dumps([request.path, at.timestamp(), fields]).encode()
    if not fields or request.files or len(plain) > MOST:
        return ""
    return urlsafe_b64encode(seal(_key(), _place(owner_id), plain, size=STEP)).decode()


def opened(text: str, owner_id: UUID, *, at: datetime) -> KeptForm | None:
    """What `sealed` gave to the same owner not long ago; None for anything else."""
    try:
        plain = open_sealed(_key(), _place(owner_id), urlsafe_b64decode(text))
    except (SealBroken, BadBase64, ValueError):
        return None
    action, sent_at, fields = json.loads(plain)
    if sent_at < (at - KEPT_FOR).timestamp():
        return None
    return KeptForm(action, [(name, value) for name, value in fields])


def _key() -> Any:
    return current_app.extensions[KEY]


def _place(owner_id: UUID) -> Place:
    return Place("browser", "form", owner_id, owner_id)
