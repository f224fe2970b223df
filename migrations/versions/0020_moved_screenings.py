"""Screenings that stood in the wrong record and were moved to the right one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
TABLE = "moved_screening"
REFERENCES = {
    "screening_id": "screening",
    "person_id": "person",
    "from_id": "person",
    "moved_by": "account",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        sa.Column("screening_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", KEY, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("person_id <> from_id", name=op.f(f"ck_{TABLE}_between_two")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}_{target}")
            )
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for column in REFERENCES:
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column], unique=False)


def downgrade() -> None:
    """Where a screening stands now stays; only why it was moved goes."""
    op.drop_table(TABLE)
