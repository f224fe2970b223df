"""An account keeps for good that its owner has used it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# Of an older site the moment is not known; that it was used is what counts.
WAS_USED = """
UPDATE account SET used_at = created_at
WHERE NOT must_change_password
   OR EXISTS (SELECT 1 FROM web_session WHERE web_session.account_id = account.id)
   OR EXISTS (
       SELECT 1 FROM invitation
       WHERE invitation.account_id = account.id AND invitation.used_at IS NOT NULL
   )
   OR EXISTS (SELECT 1 FROM draft WHERE draft.person_id = account.person_id)
   OR EXISTS (
       SELECT 1 FROM screening
       WHERE screening.person_id = account.person_id AND screening.origin = 'web'
   )
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(WAS_USED)


def downgrade() -> None:
    op.drop_column("account", "used_at")
