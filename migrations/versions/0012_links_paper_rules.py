"""Links and reminders, paper and interviews, a site's own programmes, people joined."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=40)
JOINED = "confirmed_at IS NOT NULL AND undone_at IS NULL"
NEW_TABLES = (
    "person_merge",
    "contingent",
    "site_programme",
    "certification",
    "entered_in_error",
    "paper_entry",
    "paper_form",
    "reminder",
    "window_link",
)


def upgrade() -> None:
    _links_and_reminders()
    _paper_and_interviews()
    _rules_and_merging()


def downgrade() -> None:
    """What only the newer program knows goes; a person's answers never do."""
    bind = op.get_bind()
    if bind.execute(sa.text(f"SELECT 1 FROM person_merge WHERE {JOINED} LIMIT 1")).first():
        raise RuntimeError("people are joined, and their keys lie here: part them first")
    bind.execute(sa.text("DELETE FROM web_session WHERE window_id IS NOT NULL"))
    op.drop_index("ix_web_session_window_id", "web_session")
    _no_reference("web_session", "window_id", "window")
    for table in NEW_TABLES:
        op.drop_table(table)


def _links_and_reminders() -> None:
    op.create_table(
        "window_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("window_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("closed_for", WORD, nullable=True),
        *_constraints("window_link", window_id="window", person_id="person"),
    )
    _index("window_link", "window_id", "person_id")
    _refer("web_session", "window_id", "window")
    _index("web_session", "window_id")
    op.create_table(
        "reminder",
        sa.Column("id", KEY, nullable=False),
        sa.Column("window_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("link_id", KEY, nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("bounced_at", MOMENT, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.UniqueConstraint("window_id", "day", name=op.f("uq_reminder_window_id")),
        *_constraints(
            "reminder", window_id="window", person_id="person", link_id="window_link"
        ),
    )
    _index("reminder", "person_id", "link_id")
    op.create_index("ix_reminder_waiting", "reminder", ["sent_at", "next_try_at"], unique=False)


def _paper_and_interviews() -> None:
    op.create_table(
        "paper_form",
        sa.Column("id", KEY, nullable=False),
        sa.Column("window_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        sa.Column("printed_by", KEY, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.UniqueConstraint("number", name=op.f("uq_paper_form_number")),
        *_constraints("paper_form", window_id="window", person_id="person"),
    )
    _index("paper_form", "window_id", "person_id")
    op.create_table(
        "paper_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("form_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("entered_by", KEY, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("turn IN (1, 2)", name=op.f("ck_paper_entry_keyed_twice")),
        sa.UniqueConstraint("form_id", "turn", name=op.f("uq_paper_entry_form_id")),
        *_constraints(
            "paper_entry", form_id="paper_form", person_id="person", entered_by="account"
        ),
    )
    _index("paper_entry", "person_id", "entered_by")
    op.create_table(
        "entered_in_error",
        sa.Column("id", KEY, nullable=False),
        sa.Column("screening_id", KEY, nullable=False),
        sa.Column("window_id", KEY, nullable=True),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.Column("marked_by", KEY, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("screening_id", name=op.f("uq_entered_in_error_screening_id")),
        *_constraints(
            "entered_in_error",
            screening_id="screening",
            window_id="window",
            person_id="person",
            marked_by="account",
        ),
    )
    _index("entered_in_error", "window_id", "person_id", "marked_by")
    op.create_table(
        "certification",
        sa.Column("id", KEY, nullable=False),
        sa.Column("screening_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("certified_by", KEY, nullable=False),
        sa.Column("certified_at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("screening_id", name=op.f("uq_certification_screening_id")),
        *_constraints(
            "certification", screening_id="screening", person_id="person", certified_by="account"
        ),
    )
    _index("certification", "person_id", "certified_by")


def _rules_and_merging() -> None:
    op.create_table(
        "site_programme",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", WORD, nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.Column("refused_by", KEY, nullable=True),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR refused_at IS NULL",
            name=op.f("ck_site_programme_decided_once"),
        ),
        sa.UniqueConstraint("code", "version", name=op.f("uq_site_programme_code")),
        *_constraints("site_programme"),
    )
    op.create_table(
        "contingent",
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("nation", sa.String(length=80), nullable=False),
        sa.Column("programme", WORD, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        *_constraints("contingent", key="unit_id", unit_id="unit"),
    )
    op.create_table(
        "person_merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", KEY, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_person_merge_of_two")),
        sa.CheckConstraint(
            "confirmed_at IS NOT NULL OR confirmed_by IS NULL",
            name=op.f("ck_person_merge_confirmed_has_moment"),
        ),
        sa.CheckConstraint(
            "undone_at IS NOT NULL OR undone_by IS NULL",
            name=op.f("ck_person_merge_undone_has_moment"),
        ),
        *_constraints("person_merge", person_id="person", other_id="person"),
    )
    _index("person_merge", "person_id", "other_id")


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


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def _constraints(table: str, key: str = "id", **references: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
            )
            for column, target in references.items()
        ),
    ]
