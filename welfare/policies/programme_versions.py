"""Versions of programmes: those in force, and those written here with who made them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rulebook, vault
from models.programmes import Programme
from models.tables.programmes import SiteProgramme
from welfare.errors import RecordNotFound
from welfare.policies.programme_changes import State, state_of


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was written here: who wrote it, who was the second, how it stands."""

    row: SiteProgramme
    state: State
    made_by: str
    decided_by: str


def found(session: Session, code: str, version: str | None) -> Programme:
    """The newest version in force, or the one that is named. Raises RecordNotFound."""
    try:
        if version is None:
            return rulebook.newest(session, code)
        return rulebook.named(session, f"{code}/{version}")
    except FileNotFoundError:
        raise RecordNotFound("no such programme") from None


def rows_of(session: Session, *, code: str | None = None) -> Sequence[SiteProgramme]:
    """Every version that was written here, in whatever state, or those of one programme."""
    query = select(SiteProgramme).order_by(
        SiteProgramme.code, SiteProgramme.made_at, SiteProgramme.id
    )
    return session.scalars(query if code is None else query.where(SiteProgramme.code == code)).all()


def versions_of(session: Session, rows: Sequence[SiteProgramme]) -> tuple[Version, ...]:
    ids = {each for row in rows for each in (row.made_by, row.confirmed_by, row.refused_by) if each}
    names = vault.names_of(session, account_ids=ids)
    return tuple(
        Version(
            row,
            state_of(row),
            _name(names, row.made_by),
            _name(names, row.confirmed_by or row.refused_by),
        )
        for row in rows
    )


def _name(names: Mapping[UUID, str], account_id: UUID | None) -> str:
    return names.get(account_id, "") if account_id else ""
