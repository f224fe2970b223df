"""The door out, for a SafeTable or a FactTable and nothing else: written once and for all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from analytics.release import ledger
from analytics.release.calendar import Period
from analytics.release.gate import FactReport, Report
from analytics.release.interval import show
from analytics.release.leaves import UnitNode
from analytics.release.ledger import Allowance, Spending
from analytics.release.programme_facts import FactTable
from analytics.release.rows import Cell
from analytics.release.safe_table import SafeTable
from models import trail, vault
from models.base import new_key
from models.sealing import keyed_digest
from models.tables.releases import LedgerEntry, Release, ReleaseCell
from models.trail import Signature
from models.vocabulary import Act

BATCH = 1000
NAME_LENGTH = 120
EXACT = "exact"  # stands where a noisy figure has its band
Table = SafeTable | FactTable


class Refused(Exception):
    """The release was not written, and nothing has changed."""


class AlreadyReleased(Refused):
    """This period has its release. It is never computed a second time."""


class PeriodOverlaps(Refused):
    """Another release covers a part of this period."""


class OverTheCap(Refused):
    """The release would tell more about somebody than a year allows."""


class GateClosed(Refused):
    """The attacks on the table succeeded."""


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom the table is: its root, the units with their ids, the people it counts."""

    root: UUID
    unit_ids: Mapping[str, UUID]
    units: Sequence[UnitNode]
    strengths: Mapping[str, int]
    people: Sequence[UUID]


def publish(
    session: Session,
    *,
    by: Signature,
    table: Table,
    report: Report | FactReport,
    audience: Audience,
    period: Period,
    input_digest: bytes,
    allowance: Allowance,
    at: datetime,
) -> Release:
    """Write the release, its rows and its ledger lines, once and for all, or raise Refused."""
    _wait_for_turn(session)
    if not report.passed:
        raise GateClosed("The gate found a way to learn about a person from this table.")
    if is_released(session, code=table.measure, root=audience.root, period=period):
        raise AlreadyReleased("This period is released already.")
    charged = audience.people if table.cells and table.epsilon else ()
    _check_cap(session, people=charged, cost=table.epsilon, allowance=allowance, on=at.date())
    release = _release(table, report, audience, period, at)
    release.input_mac = _under_its_key(session, release, input_digest)
    session.add(release)
    session.flush()
    session.add_all(_rows(release, table, audience))
    _charge(session, release=release, people=charged, cost=table.epsilon, on=at.date())
    trail.record(session, by=by, act=Act.RELEASE_COMPUTED, at=at, subject=release)
    return release


def is_released(session: Session, *, code: str, root: UUID, period: Period) -> bool:
    """Has this period been released? Raises PeriodOverlaps if only a part of it has."""
    found = session.scalars(
        select(Release)
        .where(
            Release.code == code,
            Release.unit_id == root,
            Release.period_from <= period.last,
            Release.period_until >= period.first,
        )
        .order_by(Release.period_from, Release.id)
    ).first()
    if found is None:
        return False
    if (found.period_from, found.period_until) == (period.first, period.last):
        return True
    raise PeriodOverlaps(
        f"The release of {found.period_from} to {found.period_until} covers a part of this period."
    )


def _wait_for_turn(session: Session) -> None:
    """Two releases at once could each stay under a cap that both together pass.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE ledger_entry IN SHARE ROW EXCLUSIVE MODE"))


def _check_cap(
    session: Session, *, people: Sequence[UUID], cost: Fraction, allowance: Allowance, on: date
) -> None:
    lines = session.execute(
        select(LedgerEntry.person_id, LedgerEntry.epsilon, LedgerEntry.day).where(
            LedgerEntry.day >= ledger.counted_from(on)
        )
    )
    already = ledger.spent(
        (Spending(person, Fraction(epsilon), day) for person, epsilon, day in lines), on=on
    )
    over = ledger.over_cap(people, already=already, cost=cost, allowance=allowance)
    if over:
        raise OverTheCap(
            f"{len(over)} people would be over the yearly allowance of {allowance.cap}."
        )


def _release(
    table: Table, report: Report | FactReport, audience: Audience, period: Period, at: datetime
) -> Release:
    return Release(
        id=new_key(),
        code=table.measure,
        unit_id=audience.root,
        period_from=period.first,
        period_until=period.last,
        computed_at=at,
        mechanism=table.mechanism,
        epsilon=str(table.epsilon),
        smallest_roster=table.floor,
        report=json.dumps(report.as_record(), sort_keys=True),
    )


def _under_its_key(session: Session, release: Release, digest: bytes) -> bytes:
    """A plain digest of yes and no for a known roster could be found by trying."""
    return keyed_digest(vault.keys_of(session).derived(f"release|{release.id}"), digest)


def _rows(release: Release, table: Table, audience: Audience) -> list[ReleaseCell]:
    """One row for every unit. Those without a figure look the same whatever the reason."""
    cells = {cell.key: cell for cell in table.cells}
    rows = []
    for unit in audience.units:
        row = _empty_row(release, unit, audience)
        if unit.code in table.places:
            key, stand = table.places[unit.code]
            cell = cells[key]
            row.unit_name = _joined(row.unit_name, stand.beside)
            row.roster, row.count = cell.roster, cell.value
            row.band, row.low, row.high = _read_off(cell, table)
        rows.append(row)
    return rows


def _empty_row(release: Release, unit: UnitNode, audience: Audience) -> ReleaseCell:
    return ReleaseCell(
        id=new_key(),
        release_id=release.id,
        unit_id=audience.unit_ids[unit.code],
        unit_name=unit.name,
        unit_path=unit.code,
        roster=_strength(unit.code, audience.strengths),
    )


def _read_off(cell: Cell, table: Table) -> tuple[str, float, float]:
    """The band and the ends of the interval in per cent. An end that is never shown as a number is
    stored as 0 or 100. An exact figure is an interval without width."""
    if isinstance(table, FactTable):
        share = 100 * cell.value / cell.roster
        return EXACT, share, share
    shown = show(cell, epsilon=float(table.epsilon))
    low = 0.0 if shown.low is None else float(shown.low)
    high = 100.0 if shown.high is None else float(shown.high)
    return shown.band.value, low, high


def _strength(path: str, strengths: Mapping[str, int]) -> int:
    return sum(strength for code, strength in strengths.items() if code.startswith(path))


def _joined(own: str, beside: tuple[str, ...]) -> str:
    """The unit's name, and those of the units that are counted with it."""
    joined = " + ".join((own, *beside))
    return joined if len(joined) <= NAME_LENGTH else joined[: NAME_LENGTH - 1] + "…"


def _charge(
    session: Session, *, release: Release, people: Sequence[UUID], cost: Fraction, on: date
) -> None:
    for start in range(0, len(people), BATCH):
        session.execute(
            insert(LedgerEntry),
            [
                {
                    "id": new_key(),
                    "release_id": release.id,
                    "person_id": person,
                    "day": on,
                    "epsilon": str(cost),
                }
                for person in people[start : start + BATCH]
            ],
        )
