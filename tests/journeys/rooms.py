"""Every page that can be asked for, each with somebody who may: to look at all of them in a row."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models import trail
from models.programmes import load
from models.session import transaction
from models.tables.care import Case
from models.tables.people import Deployment, Person
from models.tables.releases import Release
from models.tables.screenings import Screening
from models.vocabulary import Act, Role
from tests.factories import CALM, CRITICAL, NOW, TODAY
from tests.journeys.addresses import addresses_of
from tests.journeys.scenes import Someone, Stage
from tests.models.rows import a_plan
from tests.roster_files import csv_of, somebody
from welfare.policies.actor import Actor
from welfare.policies.window_links import token_for
from welfare.services import (
    merging,
    own_record,
    paper_forms,
    paper_keying,
    programme_changes,
    rosters,
)

EARLIER_SCREENINGS = 10
# With both second stages: as long as a history can become in some years.
LONG = CRITICAL | {
    "gad-7": {str(number): 2 for number in range(1, 8)},
    "pcl-5": {str(number): 2 for number in range(1, 21)},
}


# On paper the GAD-7 does not ask again what the GAD-2 has asked.
ON_PAPER = LONG | {"gad-7": {str(number): 2 for number in range(3, 8)}}


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
        for words in ("The nights are long.", "Whom do I ask for?"):
            stage.make.message(member.actor.person_id, carer.actor, words)
        self.entry = stage.make.notebook_entry(member.actor).id
        keys = stage.make.database.keys
        self.link = token_for(keys, stage.make.window_link(self.window).id)
        self.roster = stage.make.roster_import(stage.unit).id
        self.waiting_roster = self._send_roster(stage)
        self.twice = stage.make.person(stage.unit).id, stage.make.person(stage.unit).id
        self.merge = self._ask_to_join(stage)
        self.change = self._change_a_programme(stage)
        with stage.make.database.reading() as session:
            self.patient = session.query(Case.person_id).filter_by(unit_id=stage.unit.id).scalar()
            patient = session.get_one(Person, self.patient)
            case = session.query(Case).filter_by(person_id=self.patient).one()
            self.stay = session.query(Deployment).filter_by(person_id=self.patient).one()
            self.release = session.query(Release.id).filter_by(unit_id=stage.unit.id).scalar()
            answered = session.query(Screening.id).filter_by(person_id=self.patient)
            self.answered = answered.order_by(Screening.id).first()[0]
        self.form, self.differing_form = self._print(stage), self._print(stage)
        self._key_differently(stage, self.differing_form)
        self.unit = stage.unit
        self.appointment = stage.make.appointment(case, carer.actor).id
        stage.make.plan(case, carer.actor, a_plan())
        self.incident = stage.make.incident(patient).id
        self.referral = stage.make.referral(patient, self.people[Role.CLINICIAN].actor).id
        stage.make.event(self.stay, words="Told by the chaplain.")
        colleague = stage.person(Role.CLINICIAN).actor
        stage.make.delay(stage.make.glass(patient, colleague))
        stage.make.question(patient, colleague)
        self.reading = self._read(stage, member, colleague)

    def _read(self, stage: Stage, member: Someone, reader: Actor) -> UUID:
        """Somebody has opened the member's record."""
        with stage.make.kept() as session:
            who = member.actor.person_id
            trail.record(session, by=reader, act=Act.RECORD_READ, at=NOW, person_id=who)
            lines = own_record.list_readers(session, actor=member.actor, at=NOW)
            return next(each.id for each in lines if each.reader_id == reader.account_id)

    def _ask_to_join(self, stage: Stage) -> UUID:
        """A request of another administrator."""
        first, second = (stage.make.person(stage.unit).id for _ in range(2))
        asker = stage.person(Role.ADMINISTRATOR).actor
        with transaction(stage.make.database) as session:
            given = {"first_id": first, "second_id": second, "at": datetime.now(UTC)}
            return merging.ask_to_merge(session, actor=asker, **given).id

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

    def _print(self, stage: Stage) -> UUID:
        with transaction(stage.make.database) as session:
            return paper_forms.print_form(
                session,
                actor=self.people[Role.CLINICIAN].actor,
                window_id=self.window.id,
                language="en",
                today=TODAY,
                at=datetime.now(UTC),
            ).id

    def _key_differently(self, stage: Stage, form: UUID) -> None:
        """Two entries that agree in nothing."""
        for turn, answers in ((1, ON_PAPER), (2, {})):
            with transaction(stage.make.database) as session:
                paper_keying.key_in(
                    session,
                    actor=self.people[Role.CLINICIAN].actor,
                    form_id=form,
                    turn=turn,
                    day=TODAY,
                    hour=None,
                    answers=answers,
                    at=datetime.now(UTC),
                )

    def _change_a_programme(self, stage: Stage) -> UUID:
        """Other windows and another cut-point, which a second person has not confirmed yet."""
        base = load("us-current")
        windows = (replace(base.windows[0], opens=-100), *base.windows[1:])
        gates = (replace(base.gates[0], at_least=4), *base.gates[1:])
        with transaction(stage.make.database) as session:
            return programme_changes.propose(
                session,
                actor=self.people[Role.CLINIC_LEAD].actor,
                base=base.name,
                draft=replace(base, code=f"own-{stage.unit.path}", windows=windows, gates=gates),
                at=datetime.now(UTC),
            ).id

    def _ask_often(self, stage: Stage, member: Someone) -> None:
        with stage.make.database.reading() as session:
            record = session.get_one(Person, member.actor.person_id)
        for number in range(EARLIER_SCREENINGS):
            day = TODAY - timedelta(days=90 * number + 30)
            answers = LONG if number % 3 else CALM
            self.receipt = stage.make.screening(record, answers, day=day).id
        carer = self.people[Role.CLINICIAN].actor
        self.critical_receipt = stage.make.alert(record, carer).screening_id

    def rooms(self) -> list[Room]:
        paths = addresses_of(self)
        found = [Room(role, path) for role, these in paths.items() for path in these]
        missing = ("/nowhere", "/join/nothing", "/message/nothing")
        return [*found, *(Room(None, path, 404) for path in missing)]
