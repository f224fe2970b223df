"""Care that is shared, held and ended with a reason; addenda; when to try again; what is pressing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _refer("care_case", "second_id", "account")
    op.create_index("ix_care_case_second_id", "care_case", ["second_id"], unique=False)
    op.add_column("care_case", sa.Column("held_until", sa.Date(), nullable=True))
    op.add_column("care_case", sa.Column("ending", sa.LargeBinary(), nullable=True))
    _refer("note", "addendum_to", "note")
    op.add_column("contact_attempt", sa.Column("next_try_at", MOMENT, nullable=True))
    op.add_column("alert", sa.Column("acuity", sa.LargeBinary(), nullable=True))
    op.add_column("alert", sa.Column("overdue_at", MOMENT, nullable=True))


def downgrade() -> None:
    """What only the newer program knows goes; notes, answers and alerts never do."""
    op.execute("DELETE FROM letter WHERE kind = 'text'")  # the older program trips over that kind
    op.drop_column("alert", "overdue_at")
    op.drop_column("alert", "acuity")
    op.drop_column("contact_attempt", "next_try_at")
    _no_reference("note", "addendum_to", "note")
    op.drop_column("care_case", "ending")
    op.drop_column("care_case", "held_until")
    op.drop_index("ix_care_case_second_id", "care_case")
    _no_reference("care_case", "second_id", "account")


def _refer(table: str, column: str, target: str) -> None:
    """A new column that refers to another table. It is empty, so no row needs a look."""
    op.add_column(table, sa.Column(column, KEY, nullable=True))
    name, reference = _reference(table, column, target)
    if op.get_bind().dialect.name == "sqlite":
        key = f"CONSTRAINT pk_{table} PRIMARY KEY"
        _rewrite(table, key, f"{reference}, {key}")
        return
    op.create_foreign_key(op.f(name), table, target, [column], ["id"])


def _no_reference(table: str, column: str, target: str) -> None:
    _name, reference = _reference(table, column, target)
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(table, f"{reference}, ", "")
    op.drop_column(table, column)


def _reference(table: str, column: str, target: str) -> tuple[str, str]:
    name = f"fk_{table}_{column}_{target}"
    return name, f'CONSTRAINT {name} FOREIGN KEY({column}) REFERENCES "{target}" (id)'


def _rewrite(table: str, old: str, new: str) -> None:
    """SQLite's own recipe for a check or a default that changes no row ("Making Other Kinds Of
    Table Schema Changes"): a table of two million rows costs nothing."""
    bind = op.get_bind()
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :table AND instr(sql, :old) > 0"
        ),
        {"table": table, "old": old, "new": new},
    ).rowcount
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed != 1:
        raise RuntimeError(f"{table} is not as it was made: {old}")
