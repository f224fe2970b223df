"""The trail, the mark of the site, releases with their cells, approvals and ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "account.signed_in",
                "account.sign_in_refused",
                "account.signed_out",
                "account.post_switched",
                "account.password_changed",
                "account.created",
                "account.disabled",
                "account.post_given",
                "unit.created",
                "person.added",
                "deployment.recorded",
                "duty.set",
                "crisis_contact.added",
                "screening.draft_saved",
                "screening.sent",
                "screening.conflict_kept",
                "screening.batch_imported",
                "record.read",
                "record.read_own",
                "record.listed",
                "alert.raised",
                "alert.nudged",
                "alert.escalated",
                "alert.acknowledged",
                "alert.contact_recorded",
                "alert.closed",
                "case.opened",
                "note.signed",
                "release.computed",
                "release.decided",
                "release.read",
                "trail.read",
                "site.read",
                name="act",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "decision",
            sa.Enum(
                "allowed",
                "refused",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "clinician",
                "clinic_lead",
                "privacy_officer",
                "commander",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("resource", sa.String(length=40), nullable=True),
        sa.Column("resource_id", KEY, nullable=True),
        sa.Column("request_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)
    op.create_index(
        "ix_audit_event_person_at", "audit_event", ["person_id", "at"], unique=False
    )

    op.create_table(
        "site",
        sa.Column("id", KEY, nullable=False),
        sa.Column("wrapping_id", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )

    op.create_table(
        "release",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_until", sa.Date(), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.Column("mechanism", sa.String(length=80), nullable=False),
        sa.Column("epsilon", sa.String(length=20), nullable=False),
        sa.Column("smallest_roster", sa.Integer(), nullable=False),
        sa.Column("input_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "period_until > period_from", name=op.f("ck_release_period_runs_forward")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_release_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint(
            "code",
            "unit_id",
            "period_from",
            "period_until",
            name=op.f("uq_release_code"),
        ),
    )
    op.create_index("ix_release_unit_id", "release", ["unit_id"], unique=False)

    op.create_table(
        "release_cell",
        sa.Column("id", KEY, nullable=False),
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("unit_name", sa.String(length=120), nullable=False),
        sa.Column("unit_path", sa.String(length=64), nullable=False),
        sa.Column("roster", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(count IS NULL) = (low IS NULL) AND (count IS NULL) = (high IS NULL) AND (count IS NULL) = (band IS NULL)",
            name=op.f("ck_release_cell_whole_or_withheld"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release.id"],
            name=op.f("fk_release_cell_release_id_release"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_release_cell_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_cell")),
        sa.UniqueConstraint(
            "release_id", "unit_id", name=op.f("uq_release_cell_release_id")
        ),
    )
    op.create_index(
        "ix_release_cell_unit_id", "release_cell", ["unit_id"], unique=False
    )
    op.create_index(
        "ix_release_cell_unit_path", "release_cell", ["unit_path"], unique=False
    )

    op.create_table(
        "release_approval",
        sa.Column("id", KEY, nullable=False),
        sa.Column("release_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "clinician",
                "clinic_lead",
                "privacy_officer",
                "commander",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "approved",
                "rejected",
                name="releasedecision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_release_approval_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release.id"],
            name=op.f("fk_release_approval_release_id_release"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_approval")),
        sa.UniqueConstraint(
            "release_id", "role", name=op.f("uq_release_approval_release_id")
        ),
    )
    op.create_index(
        "ix_release_approval_account_id",
        "release_approval",
        ["account_id"],
        unique=False,
    )

    op.create_table(
        "ledger_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("epsilon", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ledger_entry_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release.id"],
            name=op.f("fk_ledger_entry_release_id_release"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint(
            "release_id", "person_id", name=op.f("uq_ledger_entry_release_id")
        ),
    )
    op.create_index(
        "ix_ledger_entry_person_id", "ledger_entry", ["person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("ledger_entry")
    op.drop_table("release_approval")
    op.drop_table("release_cell")
    op.drop_table("release")
    op.drop_table("site")
    op.drop_table("audit_event")
