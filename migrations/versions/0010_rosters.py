"""Rosters: files that wait, imports, and what each of them did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DIGEST = sa.LargeBinary(length=32)
WORD = sa.String(length=40)
INDEXES = {
    "roster_upload": ("account_id", "made_at", "unit_id"),
    "roster_import": ("file_digest", "made_at", "unit_id"),
    "roster_change": ("person_id",),
}


def upgrade() -> None:
    op.create_table(
        "roster_upload",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("new_missions", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("seen", DIGEST, nullable=False),
        *_constraints("roster_upload", unit_id="unit", account_id="account"),
    )
    op.create_table(
        "roster_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("file_digest", DIGEST, nullable=False),
        sa.Column("people_new", sa.Integer(), nullable=False),
        sa.Column("people_changed", sa.Integer(), nullable=False),
        sa.Column("people_unchanged", sa.Integer(), nullable=False),
        sa.Column("people_absent", sa.Integer(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", KEY, nullable=True),
        sa.CheckConstraint(
            "undone_at IS NOT NULL OR undone_by IS NULL",
            name=op.f("ck_roster_import_undone_has_moment"),
        ),
        *_constraints("roster_import", unit_id="unit"),
    )
    op.create_table(
        "roster_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("import_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('new', 'changed')", name=op.f("ck_roster_change_rosterkind")
        ),
        sa.UniqueConstraint("import_id", "person_id", name=op.f("uq_roster_change_import_id")),
        *_constraints("roster_change", import_id="roster_import", person_id="person"),
    )
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    for table in ("roster_change", "roster_import", "roster_upload"):
        op.drop_table(table)


def _constraints(table: str, **references: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
            )
            for column, target in references.items()
        ),
    ]
