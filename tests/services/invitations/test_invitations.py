"""Links: who makes them, who confirms them, who holds what."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import vault
from models.tables.doors import Invitation
from models.tables.people import Identity
from models.vocabulary import Act, InvitationPurpose, LinkEnding, Role
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services.invitations import (
    confirm_invitation,
    invite,
    waiting_link,
    withdraw_invitation,
)


def link_now(edge, made):
    return edge.rows(Invitation, Invitation.id == made.invitation.id)[0]


def test_the_first_link_of_a_member_needs_one_administrator(edge, make, admin, newcomer):
    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)

    link = link_now(edge, made)
    assert made.path.startswith("/en/join/") and made.code is None
    assert (link.purpose, link.confirmed_at) == (InvitationPurpose.JOIN, make.now)
    assert link.expires_at == make.now + timedelta(hours=72)
    assert edge.acts() == {Act.INVITATION_MADE: 1}


@pytest.mark.parametrize("role", sorted(set(Role)))
def test_who_asks_gets_the_code_and_who_confirms_gets_the_link(edge, make, admin, second, role):
    whom = make.actor(role)

    asked = edge.act(invite, actor=admin, account_id=whom.account_id, at=make.now)
    waiting = link_now(edge, asked).confirmed_at
    given = {"actor": second, "invitation_id": asked.invitation.id, "at": make.now}
    confirmed = edge.act(confirm_invitation, **given)

    link = link_now(edge, asked)
    assert waiting is None and asked.path is None and len(asked.code) == 8
    assert confirmed.code is None and confirmed.path is not None
    assert link.purpose is InvitationPurpose.RESET
    assert link.expires_at == make.now + timedelta(hours=1)
    with pytest.raises(MoveNotAllowed):
        edge.act(confirm_invitation, **given)


def test_a_member_with_a_waiting_duty_is_staff_already(edge, make, admin, newcomer):
    make.post(newcomer, Role.CLINICIAN, make.root, confirmed_at=None)

    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)

    assert made.path is None and made.code


def test_neither_the_asker_nor_the_owner_nor_a_stranger_confirms_a_link(edge, make, admin):
    whom = make.actor(Role.ADMINISTRATOR)
    asked = edge.act(invite, actor=admin, account_id=whom.account_id, at=make.now)
    elsewhere = make.actor(Role.ADMINISTRATOR, make.unit("Another contingent"))
    below = make.actor(Role.ADMINISTRATOR, make.unit("A Company", make.root))

    for actor in (admin, whom, elsewhere, below, make.actor(Role.CLINIC_LEAD)):
        with pytest.raises(AccessDenied):
            edge.act(
                confirm_invitation, actor=actor, invitation_id=asked.invitation.id, at=make.now
            )
    with pytest.raises(RecordNotFound):
        edge.act(confirm_invitation, actor=admin, invitation_id=uuid4(), at=make.now)


def test_links_for_oneself_for_disabled_accounts_and_elsewhere_are_refused(edge, make, admin):
    gone = make.actor(disabled_at=make.now)
    theirs = make.actor(Role.MEMBER, make.unit("Another contingent"))

    for whom, error in ((admin, InputRefused), (gone, MoveNotAllowed), (theirs, AccessDenied)):
        with pytest.raises(error):
            edge.act(invite, actor=admin, account_id=whom.account_id, at=make.now)
    with pytest.raises(RecordNotFound):
        edge.act(invite, actor=admin, account_id=uuid4(), at=make.now)

    assert edge.count(Invitation) == 0


def test_a_new_link_ends_the_older_one(edge, make, admin, newcomer):
    first = edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)

    edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)

    assert link_now(edge, first).closed_for is LinkEnding.REPLACED


def test_a_link_that_waited_too_long_cannot_be_confirmed(edge, make, admin, second):
    asked = edge.act(
        invite, actor=admin, account_id=make.actor(Role.AUDITOR).account_id, at=make.now
    )

    with pytest.raises(MoveNotAllowed):
        edge.act(
            confirm_invitation,
            actor=second,
            invitation_id=asked.invitation.id,
            at=make.now + timedelta(hours=72),
        )


def test_a_withdrawn_link_is_over_and_is_withdrawn_once(edge, make, admin, second, newcomer):
    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)
    given = {"invitation_id": made.invitation.id, "at": make.now}

    with pytest.raises(AccessDenied):
        edge.act(withdraw_invitation, actor=make.actor(), **given)
    edge.act(withdraw_invitation, actor=second, **given)

    assert link_now(edge, made).closed_for is LinkEnding.WITHDRAWN
    with pytest.raises(MoveNotAllowed):
        edge.act(withdraw_invitation, actor=second, **given)


def test_a_link_waits_for_everybody_but_who_asked(edge, make, admin, second):
    auditor = make.actor(Role.AUDITOR)
    asked = edge.act(invite, actor=admin, account_id=auditor.account_id, at=make.now)
    given = {"account_id": auditor.account_id, "at": make.now}

    assert edge.look(waiting_link, actor=second, **given) == asked.invitation.id
    assert edge.look(waiting_link, actor=console(make.root.path), **given) == asked.invitation.id
    assert edge.look(waiting_link, actor=admin, **given) is None


def test_the_console_gets_a_link_at_once(edge, make):
    auditor = make.actor(Role.AUDITOR)

    made = edge.act(
        invite,
        actor=console(make.root.path),
        account_id=auditor.account_id,
        with_factors=True,
        at=make.now,
    )

    assert made.path and made.code is None
    assert made.invitation.purpose is InvitationPurpose.RESET_FACTORS


def test_no_token_and_no_code_is_in_the_database(edge, make, admin, second, newcomer):
    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, by_mail=True, at=make.now)
    asked = edge.act(
        invite, actor=admin, account_id=make.actor(Role.AUDITOR).account_id, at=make.now
    )

    rows = str(edge.contents(but=()))

    assert made.path.rpartition("/")[2] not in rows
    assert asked.code not in rows


def test_a_mailed_link_leaves_once_with_the_link_in_it(
    edge, make, admin, newcomer, worker, post_office
):
    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, by_mail=True, at=make.now)

    worker(make.now)
    worker(make.now + timedelta(hours=1))

    (letter,) = post_office.letters
    assert made.is_mailed and f"https://harbour.example{made.path}" in letter.body
    assert letter.to == identity_of(edge, newcomer)["email"]


@pytest.mark.parametrize("ending", ["used", "withdrawn", "old"])
def test_a_letter_whose_link_is_over_is_not_sent(
    edge, make, admin, newcomer, worker, post_office, ending
):
    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, by_mail=True, at=make.now)
    if ending == "used":
        with make.kept() as session:
            session.get_one(Invitation, made.invitation.id).used_at = make.now
    if ending == "withdrawn":
        edge.act(withdraw_invitation, actor=admin, invitation_id=made.invitation.id, at=make.now)

    worker(make.now + timedelta(hours=73 if ending == "old" else 0))

    assert post_office.letters == []


def identity_of(edge, actor):
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=actor.person_id)
        return vault.opened(key, session.get_one(Identity, actor.person_id), "content")
