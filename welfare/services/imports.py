"""The bulk loader: people and their past answers, from a file or a synthetic force.

Loading the same again changes nothing: a person is found by the keyed digest of the key in the
file, a screening by an id made from person, day and source. Batches are small transactions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import alerts, trail, vault
from models.base import new_key
from models.duty import Watch, watch
from models.enrolment import Newcomer, enrol_many
from models.instruments.payload import (
    SIZE,
    Payload,
    Response,
    pack,
    respond,
    same_answers,
    unpack,
)
from models.instruments.summary import SIZE as SUMMARY_SIZE
from models.instruments.summary import add_results
from models.merged import goes_on
from models.programmes import Programme
from models.sealing import keyed_digest
from models.tables.people import Person, PersonKey
from models.tables.places import Unit
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, Origin, Phase
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

BATCH = 1000
END_OF_DAY = time(23, 59, tzinfo=UTC)  # a file gives days: the clock runs from a day's end


@dataclass(frozen=True, slots=True)
class Incoming:
    """One set of past answers: whose, when, and per instrument item → value."""

    person: str
    day: date
    answers: Mapping[str, Mapping[str, int | None]]
    phase: Phase = Phase.UNKNOWN


@dataclass(slots=True)
class Loaded:
    """What a batch came to. `differing` are positions whose answers differ from those kept,
    `erased` those of people who were erased since the batch began."""

    kept: list[Response] = field(default_factory=list)
    unchanged: int = 0
    alerts: int = 0
    differing: list[int] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """Where answers come from: its name separates ids; its rules are kept with each result."""

    name: str
    origin: Origin
    programme: Programme
    language: str = "en"


def find_people(
    session: Session, *, actor: Actor, unit: Unit, keys: Iterable[str]
) -> dict[str, UUID]:
    """Those of these file keys that are already here, to their person ids."""
    access.require(actor, Permission.PERSON_ADD, unit)
    digests = {_digest(session, key): key for key in keys}
    found = session.execute(
        select(Person.source_digest, goes_on(Person.id)).where(Person.source_digest.in_(digests))
    )
    return {digests[digest]: person for digest, person in found if digest is not None}


def load_people(
    session: Session,
    *,
    actor: Actor,
    people: Mapping[str, Newcomer],
    at: datetime,
) -> dict[str, UUID]:
    """Enrol those who are not here yet. Returns the person id of every key."""
    for newcomer in people.values():
        access.require(actor, Permission.PERSON_ADD, newcomer.unit)
    if not people:
        return {}
    unit = next(iter(people.values())).unit
    there = find_people(session, actor=actor, unit=unit, keys=people)
    missing = {key: newcomer for key, newcomer in people.items() if key not in there}
    made = enrol_many(
        session,
        newcomers=[
            Newcomer(each.unit, each.since, each.facts, each.identity, _digest(session, key))
            for key, each in missing.items()
        ],
        at=at,
    )
    if made:
        trail.record(session, by=actor, act=Act.PERSON_ADDED, at=at)
    return there | {key: each.person.id for key, each in zip(missing, made, strict=True)}


def load_screenings(
    session: Session,
    *,
    actor: Actor,
    incoming: Sequence[Incoming],
    people: Mapping[str, UUID],
    source: Source,
    at: datetime,
) -> Loaded:
    """Score, seal and keep a batch; raise alerts; one trail event for the batch."""
    found = _people(session, {people[each.person] for each in incoming})
    for person, _ in found.values():
        access.require(actor, Permission.PERSON_ADD, person.unit)
    ids = [_submission_id(session, source, each) for each in incoming]
    there = {
        each.submission_id: each
        for each in session.scalars(select(Screening).where(Screening.submission_id.in_(ids)))
    }
    batch = _Batch(session, actor, source, at, found, _windows(session, people.values()))
    loaded = Loaded()
    for position, (submission_id, each) in enumerate(zip(ids, incoming, strict=True)):
        earlier = there.get(submission_id)
        if people[each.person] not in found:
            loaded.erased.append(position)
        elif earlier is None:
            there[submission_id] = batch.keep(each, people[each.person], submission_id, loaded)
        elif earlier.person_id in found and batch.is_same(earlier, each):
            loaded.unchanged += 1
        else:
            loaded.differing.append(position)
    batch.finish(loaded)
    return loaded


class _Batch:
    """The rows of one transaction, written table by table at the end."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        source: Source,
        at: datetime,
        people: Mapping[UUID, tuple[Person, bytes]],
        windows: Mapping[UUID, list[Window]],
    ) -> None:
        self.session, self.actor, self.source, self.at = session, actor, source, at
        self.people, self.windows = people, windows
        self.kept: list[tuple[Screening, Payload]] = []

    def keep(
        self, each: Incoming, person_id: UUID, submission_id: UUID, loaded: Loaded
    ) -> Screening:
        person, key = self.people[person_id]
        payload = self._scored(each, person, key)
        window = self._window(person_id, each)
        screening = Screening(
            id=new_key(),
            submission_id=submission_id,
            person_id=person_id,
            window_id=window.id if window else None,
            unit_id=person.unit_id,
            day=each.day,
            phase=window.phase if window else each.phase,
            origin=self.source.origin,
        )
        screening.payload = vault.sealed(key, screening, "payload", pack(payload), size=SIZE)
        self.kept.append((screening, payload))
        loaded.kept.extend(payload.responses)
        return screening

    def is_same(self, earlier: Screening, each: Incoming) -> bool:
        """Were these very answers kept before, in this batch or an earlier one?"""
        person, key = self.people[earlier.person_id]
        here = (payload for known, payload in self.kept if known is earlier)
        kept = next(here, None) or unpack(vault.opened(key, earlier, "payload"))
        return same_answers(kept, self._scored(each, person, key))

    def finish(self, loaded: Loaded) -> None:
        self.session.add_all(screening for screening, _ in self.kept)
        self._summarise()
        self.session.flush()
        raised = [self._follow_up(*each) for each in self._noticed()]
        loaded.alerts += sum(raised)
        if self.kept:
            trail.record(self.session, by=self.actor, act=Act.SCREENINGS_IMPORTED, at=self.at)

    def _scored(self, each: Incoming, person: Person, key: bytes) -> Payload:
        sex = vault.opened(key, person, "facts").get("sex")
        return Payload(
            answered_at=datetime.combine(each.day, END_OF_DAY),
            rules=self.source.programme.name,
            responses=tuple(
                respond(code, given, language=self.source.language, sex=sex)
                for code, given in each.answers.items()
            ),
        )

    def _window(self, person_id: UUID, each: Incoming) -> Window | None:
        """The window these answers belong to; only a whole first stage can stand for one."""
        if not set(self.source.programme.first_stage) <= set(each.answers):
            return None
        for window in self.windows.get(person_id, []):
            if window.opens_on <= each.day <= window.closes_on:
                self.windows[person_id].remove(window)
                return window
        return None

    def _summarise(self) -> None:
        results: dict[UUID, dict[str, object]] = {}
        for screening, payload in self.kept:
            person, key = self.people[screening.person_id]
            known = results.get(person.id) or vault.opened(key, person, "summary")
            results[person.id] = add_results(
                known, payload, day=screening.day, phase=screening.phase
            )
        for person_id, summary in results.items():
            person, key = self.people[person_id]
            person.summary = vault.sealed(key, person, "summary", summary, size=SUMMARY_SIZE)

    def _noticed(self) -> list[tuple[Screening, Payload, Watch]]:
        """What somebody should look at, with the watch over all their units, asked once."""
        found = [
            (screening, payload)
            for screening, payload in self.kept
            if payload.critical_items or payload.is_positive
        ]
        units = (self.people[screening.person_id][0].unit for screening, _ in found)
        paths = {path for unit in units for path in unit.line}
        holds = watch(self.session, paths=paths, at=self.at)
        return [(screening, payload, holds) for screening, payload in found]

    def _follow_up(self, screening: Screening, payload: Payload, holds: Watch) -> bool:
        person, key = self.people[screening.person_id]
        alert = alerts.follow_up(
            self.session,
            by=self.actor,
            screening=screening,
            payload=payload,
            unit=person.unit,
            clocks=self.source.programme.clocks,
            watch=holds,
            data_key=key,
            at=self.at,
        )
        return alert is not None


