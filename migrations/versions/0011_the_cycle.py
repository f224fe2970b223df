"""The deployment cycle: schedules kept, incidents, links, reminders, paper, interviews, rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=40)
ROLES = (
    "'member', 'clinician', 'clinic_lead', 'privacy_officer', 'commander', 'administrator',"
    " 'auditor'"
)
PHASES = "'pre', 'during', 'return', 'post', 'annual'"
# Closed lists that grow: of which table, which column, what they were, what they become.
LISTS = (
    ("post", "role", ROLES, f"{ROLES}, 'welfare_officer'"),
    ("audit_event", "role", ROLES, f"{ROLES}, 'welfare_officer'"),
    ("release_approval", "role", ROLES, f"{ROLES}, 'welfare_officer'"),
    ("window", "phase", f"{PHASES}, 'unknown'", f"{PHASES}, 'incident', 'unknown'"),
    ("screening", "phase", f"{PHASES}, 'unknown'", f"{PHASES}, 'incident', 'unknown'"),
    ("screening", "origin", "'web', 'import', 'synthetic'", "'web', 'import', 'synthetic', 'paper'"),
)
LONG_AGO = "1970-01-01"
DUE_CHECK = "CONSTRAINT ck_window_due_after_opening CHECK (due_by >= opens_on)"
SET_ASIDE = "(set_aside IS NULL) = (set_aside_on IS NULL)"
ASIDE_CHECK = f"CONSTRAINT ck_window_set_aside_has_day CHECK ({SET_ASIDE})"
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
    "deployment_event",
    "exposure",
    "incident",
)


def upgrade() -> None:
    _let_lists_grow(to_new=True)
    _missions_and_deployments()
    _incidents()
    _schedules()
    _links_and_reminders()
    _paper_and_interviews()
    _rules_and_merging()


def downgrade() -> None:
    """What only the newer program knows goes; a person's answers never do."""
    bind = op.get_bind()
    if bind.execute(sa.text(f"SELECT 1 FROM person_merge WHERE {JOINED} LIMIT 1")).first():
        raise RuntimeError("people are joined, and their keys lie here: part them first")
    for table in NEW_TABLES:
        if table in ("incident", "window_link"):
            continue
        op.drop_table(table)
    op.drop_index("ix_person_scheduled_on", "person")
    op.drop_column("person", "scheduled_on")
    bind.execute(sa.text("DELETE FROM web_session WHERE window_id IS NOT NULL"))
    op.drop_index("ix_web_session_window_id", "web_session")
    _no_reference("web_session", "window_id", "window")
    op.drop_table("window_link")
    _drop_schedules()
    op.drop_table("incident")
    for column in ("capacity", "programme", "leave_end_day", "finding"):
        op.drop_column("deployment", column)
    for column in (
        "mandate",
        "legal_basis",
        "status_agreement",
        "engagement_rules",
        "began_on",
        "ended_on",
    ):
        op.drop_column("mission", column)
    bind.execute(sa.text("UPDATE screening SET phase = 'unknown' WHERE phase = 'incident'"))
    bind.execute(sa.text('UPDATE "window" SET phase = \'unknown\' WHERE phase = \'incident\''))
    bind.execute(sa.text("UPDATE screening SET origin = 'import' WHERE origin = 'paper'"))
    officers = "SELECT id FROM post WHERE role = 'welfare_officer'"
    bind.execute(sa.text(f"DELETE FROM web_session WHERE post_id IN ({officers})"))
    bind.execute(sa.text("DELETE FROM post WHERE role = 'welfare_officer'"))
    _let_lists_grow(to_new=False)


def _let_lists_grow(*, to_new: bool) -> None:
    bind = op.get_bind()
    for table, column, old, new in LISTS:
        name = f"ck_{table}_{column}"
        before, listed = (old, new) if to_new else (new, old)
        if bind.dialect.name == "sqlite":
            _rewrite(table, f"{column} IN ({before})", f"{column} IN ({listed})")
            continue
        not_valid = "" if to_new or table != "audit_event" else " NOT VALID"  # the trail stays
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT {name}')
        op.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT {name} CHECK ({column} IN ({listed})){not_valid}'
        )


def _rewrite_window(old: str, new: str) -> None:
    _rewrite("window", old, new)


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


def _missions_and_deployments() -> None:
    for column in ("mandate", "legal_basis", "status_agreement", "engagement_rules"):
        text = sa.Column(column, sa.String(length=500), nullable=False, server_default="")
        op.add_column("mission", text)
    for column in ("began_on", "ended_on"):
        op.add_column("mission", sa.Column(column, sa.Date(), nullable=True))
    capacity = sa.Column("capacity", WORD, nullable=False, server_default="contingent")
    op.add_column("deployment", capacity)
    op.add_column("deployment", sa.Column("programme", sa.String(length=60), nullable=True))
    op.add_column("deployment", sa.Column("leave_end_day", sa.Date(), nullable=True))
    finding = sa.Column("finding", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("deployment", finding)
    # What was planned stays planned by the version that planned it.
    op.execute(
        "UPDATE deployment SET programme = (SELECT max(programme) FROM \"window\""
        ' WHERE "window".deployment_id = deployment.id)'
    )
    op.create_table(
        "deployment_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("deployment_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "until_day IS NULL OR until_day >= from_day",
            name=op.f("ck_deployment_event_ends_after_start"),
        ),
        *_constraints("deployment_event", deployment_id="deployment", person_id="person"),
    )
    _index("deployment_event", "deployment_id", "person_id")


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("mission_id", KEY, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        *_constraints("incident", unit_id="unit", mission_id="mission"),
    )
    _index("incident", "day", "unit_id")
    op.create_table(
        "exposure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("incident_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("incident_id", "person_id", name=op.f("uq_exposure_incident_id")),
        *_constraints("exposure", incident_id="incident", person_id="person"),
    )
    _index("exposure", "person_id")


def _schedules() -> None:
    """Until the first round of the schedule a window closes when it did before: 60 days on."""
    op.add_column("person", sa.Column("scheduled_on", sa.Date(), nullable=True))
    _index("person", "scheduled_on")
    _refer("window", "incident_id", "incident")
    _index("window", "incident_id")
    op.add_column("window", sa.Column("anchor_day", sa.Date(), nullable=True))
    closes_on = sa.Column("closes_on", sa.Date(), nullable=False, server_default=LONG_AGO)
    op.add_column("window", closes_on)
    for column, kind in (("set_aside", WORD), ("set_aside_on", sa.Date()), ("set_aside_by", KEY)):
        op.add_column("window", sa.Column(column, kind, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE \"window\" SET closes_on = date(due_by, '+60 days')")
        _rewrite_window(f" DEFAULT '{LONG_AGO}'", "")  # every row has its own now
        _rewrite_window(DUE_CHECK, f"{ASIDE_CHECK}, {DUE_CHECK}")
        return
    op.execute('UPDATE "window" SET closes_on = due_by + 60')
    op.alter_column("window", "closes_on", server_default=None)
    op.create_check_constraint(op.f("ck_window_set_aside_has_day"), "window", SET_ASIDE)


def _drop_schedules() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_window(f"{ASIDE_CHECK}, ", "")
    else:
        op.drop_constraint(op.f("ck_window_set_aside_has_day"), "window", type_="check")
    for column in ("anchor_day", "closes_on", "set_aside", "set_aside_on", "set_aside_by"):
        op.drop_column("window", column)
    op.drop_index("ix_window_incident_id", "window")
    _no_reference("window", "incident_id", "incident")


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
