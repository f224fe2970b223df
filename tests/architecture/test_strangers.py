"""A person without a role walks up to every service. Coverage cannot see a check that is gone;
the stranger can."""

import inspect
import pkgutil
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from importlib import import_module
from types import FunctionType
from uuid import uuid4

import pytest

from models.programmes import load
from models.sealing.keys import new_ring
from models.session import transaction
from models.vocabulary import Act, Origin, ReleaseDecision, Role
from tests.architecture.open_services import OPEN
from tests.factories import CALM, TODAY
from tests.models.rows import a_plan, ask_to_join, print_and_key, write_a_programme
from tests.policies.population import release_of
from welfare import services
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.gateways.roster_file import template
from welfare.policies.actor import Actor
from welfare.policies.booked import Wanted
from welfare.policies.browser import Browser
from welfare.policies.command_words import Speech, Told
from welfare.policies.exposed import Who
from welfare.policies.passkey_checks import Place
from welfare.policies.permissions import Permission
from welfare.policies.reading_log import Reading, Why
from welfare.policies.referral_wishes import Wish
from welfare.policies.rules import Record
from welfare.policies.work_order import EVERYBODY
from welfare.services.deployment_events import Event
from welfare.services.deployments import Stay
from welfare.services.imports import Source
from welfare.services.incidents import Report
from welfare.services.key_rotation import FIRST
from welfare.services.missions import Facts
from welfare.services.passkeys import Answer
from welfare.services.sign_in import Checked, NewPassword


def doors():
    for found in pkgutil.iter_modules(services.__path__):
        room = import_module(f"{services.__name__}.{found.name}")
        for name, service in inspect.getmembers(room, inspect.isfunction):
            if service.__module__ == room.__name__ and not name.startswith("_"):
                yield f"{found.name}.{name}", service


DOORS = dict(doors())


