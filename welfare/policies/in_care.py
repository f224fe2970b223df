"""Finding a record or a case with what opens it, for acts and pages beside the person page."""

from uuid import UUID

from sqlalchemy.orm import Session

from models import vault
from models.tables.care import Case
from models.tables.people import Identity
from models.vocabulary import CaseStatus
from welfare.errors import RecordNotFound
from welfare.policies import access, at_hand
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record


def find_record(session: Session, *, actor: Actor, person_id: UUID) -> tuple[Record, bytes]:
    """Of somebody whose record the actor may read. Raises RecordNotFound or AccessDenied."""
    return at_hand.find_person(
        session, actor=actor, person_id=person_id, permission=Permission.RECORD_READ
    )


def own_case_of(actor: Actor, record: Record, permission: Permission) -> Case | None:
    """The open case in which the actor may do this."""
    return next(
        (
            case
            for case in record.cases
            if case.status is CaseStatus.OPEN and access.allows(actor, permission, case)
        ),
        None,
    )


def locked_case(
    session: Session, *, actor: Actor, permission: Permission, case_id: UUID
) -> tuple[Case, bytes]:
    """The case and its person's key, as nobody can change them until this act ends.

    The person first: of a merge or an erasure under way this waits for the end.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise RecordNotFound("no such case")
    access.require(actor, permission, case)
    person_id = case.person_id
    found = vault.locked_person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person any more")
    session.refresh(case, with_for_update={"of": Case, "key_share": True})
    access.require(actor, permission, case)
    if case.person_id != person_id:
        raise RecordNotFound("the case belongs to another record by now")
    return case, found[1]


def name_of(session: Session, *, person_id: UUID, key: bytes) -> str:
    identity = session.get(Identity, person_id)
    content = vault.opened(key, identity, "content") if identity is not None else None
    return vault.name_in(content, person_id=person_id)
