"""Where letters reach a person: the address on file, until it sends one back.

What came back is kept beside the address, sealed like it. Another address is a new chance.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models import vault
from models.enrolment import IDENTITY_SIZE
from models.tables.people import Identity

EMAIL = "email"
REFUSED_EMAIL = "refused_email"


def problem_with(identity: Mapping[str, Any]) -> str | None:
    """Why no letter can be sent there; None if one can."""
    address = str(identity.get(EMAIL) or "")
    if not address:
        return "no_address"
    return "bounced" if identity.get(REFUSED_EMAIL) == address else None


def address_in(identity: Mapping[str, Any]) -> str | None:
    return None if problem_with(identity) else str(identity[EMAIL])


def refuse_address(session: Session, *, person_id: UUID) -> None:
    """The address on file takes no letters, or its reader is somebody else: nothing more is sent
    there. The caller writes the trail."""
    found = vault.locked_person_with_key(session, person_id=person_id)  # a roster may write, too
    stored = session.get(Identity, person_id, populate_existing=True)
    if found is None or stored is None:
        return
    key = found[1]
    content = dict(vault.opened(key, stored, "content"))
    content[REFUSED_EMAIL] = content.get(EMAIL) or ""
    stored.content = vault.sealed(key, stored, "content", content, size=IDENTITY_SIZE)
