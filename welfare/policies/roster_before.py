"""What a roster replaced, as it is sealed with each person: enough to put it back, and to notice
that somebody has changed it since."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from models import vault
from models.tables.rosters import RosterChange

SIZE = 512  # bytes, and multiples of it


@dataclass(frozen=True, slots=True)
class Left:
    """A time in a unit that ended, or went on in another one, because the person moved."""

    membership_id: UUID
    unit_id: UUID
    until_day: date | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A deployment that was under way, and the return that was written."""

    deployment_id: UUID
    until_day: date


@dataclass(frozen=True, slots=True)
class Before:
    """Pairs are (before, after). `deployments`: those that were made, with their last day."""

    identity: Mapping[str, tuple[Any, Any]]
    facts: Mapping[str, tuple[Any, Any]]
    unit: tuple[UUID, UUID] | None = None
    left: tuple[Left, ...] = ()
    joined: UUID | None = None
    deployments: tuple[tuple[UUID, date | None], ...] = ()
    ended: tuple[Ended, ...] = ()


def keep_before(key: bytes, change: RosterChange, before: Before) -> None:
    change.before = vault.sealed(key, change, "before", _plain(asdict(before)), size=SIZE)


def read_before(key: bytes, change: RosterChange) -> Before:
    stored = vault.opened(key, change, "before")
    return Before(
        identity={name: tuple(pair) for name, pair in stored["identity"].items()},
        facts={name: tuple(pair) for name, pair in stored["facts"].items()},
        unit=tuple(map(UUID, stored["unit"])) if stored["unit"] else None,  # type: ignore[arg-type]
        left=tuple(
            Left(UUID(each["membership_id"]), UUID(each["unit_id"]), _day(each["until_day"]))
            for each in stored["left"]
        ),
        joined=UUID(stored["joined"]) if stored["joined"] else None,
        deployments=tuple((UUID(key_), _day(day)) for key_, day in stored["deployments"]),
        ended=tuple(
            Ended(UUID(each["deployment_id"]), date.fromisoformat(each["until_day"]))
            for each in stored["ended"]
        ),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    """As JSON can hold it: ids and days as text."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value
