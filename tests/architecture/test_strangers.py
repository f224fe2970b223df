"""A person without a role walks up to every service. Coverage cannot see a check that is gone;
the stranger can."""

import inspect
import pkgutil
from dataclasses import fields, is_dataclass, replace
from importlib import import_module
from types import FunctionType
from uuid import uuid4

import pytest

from models.programmes import load
from models.sealing.keys import new_ring
from models.session import transaction
from models.vocabulary import Origin, ReleaseDecision, Role
from tests.factories import CALM, TODAY
from tests.models.rows import ask_to_join, print_and_key, write_a_programme
from tests.policies.population import release_of
from welfare import services
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.gateways.roster_file import template
from welfare.policies.actor import Actor
from welfare.policies.browser import Browser
from welfare.policies.exposed import Who
from welfare.policies.passkey_checks import Place
from welfare.policies.permissions import Permission
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

# Services that anybody may call, and why that is right.
OPEN = {
    "accounts.find_account": "for commands: tells nothing about anybody",
    "accounts.found_site": "makes the first administrator, and only on an empty site",
    "backups.copy_part": "for the backup command: what it reads leaves the house sealed",
    "backups.note_backup": "for the backup command",
    "backups.shapes_of": "names tables and columns, no rows",
    "call_requests.ask_without_name": "whoever leaves a number; tells nothing about anybody",
    "call_requests.list_places": "names of contingents, as the help page shows them",
    "condition.backup_verified_at": "for operators: a moment and nothing else",
    "condition.lease_until": "for operators",
    "condition.newest_event_at": "for operators: a moment and nothing else",
    "condition.read_condition": "for operators: counts and moments, without units or people",
    "condition.read_standing": "for the watchdog: paths of units and moments, without people",
    "condition.server_clock": "tells the time",
    "condition.try_writing": "for operators: writes a row that is undone",
    "duty_changes.hand_over_to_duty": "for the job loop",
    "erasure.find_person": "for commands: tells nothing about anybody",
    "erasure.is_readable": "for commands: yes or no",
    "erasure.replay_tombstones": "for a restore: erasures that were decided before",
    "invitations.ask_reset": "answers nothing; writes to the owner alone",
    "joining.look_at_link": "whoever has the link; it names nobody",
    "joining.refuse_link": "whoever has the link may end it",
    "joining.use_link": "whoever has the link and the second fact",
    "key_escrow.last_drill_at": "for operators: a moment, and no more",
    "leases.give_back": "for the job loop",
    "leases.take_lease": "for the job loop",
    "merging.root_of_merge": "for commands",
    "nudges.letters_waiting": "for the job loop",
    "nudges.note_failed": "for the job loop",
    "nudges.note_sent": "for the job loop",
    "nudges.nudge_again": "for the job loop",
    "overdue_alerts.nudge_planned": "for the job loop",
    "overdue_alerts.pass_on_overdue": "for the job loop",
    "passkeys.ask_for_sign_in": "whoever has a passkey may come in",
    "passkeys.sign_in_with_passkey": "whoever has a passkey may come in",
    "posts.begins_anew": "for the page of a Post that was just given",
    "posts.find_post": "for commands",
    "roster_undo.root_of_import": "for commands",
    "reminder_letters.note_bounced": "for the job loop, and what the mail server hands over",
    "reminder_letters.note_failed": "for the job loop",
    "reminder_letters.note_sent": "for the job loop",
    "reminder_letters.programmes_asking": "for the job loop: names of programmes",
    "reminder_letters.take_letter": "for the job loop",
    "reminder_letters.write_due": "for the job loop",
    "rosters.forget_uploads": "for the job loop",
    "schedules.bring_up_to_date": "for the job loop",
    "schedules.is_due": "for the job loop: yes or no",
    "sessions.find_session": "whoever has the token is the session",
    "sessions.list_posts": "the own Posts",
    "sessions.note_seen": "whoever has the token is the session",
    "sign_in.check_own_password": "compares, and changes nothing",
    "restores.compare": "for the backup command: into an empty database",
    "restores.read_backup": "for the backup command: into an empty database",
    "restores.reopen": "for the backup command",
    "restores.try_keys": "for the backup command: opens a sample and shows nothing of it",
    "sign_in.check_password": "compares, and changes nothing",
    "sign_in.prepare_password": "compares, and changes nothing",
    "sign_in.sign_in": "whoever has the password may come in",
    "site.ensure_unit": "for commands",
    "site.find_units": "for commands",
    "site.first_root": "for commands",
    "site.root_of": "for commands",
    "site.list_crisis_contacts": "help is for everybody",
    "window_links.look_at_link": "whoever has the link; it names nobody",
    "window_links.may_ask_for_another": "whoever has the link: yes or no",
    "window_links.note_opened": "whoever has the link has looked at it",
    "window_links.refuse_link": "whoever has the link may end it",
    "window_links.send_another": "answers nothing; writes to the owner alone",
    "window_links.use_link": "whoever has the link and two facts",
    "text_messages.messages_waiting": "for the job loop",
    "text_messages.note_failed": "for the job loop",
    "text_messages.note_sent": "for the job loop",
    "text_messages.write_due": "for the job loop",
    "windows.somebody_due": "for the demo command",
}


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
    alert = make.alert(person, clinician)
    return {
        "actor": Actor(stranger.account_id, stranger.person_id, None, make.root.path),
        "account_id": clinician.account_id,
        "after": FIRST,
        "alert_id": alert.id,
        "answer": Answer(uuid4(), "{}"),
        "answers": CALM,
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
        "deployment_id": deployment.id,
        "details": {"given": "Adan", "family": "Marrow"},
        "draft": replace(load("canada"), code="own-navy"),
        "event": Event("rest_leave", TODAY),
        "facts": Facts("Hill Mission", "Port Ansel"),
        "factor_id": make.app(clinician).id,
        "given": {"today": "yes"},
        "form_id": print_and_key(make, window, clinician).id,
        "from_at": make.now,
        "from_day": TODAY,
        "hour": None,
        "hours": "Day and night",
        "import_id": make.roster_import().id,
        "incident_id": make.incident(person).id,
        "incoming": [],
        "invitation_id": make.invitation(clinician).id,
        "keys": ["somebody"],
        "language": "en",
        "languages": ["en"],
        "leave_end_day": None,
        "login": "somebody",
        "mark": 1,
        "merge_id": ask_to_join(make, person, make.person()),
        "first_id": person.id,
        "second_id": make.person().id,
        "mission": "River Mission",
        "mission_id": deployment.mission_id,
        "name": "Somewhere",
        "names": ["k1"],
        "nation": "Westmark",
        "new_missions": True,
        "number": "K7QM-4R2D",
        "outcome": "supported",
        "parent_id": make.root.id,
        "part": "phq-9",
        "people": {},
        "person_id": person.id,
        "permission": Permission.PROGRAMME_PROPOSE_CARE,
        "post_id": make.post(clinician, Role.AUDITOR, make.root, confirmed_at=None).id,
        "phone": "+00 555 0100",
        "place": Place.of("https://welfare.example/", "Welfare"),
        "purpose": "referral",
        "stood_at": 0,
        "wanted": EVERYBODY,
        "prepared": NewPassword(Checked(None, is_right=True), ""),
        "programme": "un-contingent",
        "reason": "",
        "report": Report(make.root.id, TODAY, "attack", "Shots at the gate"),
        "release_id": release_of(make, make.root, [make.root]),
        "result": "reached",
        "ring": new_ring(),
        "role": Role.MEMBER,
        "seen": bytes(32),
        "screening_id": screening.id,
        "service_number": "SN-0",
        "session_id": uuid4(),
        "site": "Port Ansel",
        "record": Record(person),
        "source": Source("made up", Origin.IMPORT, load("un-contingent")),
        "spoken_on": TODAY,
        "stays": [Stay(person.id, make.root.id, ("River Mission", "Port Ansel"), TODAY, None)],
        "submission_id": uuid4(),
        "today": TODAY,
        "token": "nobody's",
        "turn": 1,
        "unit": make.root,
        "unit_id": make.root.id,
        "until_at": None,
        "until_day": None,
        "upload_id": make.roster_upload(clinician).id,
        "version": 1,
        "who": Who({make.root.id}),
        "window_id": window.id,
        "with_notes": True,
        "words": "words",
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
