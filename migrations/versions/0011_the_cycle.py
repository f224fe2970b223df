"""The deployment cycle: what lists may hold, missions, events, incidents, schedules kept."""

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


def upgrade() -> None:
    _let_lists_grow(to_new=True)
    _missions_and_deployments()
    _incidents()
    _schedules()


def downgrade() -> None:
    """What only the newer program knows goes; a person's answers never do."""
    bind = op.get_bind()
    for table in ("deployment_event", "exposure"):
        op.drop_table(table)
    op.drop_index("ix_person_scheduled_on", "person")
    op.drop_column("person", "scheduled_on")
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
