"""Keys of records that were merged, after a restore: a backup may be older than its keys.

While a merge is in force the second record's key lies in it and nowhere else. Rows of before the
merge need it as a key of its own; rows of after it must not find one.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from models import vault
from models.merged import IN_FORCE
from models.merging import give_key_back
from models.moving import Side
from models.sealing import Ciphertext, Place
from models.tables.merging import Merge
from models.tables.people import Person, PersonKey

MERGES = Merge.__tablename__


def fit_keys(
    session: Session,
    *,
    merges: Sequence[Mapping[str, Any]],
    left_out: Mapping[UUID, Mapping[str, Any]],
) -> None:
    """`merges`: as they stood when the keys were copied. `left_out`: keys of people who came after
    the backup; one of them may open a merge."""
    _part_who_were_parted(session, merges)
    others = set(session.scalars(select(Merge.other_id).where(IN_FORCE)))
    session.execute(delete(PersonKey).where(PersonKey.person_id.in_(others)))
    for row in merges:
        is_in_force = row["confirmed_at"] is not None and row["undone_at"] is None
        if is_in_force and row["other_id"] not in others:
            _give_back(session, row, left_out)


def _part_who_were_parted(session: Session, merges: Sequence[Mapping[str, Any]]) -> None:
    """Two people since, of whom the first was erased: that erasure is not the second's."""
    ended = {row["id"]: row["undone_at"] for row in merges if row["undone_at"] is not None}
    for each in session.scalars(select(Merge).where(IN_FORCE)).all():
        is_first_gone = session.get(PersonKey, each.person_id) is None
        has_own_key = session.get(PersonKey, each.other_id) is not None
        if each.id in ended and is_first_gone and has_own_key:
            each.undone_at = ended[each.id]
    session.flush()


def lacks_key() -> Any:
    """People without a key of their own whom no merge explains."""
    return (
        ~exists().where(PersonKey.person_id == Person.id),
        ~exists().where(Merge.other_id == Person.id, IN_FORCE),
    )


def _give_back(
    session: Session, row: Mapping[str, Any], left_out: Mapping[UUID, Mapping[str, Any]]
) -> None:
    stored = session.get(PersonKey, row["person_id"])
    if stored is None and row["person_id"] in left_out:
        stored = PersonKey(**left_out[row["person_id"]])
    if stored is None or session.get(Person, row["other_id"]) is None:
        return  # erased since, with the other; or not here yet
    place = Place(MERGES, "content", row["id"], row["person_id"])
    content = vault.opened_at(vault.unwrapped(session, stored), place, Ciphertext(row["content"]))
    give_key_back(session, side=Side(row["other_id"], bytes.fromhex(content["key"])))
