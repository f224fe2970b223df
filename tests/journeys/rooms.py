"""Every page that can be asked for, each with somebody who may: to look at all of them in a row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.session import transaction
from models.tables.care import Case
from models.tables.people import Person
from models.tables.releases import Release
from models.vocabulary import Role
from tests.factories import CALM, CRITICAL, TODAY
from tests.journeys.scenes import Someone, Stage
from tests.roster_files import csv_of, somebody
from welfare.services import rosters

EARLIER_SCREENINGS = 10
# With both second stages: as long as a history can become in some years.
LONG = CRITICAL | {
    "gad-7": {str(number): 2 for number in range(1, 8)},
    "pcl-5": {str(number): 2 for number in range(1, 21)},
}


@dataclass(frozen=True, slots=True)
class Room:
    """`path` follows the language. `role` is None where nobody has to sign in."""

    role: Role | None
    path: str
    status: int = 200

    @property
    def is_for_staff(self) -> bool:
        return self.role not in (None, Role.MEMBER)


class House:
    """A contingent in the middle of its work, and one person of every role."""

    def __init__(self, stage: Stage) -> None:
        member, self.window = stage.member_back_from_a_mission()
        self.people = {role: stage.person(role) for role in Role if role is not Role.MEMBER}
        self.people[Role.MEMBER] = member
        carer = self.people[Role.CLINICIAN]
        stage.make.duty(carer.actor, stage.unit)
        stage.patient(carer)
        stage.candidate()
        self._ask_often(stage, member)
        self.roster = stage.make.roster_import(stage.unit).id
        self.waiting_roster = self._send_roster(stage)
        with stage.make.database.reading() as session:
            self.patient = session.query(Case.person_id).filter_by(unit_id=stage.unit.id).scalar()
            self.release = session.query(Release.id).filter_by(unit_id=stage.unit.id).scalar()

    def _send_roster(self, stage: Stage) -> UUID:
        """A file with people that are new, and lines that cannot be used."""
        units = (stage.unit.name, stage.unit.name, "Nowhere")
        rows = [somebody(f"SN-{number}", unit=units[number % 3]) for number in range(40)]
        with transaction(stage.make.database) as session:
            return rosters.hold_file(
                session,
                actor=self.people[Role.ADMINISTRATOR].actor,
                content=csv_of(*rows),
                new_missions=False,
                at=datetime.now(UTC),
            ).id

    def _ask_often(self, stage: Stage, member: Someone) -> None:
        with stage.make.database.reading() as session:
            record = session.get_one(Person, member.actor.person_id)
        for number in range(EARLIER_SCREENINGS):
            day = TODAY - timedelta(days=90 * number + 30)
            answers = LONG if number % 3 else CALM
            self.receipt = stage.make.screening(record, answers, day=day).id

    def rooms(self) -> list[Room]:
        asked, account = f"/me/screenings/{self.window.id}", self.people[Role.CLINICIAN].actor
        paths = {
            None: (
                "/help",
                "/sign-in",
                "/forgotten",
                "/call-me",
                "/self-check/",
                "/self-check/1",
                "/self-check/4",
            ),
            Role.MEMBER: (
                "/me/",
                asked,
                f"{asked}/decline",
                f"{asked}/parts/1",
                f"{asked}/parts/2",
                "/me/history",
                "/me/readers",
                f"/me/receipts/{self.receipt}",
                "/account",
                "/password",
                "/sessions",
                "/confirm",
            ),
            Role.CLINICIAN: (
                "/work-list",
                f"/people/{self.patient}",
                "/interviews/",
                "/account",
                "/second-factor/mine",
                "/second-factor/app",
            ),
            Role.CLINIC_LEAD: ("/work-list", "/releases/", "/site/"),
            Role.PRIVACY_OFFICER: ("/releases/", f"/releases/{self.release}"),
            Role.COMMANDER: ("/figures/",),
            Role.ADMINISTRATOR: (
                "/site/",
                "/site/units/new",
                "/site/accounts/new",
                "/site/duty/new",
                "/site/contacts/new",
                "/site/deployments/new",
                "/accounts/",
                "/accounts/waiting",
                "/people/rosters/",
                f"/people/rosters/{self.roster}",
                f"/people/rosters/files/{self.waiting_roster}",
                f"/accounts/{account.account_id}",
                f"/accounts/{account.account_id}/disable",
            ),
            Role.AUDITOR: ("/trail/",),
            Role.WELFARE_OFFICER: (
                "/completion/",
                "/completion/readiness",
                "/completion/what-i-may-tell",
            ),
        }
        found = [Room(role, path) for role, these in paths.items() for path in these]
        return [*found, Room(None, "/nowhere", 404), Room(None, "/join/nothing", 404)]
