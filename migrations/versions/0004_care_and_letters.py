"""Alerts, contact attempts, cases, notes; the outbox and the leases of jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("screening_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "raised",
                "acknowledged",
                "closed",
                "historic",
                name="alertstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("cover_id", KEY, nullable=True),
        sa.Column("acknowledged_by", KEY, nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("next_nudge_at", MOMENT, nullable=True),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_alert_closed_has_moment"),
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (outcome IS NOT NULL)",
            name=op.f("ck_alert_closed_has_outcome"),
        ),
        sa.CheckConstraint(
            "(status = 'historic') = (due_at IS NULL)",
            name=op.f("ck_alert_only_historic_no_clock"),
        ),
        sa.CheckConstraint(
            "status IN ('raised', 'historic') OR acknowledged_at IS NOT NULL",
            name=op.f("ck_alert_worked_was_acknowledged"),
        ),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)",
            name=op.f("ck_alert_acknowledged_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"],
            ["account.id"],
            name=op.f("fk_alert_acknowledged_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["account.id"], name=op.f("fk_alert_cover_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_alert_owner_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_alert_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screening.id"],
            name=op.f("fk_alert_screening_id_screening"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_alert_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index("ix_alert_cover_id", "alert", ["cover_id"], unique=False)
    op.create_index(
        "ix_alert_nudge", "alert", ["status", "next_nudge_at"], unique=False
    )
    op.create_index(
        "ix_alert_owner_status", "alert", ["owner_id", "status"], unique=False
    )
    op.create_index("ix_alert_screening_id", "alert", ["screening_id"], unique=False)
    op.create_index("ix_alert_person_id", "alert", ["person_id"], unique=False)
    op.create_index("ix_alert_unit_id", "alert", ["unit_id"], unique=False)

    op.create_table(
        "contact_attempt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("alert_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_contact_attempt_alert_id_alert")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_contact_attempt_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_contact_attempt_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    op.create_index(
        "ix_contact_attempt_alert_id", "contact_attempt", ["alert_id"], unique=False
    )
    op.create_index(
        "ix_contact_attempt_by_id", "contact_attempt", ["by_id"], unique=False
    )
    op.create_index(
        "ix_contact_attempt_person_id", "contact_attempt", ["person_id"], unique=False
    )

    op.create_table(
        "care_case",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("clinician_id", KEY, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "closed",
                name="casestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_care_case_closed_has_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["clinician_id"],
            ["account.id"],
            name=op.f("fk_care_case_clinician_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_care_case_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_care_case_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_case")),
    )
    op.create_index(
        "ix_care_case_clinician_status",
        "care_case",
        ["clinician_id", "status"],
        unique=False,
    )
    op.create_index("ix_care_case_person_id", "care_case", ["person_id"], unique=False)
    op.create_index("ix_care_case_unit_id", "care_case", ["unit_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_note_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["care_case.id"], name=op.f("fk_note_case_id_care_case")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_author_id", "note", ["author_id"], unique=False)
    op.create_index("ix_note_case_id", "note", ["case_id"], unique=False)
    op.create_index("ix_note_person_id", "note", ["person_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nudge",
                "escalation",
                name="letterkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recipient_id", KEY, nullable=False),
        sa.Column("alert_id", KEY, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_letter_alert_id_alert")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["account.id"],
            name=op.f("fk_letter_recipient_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index("ix_letter_alert_id", "letter", ["alert_id"], unique=False)
    op.create_index("ix_letter_recipient_id", "letter", ["recipient_id"], unique=False)
    op.create_index(
        "ix_letter_waiting", "letter", ["sent_at", "next_try_at"], unique=False
    )

    op.create_table(
        "job_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", KEY, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lease")),
    )


def downgrade() -> None:
    op.drop_table("job_lease")
    op.drop_table("letter")
    op.drop_table("note")
    op.drop_table("care_case")
    op.drop_table("contact_attempt")
    op.drop_table("alert")
