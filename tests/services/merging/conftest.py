"""Two records of one person, with something of every kind in the second; and who may join them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from models import trail, vault
from models.base import new_key
from models.instruments.payload import unpack
from models.instruments.summary import add_results
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.cycle import DeploymentEvent, Exposure, Incident
from models.tables.interviews import Certification
from models.tables.lifecycle import LegalHold
from models.tables.merging import Merge
from models.tables.messages import Message, NotebookEntry
from models.tables.people import Person
from models.tables.releases import LedgerEntry, Release
from models.tables.rosters import RosterChange
from models.tables.screenings import ConflictCopy, Screening, Window
from models.vocabulary import Act, IncidentKind, Role, RosterKind
from tests.factories import CRITICAL, TODAY, Factory
from tests.models.rows import a_plan
from tests.services.merging.paper_rows import papers
from welfare.policies.actor import Actor, Machine
from welfare.services import merging


@dataclass(slots=True)
class Scene:
    """`first` goes on and has an account. `second` has one that is disabled, and a row in every
    table that can hold something of a person's."""

    make: Factory
    edge: Any
    first: Person
    second: Person
    account: Actor
    clinician: Actor
    asker: Actor
    confirmer: Actor
    rows: dict[str, Any]

    def ask(self, **given: Any) -> Merge:
        usual = {"first_id": self.first.id, "second_id": self.second.id, "at": self.make.now}
        return self.edge.act(merging.ask_to_merge, actor=self.asker, **usual | given)

    def confirm(self, merge: Merge, **given: Any) -> Merge:
        usual = {"actor": self.confirmer, "merge_id": merge.id, "at": self.make.now}
        return self.edge.act(merging.confirm_merge, **usual | given)

    def join(self) -> Merge:
        return self.confirm(self.ask())

    def part(self, merge: Merge, **given: Any) -> Merge:
        usual = {"actor": self.asker, "merge_id": merge.id, "at": self.make.now}
        return self.edge.act(merging.part_again, **usual | given)


@pytest.fixture
def two(make, edge):
    """Two people of one unit, with nothing in their records, and two administrators."""
    clinician = make.reachable()
    account = make.actor()
    with make.database.reading() as session:
        first = session.get_one(Person, account.person_id)
    admins = [make.actor(Role.ADMINISTRATOR) for _ in range(2)]
    return Scene(make, edge, first, make.person(), account, clinician, *admins, rows={})


@pytest.fixture
def scene(two):
    make, second = two.make, two.second
    two.rows = rows = {}
    make.app(make.actor(person=second, disabled_at=make.now))
    rows |= _asked(make, two.first, second)
    make.consent(second.id, two.clinician)
    make.referral(second, two.clinician)
    alert = make.alert(second, two.clinician)
    case = make.case(second, two.clinician)
    make.measure(case)
    rows["plan"] = make.plan(case, two.clinician, a_plan())
    rows["appointment"] = make.appointment(case, two.clinician)
    with make.database.reading() as session:
        rows["rang"] = session.get_one(Screening, alert.screening_id)
    rows |= {"roster": make.roster_import(), "elsewhere": make.person().id}
    rows["copied"] = _payload(make, second, rows["free"])
    make.delay(make.glass(second, two.clinician, ended_at=make.now))  # the record is closed
    make.notice(second, two.clinician)
    make.question(second, two.clinician)
    make.shut(second, two.clinician)
    with make.kept() as session:
        key = vault.key_for(session, person_id=second.id)
        for row, column, content in _all_else(make, two, alert, case, rows):
            if column is not None:
                setattr(row, column, vault.sealed(key, row, column, content))
            session.add(row)
            session.flush()
            rows.setdefault(row.__tablename__, row)
        trail.record(session, by=Machine(), act=Act.RECORD_READ, at=make.now, person_id=second.id)
    _summarise(make, two.first, rows["own"])
    sent = ("answered twin", "free", "answered", "rang")
    _summarise(make, second, *(rows[name] for name in sent))
    return two


def _summarise(make: Factory, person: Person, *screenings: Screening) -> None:
    """As sending one after the other would have."""
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        results: Any = None
        for each in screenings:
            payload = unpack(vault.opened(key, each, "payload"))
            day = session.get_one(Screening, each.id).day
            results = add_results(results, payload, day=day, phase=each.phase)
        stored = session.get_one(Person, person.id)
        stored.summary = vault.sealed(key, stored, "summary", results, size=2048)


