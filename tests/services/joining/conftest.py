"""Links in the hand of a new member and of a clinician."""

import pytest

from models.vocabulary import Role
from tests.services.joining.links import WHO, token_of
from welfare.services.accounts import create_account
from welfare.services.invitations import confirm_invitation, invite


@pytest.fixture
def admin(make):
    return make.actor(Role.ADMINISTRATOR)


@pytest.fixture
def newcomer(edge, make, admin):
    """Makes a member's account with a first link; returns the account and the link's token."""

    def come(**details):
        made = edge.act(
            create_account,
            actor=admin,
            unit_id=make.root.id,
            role=Role.MEMBER,
            login="noor",
            details=WHO | details,
            at=make.now,
        )
        link = edge.act(invite, actor=admin, account_id=made.account.id, at=make.now)
        return made.account, token_of(link)

    return come


@pytest.fixture
def staff(edge, make, admin):
    """A link for a clinician, with its spoken code, made by two administrators."""

    def come(**more):
        clinician = make.actor(Role.CLINICIAN)
        given = {"account_id": clinician.account_id, "at": make.now}
        asked = edge.act(invite, actor=admin, **given, **more)
        second = make.actor(Role.ADMINISTRATOR)
        link = edge.act(
            confirm_invitation, actor=second, invitation_id=asked.invitation.id, at=make.now
        )
        return clinician, token_of(link), asked.code

    return come
