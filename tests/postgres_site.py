"""One migrated database on the PostgreSQL server of a test worker, emptied after every test.

Making a database for each test takes longer than most tests do.
"""

from collections.abc import Callable

from sqlalchemy import Connection, MetaData, create_engine, delete, insert, select, text
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
        engine = create_engine(self._address(NAME), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(OTHERS))
            self._is_there = self._shape(connection) == self._made_shape
            if self._is_there:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                for table in self._tables:
                    connection.execute(delete(table))
                for table, rows in self._kept.items():
                    if rows:
                        connection.execute(insert(table), rows)
        engine.dispose()

    def _make(self) -> None:
        run(self._address("postgres"), f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        run(self._address("postgres"), f"CREATE DATABASE {NAME}")
        self._make_site(self._address(NAME))
        engine, found = create_engine(self._address(NAME), poolclass=NullPool), MetaData()
        with engine.connect() as connection:
            found.reflect(connection)
            self._made_shape = self._shape(connection)
            self._tables = list(found.tables.values())
            self._kept = {
                table: [row._asdict() for row in connection.execute(select(table))]
                for table in self._tables
            }
        engine.dispose()
        self._is_there = True

    @staticmethod
    def _shape(connection: Connection) -> str:
        return str(connection.execute(text(SHAPE)).scalar_one())


def run(url: str, statement: str) -> None:
    """One statement that cannot be part of a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
