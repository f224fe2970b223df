"""Windows, drafts, screenings and the copies kept of conflicting answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "window",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("deployment_id", KEY, nullable=True),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "pre",
                "during",
                "return",
                "post",
                "annual",
                "unknown",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_by", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "due_by >= opens_on", name=op.f("ck_window_due_after_opening")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_window_deployment_id_deployment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_window_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window")),
        sa.UniqueConstraint(
            "person_id", "code", "opens_on", name=op.f("uq_window_person_id")
        ),
    )
    op.create_index("ix_window_due", "window", ["due_by"], unique=False)
    op.create_index("ix_window_person_id", "window", ["person_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("window_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_draft_window_id_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("window_id", name=op.f("uq_draft_window_id")),
    )
    op.create_index("ix_draft_person_id", "draft", ["person_id"], unique=False)

    op.create_table(
        "screening",
        sa.Column("id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("window_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "pre",
                "during",
                "return",
                "post",
                "annual",
                "unknown",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "web",
                "import",
                "synthetic",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_screening_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_screening_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_screening_window_id_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_screening_submission_id")),
        sa.UniqueConstraint("window_id", name=op.f("uq_screening_window_id")),
    )
    op.create_index("ix_screening_day", "screening", ["day"], unique=False)
    op.create_index(
        "ix_screening_person_day", "screening", ["person_id", "day"], unique=False
    )
    op.create_index("ix_screening_unit_id", "screening", ["unit_id"], unique=False)

    op.create_table(
        "conflict_copy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("screening_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conflict_copy_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screening.id"],
            name=op.f("fk_conflict_copy_screening_id_screening"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_copy")),
    )
    op.create_index(
        "ix_conflict_copy_person_id", "conflict_copy", ["person_id"], unique=False
    )
    op.create_index(
        "ix_conflict_copy_screening_id", "conflict_copy", ["screening_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("conflict_copy")
    op.drop_table("screening")
    op.drop_table("draft")
    op.drop_table("window")
