"""Holding a roster against the site: who is new, who is changed and how, what stands against it.

Pure: no database is asked here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models.missions import mission_code
from welfare.policies.likeness import name_and_year
from welfare.policies.roster_plan import (
    Arrival,
    Change,
    Known,
    KnownStay,
    Pair,
    Plan,
    Standing,
    unit_key,
)
from welfare.policies.roster_rows import CONTACTS, Entry, Notice, Remark, Stay, Trouble

# Who can sign in is reached there, and proves with the year who they are: a file of one
# administrator does not change that.
OWN = (*CONTACTS, "birth_year")


def compare(
    entries: Sequence[Entry],
    problems: Sequence[Remark],
    standing: Standing,
    *,
    new_missions: bool,
) -> Plan:
    """The plan for a whole file. `problems`: of the lines that could not be read."""
    work = _Comparison(standing, new_missions, list(problems))
    for digest, lines in _by_person(entries, standing).items():
        work.add(digest, lines)
    return work.plan()


def _by_person(entries: Sequence[Entry], standing: Standing) -> dict[bytes, list[Entry]]:
    found: dict[bytes, list[Entry]] = {}
    for entry in entries:
        found.setdefault(standing.digests[entry.number], []).append(entry)
    return found


@dataclass(slots=True)
class _Comparison:
    standing: Standing
    new_missions: bool
    problems: list[Remark]
    notices: list[Remark] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    missions: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0

    def add(self, digest: bytes, lines: Sequence[Entry]) -> None:
        head = lines[0]
        known = self.standing.people.get(digest)
        found = list(self._problems(digest, lines, known))
        if found:
            self.problems += found
            return
        (unit_id,) = self.standing.units[unit_key(head.unit)]
        stays = tuple(each.stay for each in lines if each.stay is not None)
        if known is None:
            self.arrivals.append(Arrival(head, unit_id, stays))
        else:
            self._take_change(_change(head, known, unit_id, stays), head, known)

    def plan(self) -> Plan:
        self.notices += _likely_duplicates(self.arrivals, self.standing.absent)
        return Plan(
            problems=tuple(sorted(self.problems, key=_place)),
            notices=tuple(sorted(self.notices, key=_place)),
            arrivals=tuple(self.arrivals),
            changes=tuple(self.changes),
            unchanged=self.unchanged,
            absent=len(self.standing.absent),
            missions=tuple(self.missions.values()),
        )

    def _take_change(self, change: Change, head: Entry, known: Known) -> None:
        self.notices += [Remark(head.line, name, Notice.KEPT) for name in _kept(head, known)]
        if not change.columns:
            self.unchanged += 1
            return
        if change.unit is not None and change.unit[0] != change.unit[1]:
            self.notices.append(Remark(head.line, "unit", Notice.MOVED))
        self.changes.append(change)

    def _problems(
        self, digest: bytes, lines: Sequence[Entry], known: Known | None
    ) -> Iterator[Remark]:
        head = lines[0]
        if digest in self.standing.elsewhere:
            yield Remark(head.line, "service_number", Trouble.NUMBER)
        if digest in self.standing.merged:
            yield Remark(head.line, "service_number", Trouble.MERGED)
        meant = self.standing.units.get(unit_key(head.unit), ())
        if len(meant) != 1:
            code = Trouble.UNIT_AMBIGUOUS if meant else Trouble.UNIT_UNKNOWN
            yield Remark(head.line, "unit", code)
        yield from _twice(lines)
        for entry in lines:
            if entry.stay is not None:
                yield from self._mission_problem(entry.line, entry.stay)
                yield from _stay_problem(entry.line, entry.stay, known)

    def _mission_problem(self, line: int, stay: Stay) -> Iterator[Remark]:
        code = mission_code(stay.mission)
        if code in self.standing.missions:
            return
        if self.new_missions:
            self.missions.setdefault(code, stay.mission)
        else:
            yield Remark(line, "mission", Trouble.MISSION_UNKNOWN)


def _place(remark: Remark) -> tuple[int, str]:
    return remark.line, remark.column


def _twice(lines: Sequence[Entry]) -> Iterator[Remark]:
    """Another line for the same person may only bring another deployment."""
    seen: list[Stay] = []
    for place, entry in enumerate(lines):
        is_more = entry.stay is not None and bool(seen)
        if place and not (is_more and entry.is_same_person(lines[0])):
            yield Remark(entry.line, "service_number", Trouble.TWICE)
        elif entry.stay is not None:
            if any(_overlap(entry.stay, other) for other in seen):
                yield Remark(entry.line, "deployed_from", Trouble.OVERLAPS_IN_FILE)
            seen.append(entry.stay)


def _stay_problem(line: int, stay: Stay, known: Known | None) -> Iterator[Remark]:
    others = () if known is None else known.stays
    same = next((each for each in others if each.from_day == stay.from_day), None)
    if same is None:
        if any(_overlap(stay, each) for each in others):
            yield Remark(line, "deployed_from", Trouble.OVERLAPS)
        return
    is_other_end = stay.until_day is not None and same.until_day not in (None, stay.until_day)
    if is_other_end or same.mission_code != mission_code(stay.mission):
        column = "deployed_until" if is_other_end else "mission"
        yield Remark(line, column, Trouble.DEPLOYMENT_DIFFERS)
    elif stay.until_day != same.until_day and _meets_another(stay, same, others):
        yield Remark(line, "deployed_until", Trouble.OVERLAPS)


def _meets_another(stay: Stay, same: KnownStay, others: Sequence[KnownStay]) -> bool:
    """Would the return that is told now lie in another deployment?"""
    is_told = stay.until_day is not None
    return is_told and any(_overlap(stay, each) for each in others if each is not same)


def _overlap(one: Stay | KnownStay, other: Stay | KnownStay) -> bool:
    return (one.until_day is None or other.from_day <= one.until_day) and (
        other.until_day is None or one.from_day <= other.until_day
    )


def _kept(head: Entry, known: Known) -> list[str]:
    """What the file says differently of somebody with an account, and what stays as it is."""
    if not known.has_account:
        return []
    said, there = {**head.identity, **head.facts}, {**known.identity, **known.facts}
    return [name for name in OWN if name in said and said[name] != there.get(name)]


def _change(head: Entry, known: Known, unit_id: UUID, stays: Sequence[Stay]) -> Change:
    kept = _kept(head, known)
    there = {each.from_day: each for each in known.stays}
    is_elsewhere = known.unit_id != unit_id or not known.is_on_roster
    return Change(
        line=head.line,
        person_id=known.person_id,
        identity=_differences(known.identity, head.identity, kept),
        facts=_differences(known.facts, head.facts, kept),
        unit=(known.unit_id, unit_id) if is_elsewhere else None,
        stays=tuple(each for each in stays if each.from_day not in there),
        ended=tuple(
            (there[each.from_day].id, each.until_day)
            for each in stays
            if each.from_day in there
            and each.until_day is not None
            and there[each.from_day].until_day is None
        ),
    )


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], kept: Sequence[str]
) -> dict[str, Pair]:
    return {
        name: (before.get(name) or None, value)
        for name, value in after.items()
        if name not in kept and (before.get(name) or None) != value
    }


def _likely_duplicates(
    arrivals: Sequence[Arrival], absent: Sequence[tuple[str, str, Any]]
) -> Iterator[Remark]:
    """The same name and year under another number: of the file, or of who would be missing."""
    seen = {name_and_year(*each) for each in absent if each[2]}
    for arrival in arrivals:
        said = arrival.entry
        year = said.facts.get("birth_year")
        alike = name_and_year(said.identity["family"], said.identity["given"], year)
        if year and alike in seen:
            yield Remark(said.line, "service_number", Notice.DUPLICATE)
        seen.add(alike)
