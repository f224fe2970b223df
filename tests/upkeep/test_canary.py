"""Words that must never get out, put everywhere they can be put, and looked for outside."""

import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from prometheus_client import generate_latest
from sqlalchemy import text

from models.base import new_key
from models.tables.places import CrisisContact, Unit
from models.vocabulary import Role
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY, PostOffice
from welfare.jobs.keeper import Keeper
from welfare.jobs.loop import Loop
from welfare.policies import passwords
from welfare.upkeep.logs import writing_lines
from welfare.upkeep.measures import Measures
from welfare.upkeep.readiness import Readiness, as_json

CANARY = "kestrel-7781"
ADDRESS = "203.0.113.77"
# What people are called in these tests, what they were asked, and what was found.
TELLING = (
    *(CANARY, ADDRESS, "Marrow", "SN-", "555 01", "phq", "pcl-5", "gad-", "audit-c", "k10"),
    *("suicid", "depress", "answer", "clinician", "commander"),
)
FIELDS = (
    *("words", "outcome", "result", "channel", "login", "password", "new", "again", "name"),
    *("given", "family", "service_number", "email", "phone", "language", "hours", "role"),
    *("reason", "mission", "site", "decision", "code", "answers", "submission_id", "1", "9"),
    *("message", "reply", "entry"),
)
OTHERS = (Role.CLINIC_LEAD, Role.COMMANDER, Role.ADMINISTRATOR, Role.AUDITOR)
FAULT = 500
SEALED = (("screening", "payload"), ("alert", "detail"), ("identity", "content"))


class Story:
    """A site full of canaries, and everything that left it while people used it."""

    def __init__(self, app, make, visit, post_office, loop):
        self.make, self.visit, self.app = make, visit, app
        self.post_office, self.loop = post_office, loop
        self.statuses = []
        self.ids = self._people()

    def _people(self):
        make = self.make
        unit = make.unit(f"Company {CANARY}", make.root)
        clinician, self.member = make.reachable(), make.actor(Role.MEMBER, unit)
        patient = make.person(unit)
        with make.kept() as session:
            session.get_one(Unit, make.root.id).name = f"Contingent {CANARY}"
            session.add(
                CrisisContact(
                    id=new_key(),
                    unit_id=unit.id,
                    language="en",
                    name=CANARY,
                    phone="+00 555 0199",
                    hours=CANARY,
                )
            )
        case, alert = (
            make.case(patient, clinician),
            make.alert(patient, clinician, next_nudge_at=NOW),
        )
        window = make.window(self.member.person_id, code=CANARY)
        message = make.message(self.member.person_id, clinician, CANARY, next_nudge_at=NOW)
        entry = make.notebook_entry(self.member, CANARY)
        others = [make.actor(role) for role in OTHERS]
        self.crowds = [
            self._crowd(clinician, self.member, None, *others),
            self._crowd(clinician, self.member),
            self._crowd(clinician),
        ]
        return {
            "person_id": patient.id,
            "case_id": case.id,
            "alert_id": alert.id,
            "window_id": window.id,
            "message_id": message.id,
            "entry_id": entry.id,
            "unit_id": unit.id,
            "account_id": make.actor(Role.MEMBER, unit).account_id,
        }

    def _crowd(self, *actors):
        """Browsers with their form tokens, taken while there is a page to take them from."""
        visitors = [self.visit(actor) for actor in actors]
        return [(visitor, visitor.token()) for visitor in visitors]

    def walk(self, crowd):
        """Every address with its ids, by everybody; with a canary in every field there is."""
        for visitor, token in crowd:
            for path, method in self._paths():
                form = dict.fromkeys(FIELDS, CANARY) | {"csrf_token": token}
                with visitor.client.open(
                    f"{path}?q={CANARY}",
                    method=method,
                    data=form if method == "POST" else None,
                    headers={"User-Agent": CANARY, "Referer": f"http://localhost/{CANARY}"},
                    environ_base={"REMOTE_ADDR": ADDRESS},
                ) as answer:
                    self.statuses.append(answer.status_code)

    def _paths(self):
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint in ("account.sign_out", "static"):
                continue
            values = {name: self._value(name) for name in rule.arguments}
            for method in {"GET", "POST"} & rule.methods:
                yield adapter.build(rule.endpoint, values), method

    def _value(self, name):
        plain = {"lang": "en", "number": 1, "code": CANARY, "part": CANARY}
        return plain.get(name) or self.ids.get(name) or uuid4()

    def send_letters(self):
        """Once while the post office is closed, and again when it is open."""
        for is_open, later in ((False, timedelta(0)), (True, timedelta(minutes=5))):
            self.post_office.is_open = is_open
            self.loop.run_once(at=datetime.now(UTC) + later)


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch):
    """Every page with a password is posted by everybody; the cost is tested elsewhere."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody has this"))


@pytest.fixture
def measures():
    return Measures()


@pytest.fixture
def loop(database, post_office):
    return Loop(database, mailer=post_office, stationery=STATIONERY, programme="un-contingent")


@pytest.fixture
def post_office():
    return PostOffice()


@pytest.fixture
def story(app, make, visit, measures, post_office, loop):
    app.wsgi_app = measures.counted(app.wsgi_app)
    return Story(app, make, visit, post_office, loop)


def in_order(_database):
    """Nothing is wrong yet."""


def damage(database):
    """Sealed values that do not open any more: each page that needs one fails."""
    with database.engine.begin() as connection:
        for table, column in SEALED:
            connection.execute(
                text(f"UPDATE {table} SET {column} = :junk"),  # noqa: S608 - our own names
                {"junk": f"junk {CANARY}".encode()},
            )


def break_apart(database):
    """A table that is gone: the database's own complaint repeats the statement."""
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE note RENAME TO note_gone"))
        connection.execute(text("ALTER TABLE web_session RENAME COLUMN seen_at TO gone_at"))


def found_in(said, ids):
    """Every telling word and every id that got out."""
    words = [word for word in TELLING if word.lower() in said.lower()]
    return words + [name for name, key in ids.items() if str(key) in said or key.hex in said]


def test_nothing_telling_gets_into_logs_figures_or_letters(
    story, database, measures, key_file, clock
):
    stream = io.StringIO()
    keeper = Keeper(story.loop)
    measures.watch(database, keeper, clock)
    readiness = Readiness(database, key_file, keeper, clock)
    ready = []

    with writing_lines(as_json=True, stream=stream, request_id=lambda: None):
        # First everybody on a site in order; then a few on one that is broken.
        for step, crowd in zip((in_order, damage, break_apart), story.crowds, strict=True):
            step(database)
            story.walk(crowd)
            story.send_letters()
            ready.append(as_json(readiness.checks()))

    log = stream.getvalue()
    events = [json.loads(line) for line in log.splitlines()]
    figures = generate_latest(measures.registry).decode()
    letters = "\n".join(f"{each.subject}\n{each.body}" for each in story.post_office.tried)
    assert found_in(log, story.ids) == []
    assert found_in(figures, story.ids) == []
    assert found_in("\n".join(ready), story.ids) == []
    assert found_in(letters, story.ids) == []
    # ... and there was something to find it in: faults, figures and letters.
    assert story.statuses.count(FAULT) > 10
    assert sum(event["message"].startswith("a request failed") for event in events) > 10
    assert "5xx" in figures
    assert story.post_office.letters


def test_the_search_itself_would_find_them():
    key = uuid4()

    assert found_in(f"x {CANARY} {key.hex}", {"person_id": key}) == [CANARY, "person_id"]
    assert isinstance(key, UUID)
