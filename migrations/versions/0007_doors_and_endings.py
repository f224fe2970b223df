"""Second factors, known devices, invitations, confirmed Posts; erasure, holds, backups; calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DIGEST = sa.LargeBinary(length=32)
WORD = sa.String(length=40)
ANSWER_HAS_SCREENING = "(kind = 'critical_answer') = (screening_id IS NOT NULL)"
LETTER_KINDS = "kind IN ('nudge', 'escalation')"
# SQLite cannot drop a NOT NULL: the table is made anew, in the same transaction.
ALERT_CHECKS = {
    "alertstatus": "status IN ('raised', 'acknowledged', 'closed', 'historic')",
    "closed_has_moment": "(status = 'closed') = (closed_at IS NOT NULL)",
    "closed_has_outcome": "(status = 'closed') = (outcome IS NOT NULL)",
    "only_historic_no_clock": "(status = 'historic') = (due_at IS NULL)",
    "worked_was_acknowledged": "status IN ('raised', 'historic') OR acknowledged_at IS NOT NULL",
    "acknowledged_by_someone": "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)",
}
ALERT_REFERENCES = {
    "acknowledged_by": "account",
    "cover_id": "account",
    "owner_id": "account",
    "person_id": "person",
    "screening_id": "screening",
    "unit_id": "unit",
}
ALERT_INDEXES = {
    "ix_alert_cover_id": ["cover_id"],
    "ix_alert_nudge": ["status", "next_nudge_at"],
    "ix_alert_owner_status": ["owner_id", "status"],
    "ix_alert_person_id": ["person_id"],
    "ix_alert_screening_id": ["screening_id"],
    "ix_alert_unit_id": ["unit_id"],
}


def upgrade() -> None:
    _confirm_posts()
    _new_sessions()
    _make_doors()
    _make_endings()
    _let_letters_invite()
    if op.get_bind().dialect.name == "sqlite":
        _remake_alert(has_kind=True)
        return
    op.add_column(
        "alert",
        sa.Column("kind", WORD, nullable=False, server_default="critical_answer"),
    )
    op.alter_column("alert", "kind", server_default=None)
    op.alter_column("alert", "screening_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_alert_answer_has_screening"), "alert", ANSWER_HAS_SCREENING
    )


def downgrade() -> None:
    bind = op.get_bind()
    bind.execute(sa.text("DELETE FROM letter WHERE kind NOT IN ('nudge', 'escalation')"))
    if bind.dialect.name == "sqlite":
        _remake_alert(has_kind=False)
    else:
        op.drop_constraint(op.f("ck_alert_answer_has_screening"), "alert")
        op.drop_column("alert", "kind")
        op.alter_column("alert", "screening_id", nullable=False)
    with op.batch_alter_table("letter", recreate="auto") as letter:
        letter.drop_constraint(op.f("fk_letter_invitation_id_invitation"), type_="foreignkey")
        letter.drop_column("invitation_id")
        letter.create_check_constraint(op.f("ck_letter_letterkind"), LETTER_KINDS)
    for table in (
        "backup_run",
        "legal_hold",
        "tombstone",
        "invitation",
        "known_device",
        "challenge",
        "recovery_code",
        "passkey",
        "totp_secret",
    ):
        op.drop_table(table)
    bind.execute(sa.text("DELETE FROM web_session"))
    with op.batch_alter_table("web_session", recreate="auto") as session:
        session.drop_constraint(op.f("uq_web_session_id"), type_="unique")
        for column in ("id", "fresh_at", "proved_at", "device"):
            session.drop_column(column)
    op.execute("DELETE FROM post WHERE confirmed_at IS NULL")  # they never gave anything
    for column in ("given_by", "confirmed_by", "confirmed_at"):
        op.drop_column("post", column)


def _confirm_posts() -> None:
    """Posts of before were given by one administrator; they stay as they are."""
    op.add_column("post", sa.Column("given_by", KEY, nullable=True))
    op.add_column("post", sa.Column("confirmed_by", KEY, nullable=True))
    op.add_column("post", sa.Column("confirmed_at", MOMENT, nullable=True))
    op.execute(
        "UPDATE post SET confirmed_at ="
        " (SELECT created_at FROM account WHERE account.id = post.account_id)"
    )


def _new_sessions() -> None:
    """Everybody signs in again: an old session has no second factor."""
    op.execute("DELETE FROM web_session")
    with op.batch_alter_table("web_session", recreate="auto") as session:
        session.add_column(sa.Column("id", KEY, nullable=False))
        session.add_column(sa.Column("fresh_at", MOMENT, nullable=False))
        session.add_column(sa.Column("proved_at", MOMENT, nullable=True))
        session.add_column(sa.Column("device", WORD, nullable=True))
        session.create_unique_constraint(op.f("uq_web_session_id"), ["id"])


def _make_doors() -> None:
    op.create_table(
        "totp_secret",
        sa.Column("id", KEY, nullable=False),
        _reference("account_id"),
        _reference("person_id"),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        *_constraints("totp_secret", account_id="account", person_id="person"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", KEY, nullable=False),
        _reference("account_id"),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=2048), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("device", WORD, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        *_constraints("passkey", account_id="account"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", KEY, nullable=False),
        _reference("account_id"),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_code_digest")),
        *_constraints("recovery_code", account_id="account"),
    )
    op.create_table(
        "challenge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("value", sa.LargeBinary(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        *_constraints("challenge"),
    )
    op.create_table(
        "known_device",
        sa.Column("token_digest", DIGEST, nullable=False),
        _reference("account_id"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_known_device")),
        *_constraints("known_device", key=None, account_id="account"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        _reference("account_id"),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("code_digest", DIGEST, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        *_constraints("invitation", account_id="account"),
    )
    for table in ("totp_secret", "passkey", "recovery_code", "known_device", "invitation"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"], unique=False)
    op.create_index("ix_totp_secret_person_id", "totp_secret", ["person_id"], unique=False)


def _make_endings() -> None:
    op.create_table(
        "tombstone",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("erased_by", KEY, nullable=True),
        *_constraints("tombstone", key="person_id"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", KEY, nullable=False),
        _reference("person_id"),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("placed_by", KEY, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", KEY, nullable=True),
        *_constraints("legal_hold", person_id="person"),
    )
    op.create_index("ix_legal_hold_person_id", "legal_hold", ["person_id"], unique=False)
    op.create_table(
        "backup_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        *_constraints("backup_run"),
    )


def _let_letters_invite() -> None:
    """The kinds of letters grow with every capability: from now on Python checks them."""
    with op.batch_alter_table("letter", recreate="auto") as letter:
        letter.drop_constraint(op.f("ck_letter_letterkind"), type_="check")
        letter.add_column(sa.Column("invitation_id", KEY, nullable=True))
        letter.create_foreign_key(
            op.f("fk_letter_invitation_id_invitation"), "invitation", ["invitation_id"], ["id"]
        )


def _remake_alert(*, has_kind: bool) -> None:
    """References into the table are counted at the end, when its rows are back."""
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE alert_kept AS SELECT * FROM alert")
    op.drop_table("alert")
    op.create_table("alert", *_alert_columns(has_kind), *_alert_constraints(has_kind))
    columns = ", ".join(column.name for column in _alert_columns(False))
    kind = ("kind, ", "'critical_answer', ") if has_kind else ("", "")
    op.execute(f"INSERT INTO alert ({kind[0]}{columns}) SELECT {kind[1]}{columns} FROM alert_kept")
    op.drop_table("alert_kept")
    for name, indexed in ALERT_INDEXES.items():
        op.create_index(name, "alert", indexed, unique=False)


def _alert_columns(has_kind: bool) -> list[sa.Column]:
    kind = [sa.Column("kind", WORD, nullable=False)] if has_kind else []
    return [
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        *kind,
        sa.Column("screening_id", KEY, nullable=has_kind),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("status", WORD, nullable=False),
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
    ]


def _alert_constraints(has_kind: bool) -> list[sa.Constraint]:
    checks = dict(ALERT_CHECKS)
    if has_kind:
        checks["answer_has_screening"] = ANSWER_HAS_SCREENING
    return [
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_alert_{name}"))
            for name, rule in checks.items()
        ),
        *_constraints("alert", **ALERT_REFERENCES),
    ]


def _reference(name: str) -> sa.Column:
    return sa.Column(name, KEY, nullable=False)


def _constraints(table: str, key: str | None = "id", **references: str) -> list[sa.Constraint]:
    own = [sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}"))] if key else []
    return own + [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in references.items()
    ]