def _asked(make: Factory, first: Person, second: Person) -> dict[str, Any]:
    """One deployment that both have, and one of the second's own, each with its window."""
    own = make.deployment(second)
    days = {"from_day": TODAY - timedelta(days=900), "until_day": TODAY - timedelta(days=700)}
    there = make.deployment(first, mission_id=own.mission_id, **days)
    again = make.deployment(second, mission_id=own.mission_id, **days)
    window = make.window(second.id, deployment_id=own.id)
    opened = {"code": "third", "opens_on": TODAY - timedelta(days=690)}
    opened["due_by"] = TODAY - timedelta(days=600)
    twin = make.window(first.id, deployment_id=there.id, **opened)
    other = make.window(second.id, deployment_id=again.id, **opened)
    begun = make.window(second.id, code="begun")
    return {
        "deployment": own,
        "window": window,
        "begun": begun,
        "twin": twin,
        "other": other,
        "again": again,
        "there": there,
        "answered": _answer(make, second, window),
        "answered twin": _answer(make, second, other),
        "free": make.screening(second, CRITICAL, TODAY - timedelta(days=30)),
        "struck": make.screening(second, day=TODAY - timedelta(days=31)),
        "own": make.screening(first, CRITICAL, TODAY - timedelta(days=29)),
    }


def _answer(make: Factory, person: Person, window: Window) -> Screening:
    answered = make.screening(person, day=window.opens_on)
    with make.kept() as session:
        session.get_one(Screening, answered.id).window_id = window.id
    return answered


def _all_else(make: Factory, two: Scene, alert: Alert, case: Case, rows: dict[str, Any]) -> Any:
    of = {"person_id": two.second.id}
    carer = two.clinician.account_id
    incident = Incident(
        id=new_key(),
        unit_id=two.second.unit_id,
        day=TODAY,
        kind=IncidentKind.ATTACK,
        title="At the gate",
        programme="un-contingent/2",
        recorded_at=make.now,
    )
    yield incident, None, None
    for person in (two.first, two.second):
        exposed = Exposure(
            id=new_key(), incident_id=incident.id, person_id=person.id, recorded_at=make.now
        )
        yield exposed, None, None
    happened = DeploymentEvent(
        id=new_key(),
        deployment_id=rows["again"].id,
        from_day=TODAY - timedelta(days=800),
        recorded_at=make.now,
        **of,
    )
    yield happened, "content", ["rest_leave", ""]
    tried = ContactAttempt(id=new_key(), alert_id=alert.id, by_id=carer, at=make.now, **of)
    yield tried, "content", ["reached", "phone", "Spoke."]
    note = Note(id=new_key(), case_id=case.id, author_id=carer, signed_at=make.now, **of)
    yield note, "content", {"words": "Slept well."}
    copy = ConflictCopy(id=new_key(), screening_id=rows["free"].id, received_at=make.now, **of)
    yield copy, "payload", rows["copied"]
    certified = Certification(
        id=new_key(),
        screening_id=rows["answered"].id,
        certified_by=carer,
        certified_at=make.now,
        **of,
    )
    yield certified, "content", [TODAY.isoformat(), "phone", "Agreed."]
    yield from papers(make, two, rows, of, carer)
    yield from _written(make, two, of, carer)
    hold = LegalHold(id=new_key(), placed_at=make.now, **of)
    yield hold, "reason", "A court asks."
    changed = RosterChange(
        id=new_key(), import_id=rows["roster"].id, line=2, kind=RosterKind.CHANGED, **of
    )
    before = {"identity": {}, "facts": {"rank_band": ["nco", "officer"]}, "unit": None}
    before |= {"left": [], "joined": None, "deployments": [], "ended": []}
    yield changed, "before", before
    yield from _released(make, of)
    ended = Merge(id=new_key(), other_id=two.first.id, made_at=make.now, undone_at=make.now, **of)
    yield ended, "content", {}


def _written(make: Factory, two: Scene, of: Any, carer: Any) -> Any:
    told = {"unit_id": two.second.unit_id, "sent_at": make.now, "nudges": 0, **of}
    message = Message(
        id=new_key(), author_id=two.account.account_id, to_id=carer, is_from_person=True, **told
    )
    yield message, "content", {"words": "May I ask something?"}
    reply = Message(
        id=new_key(), author_id=carer, is_from_person=False, reply_to=message.id, **told
    )
    yield reply, "content", {"words": "Of course."}
    entry = NotebookEntry(id=new_key(), written_at=make.now, **of)
    yield entry, "content", {"words": "For myself."}


def _released(make: Factory, of: Any) -> Any:
    release = Release(
        id=new_key(),
        code="any_positive_screen",
        unit_id=make.root.id,
        period_from=TODAY - timedelta(days=180),
        period_until=TODAY,
        computed_at=make.now,
        mechanism="exact discrete Laplace",
        epsilon="1",
        smallest_roster=50,
        input_mac=bytes(32),
        report="{}",
    )
    yield release, None, None
    yield LedgerEntry(id=new_key(), release_id=release.id, day=TODAY, epsilon="1", **of), None, None


def _payload(make: Factory, person: Person, of: Screening) -> Any:
    with make.database.reading() as session:
        key, kept = vault.key_for(session, person_id=person.id), session.get_one(Screening, of.id)
        return vault.opened(key, kept, "payload")
