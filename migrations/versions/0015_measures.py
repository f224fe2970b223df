"""What clinicians assign to people in their care, and windows of their own for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=40)
OLD = "'pre', 'during', 'return', 'post', 'annual', 'incident', 'unknown'"
NEW = "'pre', 'during', 'return', 'post', 'annual', 'incident', 'care', 'unknown'"
PREFIX = "care:"
ANSWERED = 'SELECT 1 FROM screening WHERE screening.window_id = "window".id'


def upgrade() -> None:
    _let_phases_grow(to_new=True)
    op.create_table(
        "assigned_measure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("rhythm", WORD, nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("assigned_by", KEY, nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assigned_measure")),
        *_references(person_id="person", case_id="care_case", assigned_by="account"),
    )
    for column in ("person_id", "case_id", "assigned_by"):
        op.create_index(f"ix_assigned_measure_{column}", "assigned_measure", [column], unique=False)
    _refer("window", "measure_id", "assigned_measure")
    op.create_index("ix_window_measure_id", "window", ["measure_id"], unique=False)


def downgrade() -> None:
    """What only the newer program knows goes; a person's answers never do. The older program
    would ask a whole check, and show officers whom: so nobody is asked there any more."""
    eve = "opens_on - 1"
    if op.get_bind().dialect.name == "sqlite":
        eve = "date(opens_on, '-1 day')"
    op.execute(
        f'UPDATE "window" SET closes_on = {eve}'
        f" WHERE phase = 'care' AND NOT EXISTS ({ANSWERED})"
    )
    op.execute("UPDATE \"window\" SET set_aside = NULL, set_aside_on = NULL WHERE phase = 'care'")
    op.execute(
        f"UPDATE \"window\" SET programme = substr(programme, {len(PREFIX) + 1})"
        f" WHERE programme LIKE '{PREFIX}%'"
    )
    op.execute("UPDATE \"window\" SET phase = 'unknown' WHERE phase = 'care'")
    op.execute("UPDATE screening SET phase = 'unknown' WHERE phase = 'care'")
    op.drop_index("ix_window_measure_id", "window")
    _no_reference("window", "measure_id", "assigned_measure")
    op.drop_table("assigned_measure")
    _let_phases_grow(to_new=False)


def _let_phases_grow(*, to_new: bool) -> None:
    before, listed = (OLD, NEW) if to_new else (NEW, OLD)
    for table in ("window", "screening"):
        if op.get_bind().dialect.name == "sqlite":
            _rewrite(table, f"phase IN ({before})", f"phase IN ({listed})")
            continue
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT ck_{table}_phase')
        check = f"CONSTRAINT ck_{table}_phase CHECK (phase IN ({listed}))"
        op.execute(f'ALTER TABLE "{table}" ADD {check}')


def _references(**targets: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{target}.id"],
            name=op.f(f"fk_assigned_measure_{column}_{target}"),
        )
        for column, target in targets.items()
    ]


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
