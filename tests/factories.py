"""Makes records with sensible values; a test names only what matters to it."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from models import vault
from models.base import new_key
from models.instruments.payload import SIZE, Payload, pack, respond
from models.tables.care import Alert, Case
from models.tables.consents import Consent
from models.tables.cycle import DeploymentEvent, Exposure, Incident
from models.tables.people import Deployment, Person
from models.tables.places import Mission
from models.tables.referrals import ENDED, Referral
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Screening, Window
from models.vocabulary import (
    AlertStatus,
    CaseStatus,
    ConsentPurpose,
    ConsentWay,
    DeploymentEventKind,
    IncidentKind,
    Origin,
    Phase,
    ReferralEnding,
    ReferralStatus,
    ReferralUrgency,
)
from tests.site_factory import APP_KEY as APP_KEY
from tests.site_factory import NOW as NOW
from tests.site_factory import TODAY as TODAY
from tests.site_factory import SiteFactory
from welfare.policies.actor import Actor
from welfare.policies.happenings import seal_event
from welfare.policies.sealed_referrals import Asked, Ended, seal_asked, seal_basis, seal_ending
from welfare.policies.window_links import new_link

PASSWORD = "correct horse battery"
# Answers that open nothing and alarm nobody.
CALM: Mapping[str, Mapping[str, int | None]] = {
    "pc-ptsd-5": {"0": 0},
    "phq-9": {str(number): 0 for number in range(1, 10)},
    "gad-2": {"1": 0, "2": 0},
    "audit-c": {"1": 0},
}
# The same with the suicide item above zero.
CRITICAL: Mapping[str, Mapping[str, int | None]] = {**CALM, "phq-9": {**CALM["phq-9"], "9": 1}}


class Factory(SiteFactory):
    """The site, and what happens to people in it."""

    def deployment(self, person: Person, **given: Any) -> Deployment:
        with self.kept() as session:
            mission = Mission(
                id=new_key(), code=secrets.token_hex(4), name="River Mission", site="Port Ansel"
            )
            session.add(mission)
            session.flush()
            usual = {
                "from_day": TODAY - timedelta(days=300),
                "until_day": TODAY - timedelta(days=120),
            }
            deployment = Deployment(
                id=new_key(),
                person_id=person.id,
                unit_id=person.unit_id,
                **usual | {"mission_id": mission.id} | given,
            )
            session.add(deployment)
        return deployment

    def incident(self, *people: Person, **given: Any) -> Incident:
        """In the unit of the first of the people who were there."""
        with self.kept() as session:
            usual = {
                "unit_id": people[0].unit_id,
                "day": TODAY - timedelta(days=1),
                "kind": IncidentKind.EXPLOSION,
                "title": "Blast at the north gate",
                "programme": "un-contingent/2",
                "recorded_at": self.now,
                "recorded_by": None,
            }
            incident = Incident(id=new_key(), **usual | given)
            session.add(incident)
            session.flush()
            session.add_all(
                Exposure(
                    id=new_key(),
                    incident_id=incident.id,
                    person_id=person.id,
                    recorded_at=self.now,
                )
                for person in people
            )
            _ = incident.unit  # loaded now, for rules asked after the session has ended
        return incident

    def event(
        self,
        deployment: Deployment,
        kind: DeploymentEventKind = DeploymentEventKind.BEREAVEMENT,
        words: str = "",
        **given: Any,
    ) -> DeploymentEvent:
        with self.kept() as session:
            usual = {"from_day": deployment.from_day, "until_day": None, "recorded_by": None}
            usual |= {"recorded_at": self.now, "person_id": deployment.person_id}
            event = DeploymentEvent(id=new_key(), deployment_id=deployment.id, **usual | given)
            key = vault.key_for(session, person_id=deployment.person_id)
            seal_event(key, event, kind=kind, words=words)
            session.add(event)
        return event

    def window(self, person_id: UUID, **given: Any) -> Window:
        with self.kept() as session:
            usual = {
                "programme": "un-contingent/1",
                "code": "after",
                "phase": Phase.POST,
                "opens_on": TODAY - timedelta(days=10),
                "due_by": TODAY + timedelta(days=80),
                "deployment_id": None,
            }
            usual |= given
            usual.setdefault("closes_on", usual["due_by"] + timedelta(days=60))
            window = Window(id=new_key(), person_id=person_id, **usual)
            session.add(window)
        return window

    def window_link(self, window: Window, **given: Any) -> WindowLink:
        """A link that a letter carried, unless `made_by` says who handed it over."""
        with self.kept() as session:
            link = new_link(window, made_by=given.pop("made_by", None), at=self.now)
            for name, value in given.items():
                setattr(link, name, value)
            session.add(link)
        return link

    def reminder(self, window: Window, **given: Any) -> Reminder:
        """A letter about this window that waits; with a link only if one is given."""
        with self.kept() as session:
            usual = {"written_at": self.now, "next_try_at": self.now, "tries": 0, "day": None}
            usual |= {"window_id": window.id, "person_id": window.person_id}
            reminder = Reminder(id=new_key(), **usual | given)
            session.add(reminder)
        return reminder

    def screening(
        self,
        person: Person,
        answers: Mapping[str, Mapping[str, int | None]] = CALM,
        day: date | None = None,
        **given: Any,
    ) -> Screening:
        with self.kept() as session:
            day = day or TODAY
            key = vault.key_for(session, person_id=person.id)
            screening = Screening(
                id=new_key(),
                submission_id=new_key(),
                person_id=person.id,
                unit_id=person.unit_id,
                day=day,
                **{"phase": Phase.POST, "origin": Origin.WEB} | given,
            )
            responses = tuple(
                respond(code, given, language="en", sex="male") for code, given in answers.items()
            )
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            payload = Payload(at, "un-contingent/1", responses)
            screening.payload = vault.sealed(key, screening, "payload", pack(payload), size=SIZE)
            session.add(screening)
        return screening

    def alert(self, person: Person, owner: Actor | None = None, **given: Any) -> Alert:
        """A raised alert on a fresh critical screening of this person."""
        screening = self.screening(person, CRITICAL)
        with self.kept() as session:
            key = vault.key_for(session, person_id=person.id)
            usual = {
                "status": AlertStatus.RAISED,
                "raised_at": self.now,
                "due_at": self.now + timedelta(hours=8),
                "owner_id": owner and owner.account_id,
                "next_nudge_at": self.now + timedelta(minutes=30),
                "nudges": 1,
            }
            alert = Alert(
                id=new_key(),
                person_id=person.id,
                screening_id=screening.id,
                unit_id=person.unit_id,
                **usual | given,
            )
            alert.detail = vault.sealed(key, alert, "detail", {"items": ["phq-9.9"]}, size=256)
            if alert.status is AlertStatus.CLOSED:
                alert.outcome = vault.sealed(key, alert, "outcome", ["supported", ""], size=4096)
            session.add(alert)
            session.flush()
            _ = alert.unit  # loaded now, for rules asked after the session has ended
        return alert

    def case(self, person: Person, clinician: Actor, **given: Any) -> Case:
        with self.kept() as session:
            usual = {"status": CaseStatus.OPEN, "opened_at": self.now, "closed_at": None}
            case = Case(
                id=new_key(),
                person_id=person.id,
                unit_id=person.unit_id,
                clinician_id=clinician.account_id,
                **usual | given,
            )
            session.add(case)
            session.flush()
            _ = case.unit  # loaded now, for rules asked after the session has ended
        return case

    def consent(self, person_id: UUID, by: Actor, **given: Any) -> Consent:
        """To sharing, in force, as told to a clinician, unless something else is said."""
        with self.kept() as session:
            usual = {
                "purpose": ConsentPurpose.SHARING,
                "given_at": self.now - timedelta(days=3),
                "given_how": ConsentWay.TOLD,
                "given_by": by.account_id,
            }
            consent = Consent(id=new_key(), person_id=person_id, **usual | given)
            session.add(consent)
        return consent

    def referral(
        self, person: Person, sender: Actor, receiver: Actor | None = None, **given: Any
    ) -> Referral:
        """To this receiver, else to a service outside; `basis`: why there was no consent."""
        with self.kept() as session:
            basis = given.pop("basis", None)
            usual = {
                "receiver_id": receiver and receiver.account_id,
                "responsible_id": sender.account_id,
                "is_outside": receiver is None,
                "status": ReferralStatus.CREATED,
                "created_at": self.now,
                "due_at": self.now + timedelta(days=7),
            }
            referral = Referral(
                id=new_key(),
                person_id=person.id,
                unit_id=person.unit_id,
                sender_id=sender.account_id,
                **usual | given,
            )
            key = vault.key_for(session, person_id=person.id)
            service = "Harbour Clinic" if referral.is_outside else ""
            seal_asked(key, referral, Asked(ReferralUrgency.ROUTINE, "Sleeps badly.", service))
            seal_basis(key, referral, basis)
            if referral.status in ENDED:
                referral.ended_at = referral.ended_at or self.now
                seal_ending(key, referral, Ended(ReferralEnding.HELPED, "Sleeps again."))
            session.add(referral)
            session.flush()
            _ = referral.unit  # loaded now, for rules asked after the session has ended
        return referral
