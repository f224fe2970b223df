"""Posts: asked for, rejected and ended, never for oneself."""

from uuid import uuid4

import pytest

from models.base import new_key
from models.tables.accounts import Post, WebSession
from models.tables.doors import Invitation
from models.vocabulary import LinkEnding, PostEnding, Role
from tests.factories import TODAY
from tests.services.posts.asking import post_now, request
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services.invitations import invite
from welfare.services.posts import confirm_post, end_post, give_post, reject_post


def test_a_members_post_needs_no_second_word(edge, make, admin):
    lead = make.actor(Role.CLINIC_LEAD)

    post = edge.act(give_post, **request(admin, lead, make.root, Role.MEMBER, make))

    assert post_now(edge, post).is_held(TODAY)


def test_an_administrator_of_one_company_cannot_reach_an_account_that_leads_the_contingent(
    edge, make
):
    company = make.unit("A Company", make.root)
    small, other = (make.actor(Role.ADMINISTRATOR, company) for _ in range(2))
    lead = make.actor(Role.MEMBER, company)
    make.post(lead, Role.CLINIC_LEAD, make.root)

    with pytest.raises(AccessDenied):
        edge.act(give_post, **request(small, lead, company, Role.AUDITOR, make))
    with pytest.raises(AccessDenied):
        edge.act(invite, actor=other, account_id=lead.account_id, at=make.now)


@pytest.mark.parametrize("reason", ["wrong_person", "wrong_role", "not_verified", "not_needed"])
def test_a_rejected_post_keeps_its_reason_and_takes_its_link_along(
    edge, make, admin, second, asked, noor, reason
):
    edge.act(invite, actor=admin, account_id=noor.account_id, at=make.now)

    edge.act(reject_post, actor=second, post_id=asked.id, reason=reason, at=make.now)

    assert post_now(edge, asked).closed_for == reason
    assert [link.closed_for for link in edge.rows(Invitation)] == [LinkEnding.WITHDRAWN]
    with pytest.raises(MoveNotAllowed):
        edge.act(confirm_post, actor=second, post_id=asked.id, at=make.now)


@pytest.mark.parametrize("reason", ["", "because", "ended", "disabled"])
def test_a_rejection_needs_a_reason_from_the_list(edge, make, second, asked, reason):
    with pytest.raises(InputRefused):
        edge.act(reject_post, actor=second, post_id=asked.id, reason=reason, at=make.now)


def test_a_rejected_post_may_be_asked_for_again_on_the_same_day(
    edge, make, admin, second, asked, noor
):
    edge.act(reject_post, actor=second, post_id=asked.id, reason="wrong_role", at=make.now)

    again = edge.act(give_post, **request(admin, noor, make.root, Role.CLINICIAN, make))

    assert post_now(edge, again).closed_for is None
    edge.act(confirm_post, actor=second, post_id=again.id, at=make.now)
    assert post_now(edge, again).is_held(TODAY)


def test_the_console_needs_nobody_else(edge, make, noor, asked):
    operator = console(make.root.path)

    direct = edge.act(give_post, **request(operator, noor, make.root, Role.AUDITOR, make))
    edge.act(confirm_post, actor=operator, post_id=asked.id, at=make.now)

    assert post_now(edge, direct).is_held(TODAY) and post_now(edge, asked).is_held(TODAY)


def test_what_cannot_be_given_is_refused_with_its_reason(edge, make, admin, asked, noor):
    gone = make.actor(disabled_at=make.now)

    for whom, role, problem in (
        (admin, Role.CLINICIAN, "not_yourself"),
        (noor, "general", "choose"),
        (noor, Role.CLINICIAN, "held_already"),
    ):
        with pytest.raises(InputRefused) as refused:
            edge.act(give_post, **request(admin, whom, make.root, role, make))
        assert refused.value.problems == {"role": problem}
    with pytest.raises(MoveNotAllowed):
        edge.act(give_post, **request(admin, gone, make.root, Role.AUDITOR, make))
    with pytest.raises(RecordNotFound):
        edge.act(
            give_post, **request(admin, noor, make.root, Role.AUDITOR, make) | {"unit_id": uuid4()}
        )
    with pytest.raises(AccessDenied):
        edge.act(give_post, **request(make.actor(), noor, make.root, Role.AUDITOR, make))


def test_an_ended_post_ends_at_once_with_its_sessions_even_on_its_first_day(edge, make, admin):
    auditor = make.actor(Role.AUDITOR)
    today = make.post(auditor, Role.PRIVACY_OFFICER, make.root, from_day=TODAY)
    make.web_session(auditor)
    (first,) = edge.rows(Post, Post.account_id == auditor.account_id, Post.role == Role.AUDITOR)

    for post in (today, first):
        edge.act(end_post, actor=admin, post_id=post.id, at=make.now)

    for post in (today, first):
        now = post_now(edge, post)
        assert not now.is_held(TODAY) and now.closed_for is PostEnding.ENDED
    assert [each.ended_at for each in edge.rows(WebSession)] == [make.now]


def test_ending_is_refused_to_strangers_for_oneself_and_twice(edge, make, admin, asked):
    (own,) = edge.rows(Post, Post.account_id == admin.account_id)
    held = make.post(make.actor(), Role.AUDITOR, make.root)
    edge.act(end_post, actor=admin, post_id=held.id, at=make.now)

    for actor, post_id, error in (
        (admin, own.id, InputRefused),
        (admin, held.id, MoveNotAllowed),
        (admin, asked.id, MoveNotAllowed),
        (make.actor(Role.CLINIC_LEAD), held.id, AccessDenied),
        (admin, new_key(), RecordNotFound),
    ):
        with pytest.raises(error):
            edge.act(end_post, actor=actor, post_id=post_id, at=make.now)
