"""The product's own SQLite statements, run by a driver that lets a test be the disk."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import apsw

# What SQLAlchemy's dialect for the standard library's driver asks of its module.
sqlite_version_info = sqlite3.sqlite_version_info
paramstyle = "qmark"
Binary = memoryview
Error = apsw.Error
DatabaseError = OperationalError = apsw.SQLError
IntegrityError = apsw.ConstraintError
InterfaceError = ProgrammingError = InternalError = DataError = NotSupportedError = apsw.MisuseError


class Cursor:
    arraysize = 1
    lastrowid = None

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1

    def execute(self, statement: str, given: Sequence[Any] = ()) -> None:
        self._run(lambda cursor: cursor.execute(statement, tuple(given)))

    def executemany(self, statement: str, given: Sequence[Sequence[Any]]) -> None:
        self._run(lambda cursor: cursor.executemany(statement, [tuple(each) for each in given]))

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int = arraysize) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        self._rows = []

    def _run(self, ask: Callable[[apsw.Cursor], Any]) -> None:
        """All rows at once: what a statement returns is known only before its last row."""
        cursor = self._connection.cursor()
        cursor.exec_trace = self._describe
        before = self._connection.total_changes()
        self._rows = list(ask(cursor))
        self.rowcount = self._connection.total_changes() - before

    def _describe(self, cursor: apsw.Cursor, _statement: str, _given: Any) -> bool:
        columns = cursor.get_description()
        self.description = [(name, *(None,) * 6) for name, _kind in columns] or None
        return True


class Connection:
    """As much of `sqlite3.Connection` as the product uses."""

    isolation_level = None

    def __init__(self, path: str, disk: str) -> None:
        self._connection = apsw.Connection(path, vfs=disk)

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def execute(self, statement: str) -> Cursor:
        cursor = self.cursor()
        cursor.execute(statement)
        return cursor

    def create_function(self, *_given: Any, **_more: Any) -> None:
        """SQLAlchemy offers a function for regular expressions; the product uses none."""

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    def _end(self, word: str) -> None:
        if self._connection.in_transaction:
            self.execute(word)
