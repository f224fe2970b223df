"""Referrals to other clinicians and services, and what people agreed to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=40)


def upgrade() -> None:
    _consents()
    _referrals()


def downgrade() -> None:
    """What only the newer program knows goes."""
    op.execute("DELETE FROM letter WHERE kind = 'task'")  # the older program trips over that kind
    op.drop_table("referral")
    op.drop_table("consent")


def _consents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_how", WORD, nullable=False),
        sa.Column("given_by", KEY, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_how", WORD, nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_consent_withdrawn_by_someone"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_how IS NULL)",
            name=op.f("ck_consent_withdrawn_somehow"),
        ),
        _refers("consent", "person_id", "person"),
        _refers("consent", "given_by", "account"),
        _refers("consent", "withdrawn_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    _index("consent", "person_id")
    _index("consent", "given_by")
    op.create_index(
        "uq_consent_in_force",
        "consent",
        ["person_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _referrals() -> None:
    op.create_table(
        "referral",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("sender_id", KEY, nullable=False),
        sa.Column("receiver_id", KEY, nullable=True),
        sa.Column("responsible_id", KEY, nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("overdue_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_checks(),
        _refers("referral", "person_id", "person"),
        _refers("referral", "unit_id", "unit"),
        _refers("referral", "sender_id", "account"),
        _refers("referral", "receiver_id", "account"),
        _refers("referral", "responsible_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    for column in ("person_id", "unit_id", "sender_id", "receiver_id"):
        _index("referral", column)
    op.create_index("ix_referral_responsible_status", "referral", ["responsible_id", "status"])
    op.create_index("ix_referral_due", "referral", ["status", "due_at"])


def _checks() -> list[sa.CheckConstraint]:
    rules = {
        "ended_has_moment": "(status IN ('rejected', 'finished', 'withdrawn'))"
        " = (ended_at IS NOT NULL)",
        "ended_has_ending": "(ended_at IS NULL) = (ending IS NULL)",
        "booked_has_day": "status <> 'booked' OR booked_on IS NOT NULL",
        "one_side_is_responsible": "responsible_id = sender_id"
        " OR (receiver_id IS NOT NULL AND responsible_id = receiver_id)",
        "created_is_the_senders": "status <> 'created' OR responsible_id = sender_id",
        "outside_has_no_account": "NOT is_outside OR receiver_id IS NULL",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_referral_{name}")) for name, rule in rules.items()
    ]


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
