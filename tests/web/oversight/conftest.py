"""Two approvers who say yes."""

import pytest

from models.base import new_key
from models.tables.releases import ReleaseApproval
from models.vocabulary import ReleaseDecision, Role


@pytest.fixture
def approve(make):
    """Both approvers say yes."""
    people = {role: make.actor(role) for role in (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD)}

    def say_yes(release_id):
        with make.kept() as session:
            session.add_all(
                ReleaseApproval(
                    id=new_key(),
                    release_id=release_id,
                    role=role,
                    account_id=actor.account_id,
                    decision=ReleaseDecision.APPROVED,
                    decided_at=make.now,
                )
                for role, actor in people.items()
            )

    return say_yes
