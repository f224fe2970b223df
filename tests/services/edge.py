"""Runs services as the web's edge does, and looks at what they left behind."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, event, func, select

from models import trail
from models.session import Database
from models.tables.audit import AuditEvent
from models.vocabulary import Act
from tests.factories import NOW
from welfare.errors import WelfareError
from welfare.policies.actor import Machine
from welfare.services.schedules import bring_up_to_date

OUT_OF_REACH = "out_of_reach"


class Edge:
    """One act, one transaction; what a page read goes to the trail before anybody sees it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._broken: list[str] = []

    def act(self, service: Callable[..., Any], **given: Any) -> Any:
        """Committed if it ends well, or if the service marked its refusal as one to keep."""
        with self.database.writing() as session:
            try:
                result = service(session, **given)
            except WelfareError:
                if session.info.get("keep"):
                    session.commit()
                raise
            session.commit()
            return result

    def look(self, service: Callable[..., Any], **given: Any) -> Any:
        with self.database.reading() as session:
            found = service(session, **given)
            events = trail.take_reads(session)
        if events:
            with self.database.writing() as session:
                trail.write_reads(session, events=events)
                session.commit()
        return found

    def schedule(self, *, at: datetime = NOW, programme: str = "un-contingent") -> None:
        """What the job does within seconds of a change."""
        given = {"by": Machine(), "programme": programme, "today": at.date(), "at": at}
        while self.act(bring_up_to_date, **given):
            pass

    def rows(self, table: type[Any], *where: Any) -> Sequence[Any]:
        with self.database.reading() as session:
            return session.scalars(
                select(table).where(*where).order_by(*table.__mapper__.primary_key)
            ).all()

    def count(self, table: type[Any]) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def tables(self) -> Sequence[Table]:
        return AuditEvent.metadata.sorted_tables

    def counts(self) -> dict[str, int]:
        """How many rows every table holds."""
        with self.database.reading() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in self.tables()
            }

    def acts(self) -> Counter[Act]:
        """What the trail tells of, and how often. (Within a millisecond it has no order.)"""
        return Counter(each.act for each in self.rows(AuditEvent))

    def queries(self, service: Callable[..., Any], **given: Any) -> int:
        """How many statements a reading service sends."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            sent.append(statement)

        engine = self.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            with self.database.reading() as session:
                service(session, **given)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len([each for each in sent if each.lstrip().upper().startswith("SELECT")])

    def contents(self, *, but: Collection[str] = ("audit_event",)) -> dict[str, list[str]]:
        """Every row of every other table, as the database has it."""
        with self.database.engine.connect() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(table.select())))
                for table in self.tables()
                if table.name not in but
            }

    def break_table(self, name: str) -> None:
        """From now on this table cannot be reached, as after a damage; see `mend`."""
        self._rename(name, OUT_OF_REACH)
        self._broken.append(name)

    def mend(self) -> None:
        """At the end of a test: a server whose schema is as before need not be made anew."""
        for name in self._broken:
            self._rename(OUT_OF_REACH, name)

    def _rename(self, name: str, other: str) -> None:
        with self.database.engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {other}")
