"""A Post and a link say why they are over."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for table in ("post", "invitation"):
        op.add_column(table, sa.Column("closed_for", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Without the reason a rejected Post would wait for confirmation again: it goes."""
    over = "confirmed_at IS NULL AND closed_for IS NOT NULL"
    op.execute(
        f"DELETE FROM post WHERE {over} AND NOT EXISTS"
        " (SELECT 1 FROM web_session WHERE web_session.post_id = post.id)"
    )
    op.execute(f"UPDATE post SET until_day = from_day WHERE {over}")
    for table in ("invitation", "post"):
        op.drop_column(table, "closed_for")
