"""Records opened in an emergency, what command was told, notices that wait, questions of readers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=40)
NEW_TABLES = ("entry_question", "delayed_notice", "command_notice", "closed_record", "break_glass")
OF_PERSON = {"person_id": "person", "unit_id": "unit"}


def upgrade() -> None:
    _break_glass()
    _closed_record()
    _command_notice()
    _delayed_notice()
    _entry_question()


def downgrade() -> None:
    """What only the newer program knows goes; an older one could show nothing of it."""
    op.execute("DELETE FROM letter WHERE kind = 'told'")  # the older program trips over that kind
    for table in NEW_TABLES:
        op.drop_table(table)


def _break_glass() -> None:
    op.create_table(
        "break_glass",
        *_columns(KEY, "id person_id unit_id opener_id"),
        *_columns(MOMENT, "opened_at until_at"),
        *_columns(MOMENT, "ended_at", empty=True),
        *_columns(sa.LargeBinary(), "content"),
        *_columns(MOMENT, "told_at", empty=True),
        *_columns(MOMENT, "review_by"),
        *_columns(MOMENT, "next_tell_at reviewed_at", empty=True),
        *_columns(KEY, "reviewed_by", empty=True),
        *_columns(sa.LargeBinary(), "verdict", empty=True),
        _check("break_glass", "ends_by_itself", "until_at > opened_at"),
        _check(
            "break_glass",
            "reviewed_by_somebody",
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)",
        ),
        _check(
            "break_glass", "reviewed_with_a_verdict", "(reviewed_at IS NULL) = (verdict IS NULL)"
        ),
        _check(
            "break_glass", "second_person", "reviewed_by IS NULL OR reviewed_by <> opener_id"
        ),
        *_references("break_glass", OF_PERSON | {"opener_id": "account", "reviewed_by": "account"}),
    )
    _indexes("break_glass", "person_id unit_id opener_id next_tell_at")


def _closed_record() -> None:
    op.create_table(
        "closed_record",
        *_columns(KEY, "id person_id"),
        *_columns(MOMENT, "closed_at"),
        *_columns(KEY, "closed_by"),
        *_columns(MOMENT, "lifted_at", empty=True),
        *_columns(KEY, "lifted_by", empty=True),
        *_columns(sa.LargeBinary(), "reason"),
        *_columns(sa.LargeBinary(), "lifting", empty=True),
        *_references(
            "closed_record", {"person_id": "person", "closed_by": "account", "lifted_by": "account"}
        ),
    )
    _indexes("closed_record", "person_id closed_by")


def _command_notice() -> None:
    op.create_table(
        "command_notice",
        *_columns(KEY, "id person_id unit_id by_id"),
        *_columns(MOMENT, "at"),
        *_columns(sa.LargeBinary(), "content"),
        *_columns(MOMENT, "told_at", empty=True),
        *_references("command_notice", OF_PERSON | {"by_id": "account"}),
    )
    _indexes("command_notice", "person_id unit_id by_id")


def _delayed_notice() -> None:
    op.create_table(
        "delayed_notice",
        *_columns(KEY, "id person_id unit_id"),
        *_columns(KEY, "glass_id notice_id", empty=True),
        *_columns(KEY, "asked_by"),
        *_columns(MOMENT, "asked_at from_at until_at review_by"),
        *_columns(MOMENT, "decided_at", empty=True),
        *_columns(KEY, "decided_by", empty=True),
        *_columns(sa.Boolean(), "is_upheld", empty=True),
        *_columns(sa.LargeBinary(), "content"),
        *_columns(sa.LargeBinary(), "decision", empty=True),
        _check(
            "delayed_notice", "about_one_thing", "(glass_id IS NULL) <> (notice_id IS NULL)"
        ),
        _check(
            "delayed_notice", "decided_by_somebody", "(decided_at IS NULL) = (decided_by IS NULL)"
        ),
        _check(
            "delayed_notice", "decided_is_yes_or_no", "(decided_at IS NULL) = (is_upheld IS NULL)"
        ),
        _check(
            "delayed_notice", "second_person", "decided_by IS NULL OR decided_by <> asked_by"
        ),
        *_references(
            "delayed_notice",
            OF_PERSON
            | {"glass_id": "break_glass", "notice_id": "command_notice"}
            | {"asked_by": "account", "decided_by": "account"},
        ),
    )
    _indexes("delayed_notice", "person_id unit_id glass_id notice_id asked_by")


def _entry_question() -> None:
    op.create_table(
        "entry_question",
        *_columns(KEY, "id person_id unit_id reader_id"),
        *_columns(WORD, "role", empty=True),
        *_columns(WORD, "act"),
        *_columns(sa.Date(), "day"),
        *_columns(MOMENT, "asked_at due_at"),
        *_columns(MOMENT, "next_tell_at late_at replied_at", empty=True),
        *_columns(KEY, "replied_by", empty=True),
        *_columns(sa.LargeBinary(), "question"),
        *_columns(sa.LargeBinary(), "reply", empty=True),
        _check("entry_question", "replied_with_words", "(replied_at IS NULL) = (reply IS NULL)"),
        _check(
            "entry_question", "second_person", "replied_by IS NULL OR replied_by <> reader_id"
        ),
        *_references(
            "entry_question", OF_PERSON | {"reader_id": "account", "replied_by": "account"}
        ),
    )
    _indexes("entry_question", "person_id unit_id reader_id next_tell_at")


def _columns(kind: sa.types.TypeEngine, names: str, *, empty: bool = False) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=empty) for name in names.split()]


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _references(table: str, targets: dict[str, str]) -> list[sa.Constraint]:
    references: list[sa.Constraint] = [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
    return [*references, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _indexes(table: str, columns: str) -> None:
    for column in columns.split():
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
