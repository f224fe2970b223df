"""Plans, of which every saving is kept; appointments; the letter on the day before one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATES = ("planned", "kept", "missed", "cancelled")


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_refer("plan", person_id="person", case_id="care_case", author_id="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    _index("plan", "person_id", "case_id", "author_id")
    op.create_index("ix_plan_review", "plan", ["replaced_at", "review_on"])
    op.create_table(
        "appointment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("with_id", KEY, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATES, name="appointmentstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_refer("appointment", person_id="person", case_id="care_case", with_id="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    _index("appointment", "person_id", "case_id")
    op.create_index("ix_appointment_with", "appointment", ["with_id", "starts_at"])
    op.create_index("ix_appointment_time", "appointment", ["status", "starts_at"])
    _letters_about_appointments()


def downgrade() -> None:
    """What only the newer program knows goes: the older one has no place for it."""
    op.execute("DELETE FROM letter WHERE kind = 'appointment'")
    op.drop_index("uq_letter_appointment_time", "letter")
    op.drop_column("letter", "about_at")
    op.drop_index("ix_letter_appointment_id", "letter")
    reference = _reference("letter", "appointment_id", "appointment")
    if op.get_bind().dialect.name == "sqlite":
        _rewrite("letter", f"{reference}, ", "")
    op.drop_column("letter", "appointment_id")
    op.drop_table("appointment")
    op.drop_table("plan")


def _letters_about_appointments() -> None:
    """New columns; they are empty, so no row needs a look."""
    op.add_column("letter", sa.Column("appointment_id", KEY, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        key = "CONSTRAINT pk_letter PRIMARY KEY"
        reference = _reference("letter", "appointment_id", "appointment")
        _rewrite("letter", key, f"{reference}, {key}")
    else:
        name = op.f("fk_letter_appointment_id_appointment")
        op.create_foreign_key(name, "letter", "appointment", ["appointment_id"], ["id"])
    op.create_index("ix_letter_appointment_id", "letter", ["appointment_id"])
    op.add_column("letter", sa.Column("about_at", MOMENT, nullable=True))
    about = ["appointment_id", "about_at"]
    op.create_index("uq_letter_appointment_time", "letter", about, unique=True)


def _refer(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in targets.items()
    ]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _reference(table: str, column: str, target: str) -> str:
    name = f"fk_{table}_{column}_{target}"
    return f'CONSTRAINT {name} FOREIGN KEY({column}) REFERENCES "{target}" (id)'


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
