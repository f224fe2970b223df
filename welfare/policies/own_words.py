"""The words that everybody knows of a person: not to be used as their password."""

from uuid import UUID

from sqlalchemy.orm import Session

from models import vault
from models.sealing import SealBroken
from models.tables.people import Identity

KNOWN = ("given", "family", "service_number", "phone")


def own_words(session: Session, *, person_id: UUID) -> tuple[str, ...]:
    """Names, numbers and the first part of the e-mail address; nothing for a pseudonym."""
    identity = session.get(Identity, person_id)
    if identity is None:
        return ()
    try:
        content = vault.opened(vault.key_for(session, person_id=person_id), identity, "content")
    except SealBroken:
        return ()
    mailbox = content.get("email", "").partition("@")[0]
    return (*(content.get(name, "") for name in KNOWN), mailbox)
