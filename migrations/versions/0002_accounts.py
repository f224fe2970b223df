"""Accounts, Posts, sessions, sign-in counters; contacts and duty, which name accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("login_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login_digest", name=op.f("uq_account_login_digest")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )

    op.create_table(
        "post",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
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
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_day IS NULL OR until_day >= from_day",
            name=op.f("ck_post_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_post_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_post_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint(
            "account_id", "unit_id", "role", "from_day", name=op.f("uq_post_account_id")
        ),
    )
    op.create_index("ix_post_account_id", "post", ["account_id"], unique=False)
    op.create_index("ix_post_unit_role", "post", ["unit_id", "role"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_web_session_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_web_session_post_id_post")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_web_session")),
    )
    op.create_index(
        "ix_web_session_account_id", "web_session", ["account_id"], unique=False
    )

    op.create_table(
        "sign_in_counter",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("blocked_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_counter")),
    )

    op.create_table(
        "crisis_contact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("mission_id", KEY, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["mission.id"],
            name=op.f("fk_crisis_contact_mission_id_mission"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_crisis_contact_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_contact")),
        sa.UniqueConstraint(
            "unit_id", "language", "name", name=op.f("uq_crisis_contact_unit_id")
        ),
    )
    op.create_index(
        "ix_crisis_contact_unit_id", "crisis_contact", ["unit_id"], unique=False
    )

    op.create_table(
        "duty_roster",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "until_at IS NULL OR until_at > from_at",
            name=op.f("ck_duty_roster_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_duty_roster_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_duty_roster_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_roster")),
    )
    op.create_index(
        "ix_duty_roster_account_id", "duty_roster", ["account_id"], unique=False
    )
    op.create_index("ix_duty_roster_from_at", "duty_roster", ["from_at"], unique=False)
    op.create_index("ix_duty_roster_unit_id", "duty_roster", ["unit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("duty_roster")
    op.drop_table("crisis_contact")
    op.drop_table("sign_in_counter")
    op.drop_table("web_session")
    op.drop_table("post")
    op.drop_table("account")
