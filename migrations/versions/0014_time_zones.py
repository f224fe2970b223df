"""A time zone and quiet hours for each contingent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

BEFORE = "CONSTRAINT pk_contingent PRIMARY KEY"
NAME = "ck_contingent_quiet_hours_begin_and_end"
RULE = "(quiet_from IS NULL) = (quiet_until IS NULL)"
CHECK = f"CONSTRAINT {NAME} CHECK ({RULE})"


def upgrade() -> None:
    """Nobody has chosen yet: hours are those of UTC, and letters leave at any of them."""
    op.add_column("contingent", sa.Column("zone", sa.String(length=40), nullable=True))
    op.add_column("contingent", sa.Column("quiet_from", sa.Integer(), nullable=True))
    op.add_column("contingent", sa.Column("quiet_until", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(BEFORE, f"{CHECK}, {BEFORE}")
        return
    op.create_check_constraint(op.f(NAME), "contingent", RULE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(f"{CHECK}, ", "")
    else:
        op.drop_constraint(op.f(NAME), "contingent", type_="check")
    op.drop_column("contingent", "quiet_until")
    op.drop_column("contingent", "quiet_from")
    op.drop_column("contingent", "zone")


def _rewrite(old: str, new: str) -> None:
    """SQLite's own recipe for a check that changes no row ("Making Other Kinds Of Table Schema
    Changes")."""
    bind = op.get_bind()
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = 'contingent' AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new},
    ).rowcount
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed != 1:
        raise RuntimeError(f"contingent is not as it was made: {old}")
