"""Makes openings in an emergency, notices that wait and questions, for tests."""

from datetime import datetime, timedelta
from typing import Any

from models import vault
from models.base import new_key
from models.tables.glass import BreakGlass, ClosedRecord
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from models.tables.people import Person
from models.vocabulary import Act, Role
from tests.site_factory import SiteFactory
from welfare.policies.actor import Actor


class OversightFactory(SiteFactory):
    def before(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    def after(self, **span: float) -> datetime:
        return self.now + timedelta(**span)

    def glass(self, person: Person, opener: Actor, **given: Any) -> BreakGlass:
        """Open for an hour from now, and not yet reviewed."""
        with self.kept() as session:
            usual = {"opened_at": self.now, "until_at": self.after(hours=1), "told_at": self.now}
            usual |= {"review_by": self.after(hours=72), "next_tell_at": self.after(hours=72)}
            usual |= {"person_id": person.id, "unit_id": person.unit_id}
            glass = BreakGlass(id=new_key(), opener_id=opener.account_id, **usual | given)
            key = vault.key_for(session, person_id=person.id)
            said = ["danger", "Found on the floor."]
            glass.content = vault.sealed(key, glass, "content", said, size=8192)
            session.add(glass)
            session.flush()
            _ = glass.unit  # loaded now, for rules asked after the session has ended
        return glass

    def shut(self, person: Person, by: Actor, **given: Any) -> ClosedRecord:
        with self.kept() as session:
            usual = {"closed_at": self.now, "closed_by": by.account_id, "person_id": person.id}
            mark = ClosedRecord(id=new_key(), **usual | given)
            key = vault.key_for(session, person_id=person.id)
            said = ["colleague", "Works in the next room."]
            mark.reason = vault.sealed(key, mark, "reason", said, size=8192)
            session.add(mark)
        return mark

    def notice(self, person: Person, by: Actor, **given: Any) -> CommandNotice:
        with self.kept() as session:
            usual = {"at": self.now, "told_at": self.now, "by_id": by.account_id}
            usual |= {"person_id": person.id, "unit_id": person.unit_id}
            notice = CommandNotice(id=new_key(), **usual | given)
            key = vault.key_for(session, person_id=person.id)
            content = {"ground": "harm_self", "asks": ["weapons"], "until_day": "2026-01-31"}
            content |= {"to": "Major Reed", "channel": "phone", "language": "en"}
            content |= {"sentences": ["Please keep weapons away from this person."]}
            notice.content = vault.sealed(key, notice, "content", content, size=8192)
            session.add(notice)
            session.flush()
            _ = notice.unit
        return notice

    def delay(self, about: BreakGlass | CommandNotice, **given: Any) -> DelayedNotice:
        """Not yet decided, for ten days."""
        is_glass = isinstance(about, BreakGlass)
        with self.kept() as session:
            usual = {"asked_at": self.now, "from_at": self.before(hours=1)}
            usual |= {"until_at": self.after(days=10), "review_by": self.after(hours=72)}
            usual |= {"asked_by": about.opener_id if is_glass else about.by_id}
            usual |= {"glass_id": about.id if is_glass else None}
            usual |= {"notice_id": None if is_glass else about.id}
            usual |= {"person_id": about.person_id, "unit_id": about.unit_id}
            delay = DelayedNotice(id=new_key(), **usual | given)
            key = vault.key_for(session, person_id=about.person_id)
            said = ["self", "He said what he would do."]
            delay.content = vault.sealed(key, delay, "content", said, size=8192)
            session.add(delay)
            session.flush()
            _ = delay.unit
        return delay

    def question(self, person: Person, reader: Actor, **given: Any) -> EntryQuestion:
        """Waits for a reply."""
        with self.kept() as session:
            usual = {"role": Role.CLINICIAN, "act": Act.RECORD_READ, "day": self.now.date()}
            usual |= {"asked_at": self.now, "due_at": self.after(days=30)}
            usual |= {"next_tell_at": self.after(days=30), "reader_id": reader.account_id}
            usual |= {"person_id": person.id, "unit_id": person.unit_id}
            question = EntryQuestion(id=new_key(), **usual | given)
            key = vault.key_for(session, person_id=person.id)
            words = "Why did he look?"
            question.question = vault.sealed(key, question, "question", words, size=8192)
            session.add(question)
            session.flush()
            _ = question.unit
        return question
