"""Makes messages, notebooks, consents and referrals, for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models import vault
from models.base import new_key
from models.messaging import CONTENT_SIZE
from models.tables.accounts import Account
from models.tables.consents import Consent
from models.tables.messages import Message, NotebookEntry
from models.tables.people import Person
from models.tables.referrals import ENDED, Referral
from models.vocabulary import (
    ConsentPurpose,
    ConsentWay,
    ReferralEnding,
    ReferralStatus,
    ReferralUrgency,
)
from tests.oversight_factory import OversightFactory
from welfare.policies.actor import Actor
from welfare.policies.sealed_referrals import Asked, Ended, seal_asked, seal_basis, seal_ending
from welfare.policies.threads import sealed


class SupportFactory(OversightFactory):
    def message(
        self, person_id: UUID, to: Actor | None = None, words: str = "The nights.", **given: Any
    ) -> Message:
        """One from this person, or from `author` if given, which is a reply."""
        author = given.pop("author", None)
        with self.kept() as session:
            person = session.get_one(Person, person_id)
            account = session.scalar(select(Account.id).where(Account.person_id == person_id))
            usual: dict[str, Any] = {"sent_at": self.now, "is_from_person": author is None}
            usual |= {"author_id": author.account_id if author else account}
            if author is None:
                usual |= {"due_at": self.now, "next_nudge_at": self.now}
                usual |= {"to_id": to and to.account_id}
            message = Message(
                id=new_key(), person_id=person_id, unit_id=person.unit_id, nudges=0, **usual | given
            )
            message.content = sealed(vault.key_for(session, person_id=person_id), message, words)
            session.add(message)
            session.flush()
            _ = message.unit  # loaded now, for rules asked after the session has ended
        return message

    def notebook_entry(self, actor: Actor, words: str = "Slept.") -> NotebookEntry:
        with self.kept() as session:
            key = vault.key_for(session, person_id=actor.person_id)
            entry = NotebookEntry(id=new_key(), person_id=actor.person_id, written_at=self.now)
            entry.content = vault.sealed(key, entry, "content", {"words": words}, size=CONTENT_SIZE)
            session.add(entry)
        return entry

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
