"""Which programme counts: the presets, the site's own versions, and a contingent's choice.

A version never changes: what was planned or answered under it is read by it for ever.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.programmes import (
    Asking,
    Interview,
    Programme,
    ProgrammeRefused,
    asked_by,
    codes,
    load,
    load_named,
)
from models.programmes.reading import build, table_of
from models.tables.places import Unit
from models.tables.programmes import Contingent, SiteProgramme

# Before the name of a programme: its clocks and letters count, for what is asked in care. Which
# questionnaire that is no programme says.
IN_CARE = "care:"
PROGRAMMES = "programmes"  # where a snapshot carries the versions that were read before


class Asked(Protocol):
    """What names a programme and one of its windows."""

    @property
    def programme(self) -> str: ...

    @property
    def code(self) -> str: ...


def named(session: Session, name: str) -> Programme:
    """Exactly this version, such as "un-contingent/2". Raises FileNotFoundError."""
    if name.startswith(IN_CARE):
        return _in_care(named(session, name.removeprefix(IN_CARE)))
    code = name.partition("/")[0]
    if code in codes():
        with suppress(FileNotFoundError):  # a site may have had this code before a preset did
            return load_named(name)
    return _of_site(session, name)


def newest(session: Session, code: str) -> Programme:
    """The newest version in force. Raises FileNotFoundError for a code without one."""
    if code in codes():
        return load(code)
    found = session.execute(
        select(SiteProgramme.version, SiteProgramme.text).where(
            SiteProgramme.code == code, SiteProgramme.confirmed_at.is_not(None)
        )
    ).all()
    if not found:
        raise FileNotFoundError(f"no programme {code}")
    version, text = max(found, key=lambda row: int(row[0]))
    return _parsed(text, f"{code}/{version}")


@dataclass(slots=True)
class Rules:
    """The programmes of many people, each looked up once; `default` where none is named."""

    session: Session
    default: str
    known: dict[str | None, Programme] = field(default_factory=dict)

    def named(self, name: str | None) -> Programme:
        if name not in self.known:
            self.known[name] = (
                named(self.session, name) if name else newest(self.session, self.default)
            )
        return self.known[name]


def asked(session: Session, window: Asked) -> Programme:
    """What a window was planned under, with the window's own questionnaires."""
    if window.programme.partition("/")[0] in codes():
        with suppress(FileNotFoundError):
            return asked_by(window.programme, window.code)
    return named(session, window.programme).for_window(window.code)


def for_unit(session: Session, unit: Unit, *, default: str) -> Programme:
    """The newest version of what this unit follows: the nearest choice above it, else `default`."""
    chosen = session.execute(
        select(Unit.path, Contingent.programme)
        .join(Unit, Unit.id == Contingent.unit_id)
        .where(Unit.path.in_(unit.line))
    ).all()
    return newest(session, max(chosen)[1] if chosen else default)


def followed(
    session: Session, units: Iterable[Unit], *, default: Programme
) -> Mapping[UUID, Programme]:
    """By unit, what it follows now, in two queries: for clocks, which no fault may stop.

    A choice that is not in force, or cannot be read any more, is `default`.
    """
    lines = {unit.id: unit.line for unit in units}
    paths = {path for line in lines.values() for path in line}
    if not paths:
        return {}
    chosen = {
        path: code
        for path, code in session.execute(
            select(Unit.path, Contingent.programme)
            .join(Unit, Unit.id == Contingent.unit_id)
            .where(Unit.path.in_(paths))
        )
    }
    found = _all_newest(session, set(chosen.values()))
    return {unit_id: found.get(_nearest(line, chosen), default) for unit_id, line in lines.items()}


def _nearest(line: Sequence[str], chosen: Mapping[str, str]) -> str:
    return next((chosen[path] for path in reversed(line) if path in chosen), "")


def _all_newest(session: Session, wanted: Set[str]) -> dict[str, Programme]:
    """The newest version of each of these codes that has one and can be read."""
    found = {code: load(code) for code in wanted & set(codes())}
    rows = session.execute(
        select(SiteProgramme.code, SiteProgramme.version, SiteProgramme.text).where(
            SiteProgramme.code.in_(wanted - found.keys()), SiteProgramme.confirmed_at.is_not(None)
        )
    )
    for code, version, text in sorted(rows, key=lambda row: int(row[1])):
        with suppress(ProgrammeRefused):
            found[code] = _parsed(text, f"{code}/{version}")
    return found


def _in_care(programme: Programme) -> Programme:
    return replace(
        programme,
        code=f"{IN_CARE}{programme.code}",
        first_stage=(),
        gates=(),
        windows=(),
        asking=Asking.STEPPED,
        interview=Interview.NONE,
    )


def _of_site(session: Session, name: str) -> Programme:
    """One of the site's own, asked for once while the site is open: a version never changes. Only
    snapshots remember it, because what they see was committed."""
    held: dict[str, Programme] = session.info.get(PROGRAMMES, {})
    if name not in held:
        code, _, version = name.partition("/")
        text = session.scalar(
            select(SiteProgramme.text).where(
                SiteProgramme.code == code,
                SiteProgramme.version == version,
                SiteProgramme.confirmed_at.is_not(None),
            )
        )
        if text is None:
            raise FileNotFoundError(f"no programme {name}")
        held[name] = _parsed(text, name)
    return held[name]


@cache
def _parsed(text: str, name: str) -> Programme:
    """It was checked when it was confirmed. What a later program checks besides must not take
    from anybody what they were promised under it. Raises ProgrammeRefused."""
    programme = build(table_of(text, file=name), file=name)
    if programme.name != name:
        raise ProgrammeRefused(name, "code", "is not the one that it was kept under")
    return programme