@pytest.fixture
def gifts(make):
    """Something real for every argument, belonging to others and to the stranger alike."""
    stranger = make.actor(Role.MEMBER)
    clinician = make.actor(Role.CLINICIAN)
    person = make.person()
    make.duty(clinician, make.root)
    window = make.window(stranger.person_id)
    deployment = make.deployment(person)
    screening = make.screening(person)
    case = make.case(person, clinician)
    appointment = make.appointment(case, clinician)
    alert = make.alert(person, clinician)
    glass, reader = make.glass(person, clinician), (Role.CLINICIAN, Act.RECORD_READ)
    return {
        "actor": Actor(stranger.account_id, stranger.person_id, None, make.root.path),
        "account_id": clinician.account_id,
        "after": FIRST,
        "alert_id": alert.id,
        "answer": Answer(uuid4(), "{}"),
        "answers": CALM,
        "appointment_id": appointment.id,
        "at": make.now,
        "base": "canada/1",
        "before": None,
        "called": "Sam",
        "capacity": "contingent",
        "binding": b"of this browser",
        "browser": Browser(token="nobody's"),
        "case_id": case.id,
        "challenge_id": uuid4(),
        "change_id": write_a_programme(make, confirmed_at=None).id,
        "channel": "phone",
        "checked": Checked(None, is_right=True),
        "code": "000000",
        "colleague_id": clinician.account_id,
        "content": template().encode(),
        "copy": new_ring(),
        "counted": 1,
        "day": TODAY,
        "decision": ReleaseDecision.APPROVED,
        "default": "canada",
        "delay": None,
        "delay_id": make.delay(glass).id,
        "deployment_id": deployment.id,
        "details": {"given": "Adan", "family": "Marrow"},
        "draft": replace(load("canada"), code="own-navy"),
        "event": Event("rest_leave", TODAY),
        "facts": Facts("Hill Mission", "Port Ansel"),
        "factor_id": make.app(clinician).id,
        "given": {"today": "yes"},
        "glass_id": glass.id,
        "form_id": print_and_key(make, window, clinician).id,
        "from_at": make.now,
        "from_day": TODAY,
        "hour": None,
        "hours": 1,
        "import_id": make.roster_import().id,
        "incident_id": make.incident(person).id,
        "incoming": [],
        "invitation_id": make.invitation(clinician).id,
        "keys": ["somebody"],
        "language": "en",
        "languages": ["en"],
        "zone": "UTC",
        "quiet_from": None,
        "quiet_until": None,
        "leave_end_day": None,
        "login": "somebody",
        "mark": 1,
        "message_id": make.message(stranger.person_id, clinician).id,
        "entry_id": make.notebook_entry(stranger).id,
        "reply_id": uuid4(),
        "merge_id": ask_to_join(make, person, make.person()),
        "first_id": person.id,
        "second_id": make.person().id,
        "made_from": None,
        "mission": "River Mission",
        "mission_id": deployment.mission_id,
        "name": "Somewhere",
        "names": ["k1"],
        "nation": "Westmark",
        "new_missions": True,
        "notice_id": uuid4(),
        "number": "K7QM-4R2D",
        "measure_id": make.measure(case).id,
        "instrument": "gad-7",
        "rhythm": "weekly",
        "outcome": "supported",
        "parent_id": make.root.id,
        "part": "phq-9",
        "people": {},
        "person_id": person.id,
        "permission": Permission.PROGRAMME_PROPOSE_CARE,
        "post_id": make.post(clinician, Role.AUDITOR, make.root, confirmed_at=None).id,
        "phone": "+00 555 0100",
        "plan_id": make.plan(case, clinician, a_plan()).id,
        "place": Place.of("https://welfare.example/", "Welfare"),
        "sought": EVERYBODY,
        "stood_at": 0,
        "prepared": NewPassword(Checked(None, is_right=True), ""),
        "programme": "un-contingent",
        "question_id": make.question(person, clinician).id,
        "reading": Reading("Sam", *reader, make.now, 1, uuid4(), clinician.account_id, Why.CARE),
        "reason": "",
        "report": Report(make.root.id, TODAY, "attack", "Shots at the gate"),
        "purpose": "sharing",
        "referral_id": make.referral(person, clinician).id,
        "ending": "other",
        "wish": Wish(clinician.account_id, False, "", "routine", "Sleeps badly."),
        "release_id": release_of(make, make.root, [make.root]),
        "result": "reached",
        "ring": new_ring(),
        "role": Role.MEMBER,
        "seen": bytes(32),
        "screening_id": screening.id,
        "service_number": "SN-0",
        "session_id": uuid4(),
        "since": make.now,
        "site": "Port Ansel",
        "record": Record(person),
        "source": Source("made up", Origin.IMPORT, load("un-contingent")),
        "status": "kept",
        "speech": Speech("en", str, str),
        "spoken_on": TODAY,
        "stays": [Stay(person.id, make.root.id, ("River Mission", "Port Ansel"), TODAY, None)],
        "submission_id": uuid4(),
        "today": TODAY,
        "token": "nobody's",
        "told": Told("harm_self", ("contact",), None, "Major Reed", "phone"),
        "turn": 1,
        "unit": make.root,
        "unit_id": make.root.id,
        "until_at": None,
        "until_day": None,
        "upload_id": make.roster_upload(clinician).id,
        "verdict": "justified",
        "version": 1,
        "wanted": Wanted(make.now + timedelta(days=2)),
        "who": Who({make.root.id}),
        "window_id": window.id,
        "with_notes": True,
        "words": "words",
        "written": a_plan(),
    }


def test_the_list_of_open_services_names_only_services_that_exist():
    assert set(OPEN) <= set(DOORS)


def test_every_other_service_asks_who_is_calling():
    silent = {
        name
        for name, service in DOORS.items()
        if name not in OPEN and "actor" not in inspect.signature(service).parameters
    }

    assert silent == set()


@pytest.mark.parametrize("name", sorted(set(DOORS) - set(OPEN)))
def test_a_stranger_is_refused_or_finds_nothing(name, gifts, watched):
    service: FunctionType = DOORS[name]
    wanted = inspect.signature(service).parameters
    asked = {key: gifts[key] for key in wanted if key in gifts}
    needed = {key for key, each in wanted.items() if each.default is each.empty} - {"session"}
    assert needed <= set(asked), "a new argument: give the stranger something for it"

    with transaction(watched) as session:
        try:
            found = service(session, **asked)
        except (AccessDenied, RecordNotFound, InputRefused):
            session.rollback()
            return

    assert is_nothing(found), f"{name} let a stranger in"


def is_nothing(found):
    """An empty answer, or a page on which every list is empty and nothing is offered."""
    if not found:
        return True
    return is_dataclass(found) and not any(getattr(found, each.name) for each in fields(found))
