"""Messages between people and clinicians, private notebooks, and letters that tell of a message."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=True),
        sa.Column("is_from_person", sa.Boolean(), nullable=False),
        sa.Column("reply_to", KEY, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("next_nudge_at", MOMENT, nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("overdue_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (ending IS NULL)", name=op.f("ck_message_settled_has_ending")
        ),
        *_constraints(
            "message",
            person_id="person",
            unit_id="unit",
            author_id="account",
            to_id="account",
            reply_to="message",
            settled_by="account",
        ),
    )
    _index("message", "person_id", "unit_id", "author_id", "to_id")
    op.create_index("ix_message_waiting", "message", ["settled_at", "next_nudge_at"], unique=False)
    op.create_table(
        "notebook_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_constraints("notebook_entry", person_id="person"),
    )
    _index("notebook_entry", "person_id")
    _refer("letter", "message_id", "message")


def downgrade() -> None:
    """What only the newer program knows goes, as after every step back."""
    op.execute("DELETE FROM letter WHERE message_id IS NOT NULL")  # of a kind it does not know
    _no_reference("letter", "message_id", "message")
    op.drop_table("notebook_entry")
    op.drop_table("message")


def _constraints(table: str, **references: str) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in references.items()
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


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