def _people(session: Session, ids: set[UUID]) -> dict[UUID, tuple[Person, bytes]]:
    found = session.execute(
        select(Person, PersonKey)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(Person.id.in_(ids))
        .order_by(Person.id)
        .with_for_update(**vault.WITH_KEY_LOCK)  # sending takes the same lock
    )
    return {person.id: (person, vault.unwrapped(session, key)) for person, key in found}


def _windows(session: Session, people: Iterable[UUID]) -> dict[UUID, list[Window]]:
    """The windows of these people that nobody has answered yet."""
    found = session.scalars(
        select(Window)
        .outerjoin(Screening, Screening.window_id == Window.id)
        .where(Window.person_id.in_(set(people)), Screening.id.is_(None))
        .order_by(Window.opens_on, Window.id)
    )
    windows: dict[UUID, list[Window]] = {}
    for window in found:
        windows.setdefault(window.person_id, []).append(window)
    return windows


def _digest(session: Session, key: str) -> bytes:
    return keyed_digest(vault.keys_of(session).derived("source-person"), key.encode())


def _submission_id(session: Session, source: Source, each: Incoming) -> UUID:
    """The same answers of the same file always get the same id."""
    codes = ",".join(sorted(each.answers))
    name = f"{source.name}|{each.person}|{each.day.isoformat()}|{codes}"
    key = vault.keys_of(session).derived("source-submission")
    return UUID(bytes=keyed_digest(key, name.encode())[:16])
