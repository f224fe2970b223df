"""The tables behind a backup, past the mappers: a backup may be of an older shape than ours."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, inspect, select

from welfare.gateways.backup_frames import BackupRefused
from welfare.gateways.backup_rows import PARENTS_FIRST, Count, Shape, Tally

BATCH = 500


def lines(connection: Connection, *, shape: Shape) -> Iterator[bytes]:
    """The rows of one table, in their order, never all of them in memory."""
    table = shape.table
    order: list[ColumnElement[Any]] = [table.c[name] for name in shape.order]
    if shape.name in PARENTS_FIRST:  # elsewhere an index gives the order, and no key is empty
        order = [column.nulls_first() for column in order]
    query = select(table).order_by(*order)
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield shape.written(row)


def count(connection: Connection, *, shape: Shape, key: bytes) -> Count:
    """Counts and digests a table as it stands, to be compared with what a backup says."""
    tally = Tally(key, shape.name)
    for line in lines(connection, shape=shape):
        tally.add(line)
    return tally.count


def first_and_last(connection: Connection, *, shape: Shape) -> tuple[str, str] | None:
    """The keys of the first and the last row, as text; None for an empty table."""
    key = shape.table.c[shape.order[0]]
    ends = [connection.scalar(select(key).order_by(order).limit(1)) for order in (key, key.desc())]
    first, last = ends
    return None if first is None or last is None else (first.hex, last.hex)


def fill(connection: Connection, *, shape: Shape, rows: Sequence[dict[str, Any]]) -> None:
    """The database itself checks that each row fits and refers to what is there."""
    if rows:
        connection.execute(insert(shape.table), rows)


def as_there(connection: Connection, *, shapes: Collection[Shape]) -> tuple[Shape, ...]:
    """The same tables with the columns that this database has: it may be of an older version."""
    seen = inspect(connection)
    there = set(seen.get_table_names())
    return tuple(
        shape.with_only({column["name"] for column in seen.get_columns(shape.name)})
        for shape in shapes
        if shape.name in there
    )


def refuse_unless_empty(connection: Connection) -> None:
    """Raises BackupRefused if anything at all stands in this database."""
    if inspect(connection).get_table_names():
        raise BackupRefused(
            "This database is in use. A backup is restored only into a new, empty database. "
            "Name one in WELFARE_DATABASE_URL (a file that is not there yet, or a database "
            "made by `createdb`); nothing has been changed."
        )


def refuse_other_shapes(connection: Connection, *, shapes: Collection[Shape]) -> None:
    """Raises BackupRefused if a table or a column is missing that the backup tells of."""
    if as_there(connection, shapes=shapes) != tuple(shapes):
        raise BackupRefused(
            "The tables of this backup do not fit the version of the program it says it is of."
        )
