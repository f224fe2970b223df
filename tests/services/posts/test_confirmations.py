"""A Post is confirmed once, by a second administrator, who gets nothing by it."""

import threading
from uuid import uuid4

import pytest

from models.session import transaction
from models.tables.accounts import Account, WebSession
from models.tables.doors import Invitation, KnownDevice, Passkey, RecoveryCode, TotpSecret
from models.vocabulary import Act, Role
from tests.factories import TODAY
from tests.services.posts.asking import post_now, request
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.services.invitations import confirm_invitation, invite
from welfare.services.posts import confirm_post, give_post

STAFF = sorted(set(Role) - {Role.MEMBER})


@pytest.mark.parametrize("role", STAFF)
def test_a_post_gives_nothing_until_a_second_administrator_confirms_it(
    edge, make, admin, second, noor, role
):
    post = edge.act(give_post, **request(admin, noor, make.root, role, make))
    before = post_now(edge, post).is_held(TODAY)

    edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)

    after = post_now(edge, post)
    assert (before, after.is_held(TODAY)) == (False, True)
    assert (after.given_by, after.confirmed_by) == (admin.account_id, second.account_id)
    assert edge.acts()[Act.POST_CONFIRMED] == 1


def test_neither_the_giver_nor_the_holder_nor_a_stranger_confirms(edge, make, admin, asked, noor):
    make.post(noor, Role.ADMINISTRATOR, make.root)
    company = make.unit("A Company", make.root)
    strangers = {
        "giver": admin,
        "holder": noor.__class__(
            noor.account_id, noor.person_id, Role.ADMINISTRATOR, make.root.path
        ),
        "of another contingent": make.actor(Role.ADMINISTRATOR, make.unit("Elsewhere")),
        "of a unit below": make.actor(Role.ADMINISTRATOR, company),
        "lead": make.actor(Role.CLINIC_LEAD),
        "member": make.actor(Role.MEMBER),
    }

    for name, actor in strangers.items():
        with pytest.raises(AccessDenied):
            edge.act(confirm_post, actor=actor, post_id=asked.id, at=make.now)
        assert post_now(edge, asked).confirmed_at is None, name
    with pytest.raises(RecordNotFound):
        edge.act(confirm_post, actor=admin, post_id=uuid4(), at=make.now)


def test_a_confirmed_post_is_confirmed_once(edge, make, second, asked):
    edge.act(confirm_post, actor=second, post_id=asked.id, at=make.now)

    with pytest.raises(MoveNotAllowed):
        edge.act(confirm_post, actor=make.actor(Role.ADMINISTRATOR), post_id=asked.id, at=make.now)

    assert post_now(edge, asked).confirmed_by == second.account_id


def test_of_two_administrators_who_confirm_at_once_one_wins(edge, make, asked, watched):
    rivals = [make.actor(Role.ADMINISTRATOR) for _ in range(4)]
    start, outcomes = threading.Barrier(len(rivals)), []

    def confirm(actor):
        start.wait()
        try:
            with transaction(watched) as session:
                confirm_post(session, actor=actor, post_id=asked.id, at=make.now)
            outcomes.append(actor.account_id)
        except MoveNotAllowed:
            outcomes.append(None)

    threads = [threading.Thread(target=confirm, args=(actor,)) for actor in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = [each for each in outcomes if each is not None]
    assert len(outcomes) == 4 and len(winners) == 1
    assert post_now(edge, asked).confirmed_by == winners[0]
    assert edge.acts()[Act.POST_CONFIRMED] == 1


def test_with_the_first_duty_everything_that_somebody_else_may_know_ends(
    edge, make, second, asked, noor
):
    make.web_session(noor)
    with make.kept() as session:
        session.add(
            Passkey(
                account_id=noor.account_id,
                credential_id=b"theirs",
                public_key=b"key",
                sign_count=0,
                made_at=make.now,
            )
        )
        session.add(
            KnownDevice(
                token_digest=bytes(32),
                account_id=noor.account_id,
                made_at=make.now,
                seen_at=make.now,
            )
        )
    (before,) = edge.rows(Account, Account.id == noor.account_id)

    edge.act(confirm_post, actor=second, post_id=asked.id, at=make.now)

    (account,) = edge.rows(Account, Account.id == noor.account_id)
    assert account.password_hash != before.password_hash and account.must_change_password
    assert all(each.ended_at for each in edge.rows(WebSession))
    for table in (Passkey, KnownDevice, TotpSecret, RecoveryCode):
        assert edge.rows(table) == []


def test_a_post_and_its_link_are_confirmed_in_one_act(edge, make, admin, second, asked, noor):
    link = edge.act(invite, actor=admin, account_id=noor.account_id, at=make.now)

    def both(session):
        confirm_post(session, actor=second, post_id=asked.id, at=make.now)
        confirm_invitation(session, actor=second, invitation_id=link.invitation.id, at=make.now)

    edge.act(both)

    (account,) = edge.rows(Account, Account.id == noor.account_id)
    assert post_now(edge, asked).is_held(TODAY) and account.must_change_password
    assert edge.rows(Invitation)[0].confirmed_by == second.account_id


def test_a_further_duty_leaves_the_password_alone(edge, make, admin, second):
    auditor = make.actor(Role.AUDITOR)
    post = edge.act(give_post, **request(admin, auditor, make.root, Role.CLINICIAN, make))

    edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)

    (account,) = edge.rows(Account, Account.id == auditor.account_id)
    assert not account.must_change_password
