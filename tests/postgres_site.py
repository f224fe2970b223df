"""One migrated database on the PostgreSQL server of a test worker, emptied after every test.

Making a database for each test takes longer than most tests do.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.pool import NullPool

NAME = "site"
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SHAPE = """
    SELECT string_agg(word, ' ' ORDER BY word) FROM (
        SELECT concat_ws(':', relname, attname, atttypid, attnotnull, relkind) AS word
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT pg_get_constraintdef(oid) || conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tgname FROM pg_trigger) AS words
"""


class PostgresSite:
    """The database that every test of this worker finds as it was migrated."""

    def __init__(self, address: Callable[[str], str], make_site: Callable[[str], None]) -> None:
        self._address, self._make_site = address, make_site
        self._is_there = False

    def fresh(self) -> str:
        """Its address; nothing is in it but what a new site holds."""
        if not self._is_there:
            self._make()
        return self._address(NAME)

    def empty(self) -> None:
        """Forget what a test left. A test that changed the schema costs the next one a new site."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(OTHERS)
            self._is_there = self._shape(connection) == self._made_shape
            if self._is_there:
                connection.exec_driver_sql(self._emptying)
                for table, rows in self._kept.items():
                    connection.execute(insert(table), rows)

    def _make(self) -> None:
        run(self._address("postgres"), f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        run(self._address("postgres"), f"CREATE DATABASE {NAME}")
        self._make_site(self._address(NAME))
        found = MetaData()
        self._engine = create_engine(self._address(NAME), poolclass=NullPool)
        with self._engine.connect() as connection:
            found.reflect(connection)
            self._made_shape = self._shape(connection)
            self._emptying = _emptying(connection, list(found.tables.values()))
            self._kept = {
                table: rows
                for table in found.tables.values()
                if (rows := [row._asdict() for row in connection.execute(select(table))])
            }
        self._is_there = True

    @staticmethod
    def _shape(connection: Connection) -> str:
        return str(connection.exec_driver_sql(SHAPE).scalar_one())


def _emptying(connection: Connection, tables: Sequence[Table]) -> str:
    """All of it in one message. Faster than TRUNCATE, which makes new files."""
    name = connection.dialect.identifier_preparer.format_table
    deletes = (f"DELETE FROM {name(table)}" for table in tables)  # noqa: S608 - our own names
    return "; ".join(("SET LOCAL session_replication_role = replica", *deletes))


def run(url: str, statement: str) -> None:
    """One statement that cannot be part of a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
