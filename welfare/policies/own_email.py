"""The address that an owner typed with a link: a reset that they ask for goes there alone.

Nothing that administrators make is ever sent there: whoever used the first link may have typed it.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from models import vault
from models.enrolment import IDENTITY_SIZE
from models.tables.people import Identity

OWN_EMAIL = "own_email"


def keep_own_email(session: Session, *, person_id: UUID, address: str) -> None:
    """Instead of the one before; an empty one only forgets that."""
    stored = session.get(Identity, person_id)
    if stored is None:
        return
    key = vault.key_for(session, person_id=person_id)
    content = dict(vault.opened(key, stored, "content"))
    content.pop(OWN_EMAIL, None)
    if address:
        content[OWN_EMAIL] = address
    stored.content = vault.sealed(key, stored, "content", content, size=IDENTITY_SIZE)
