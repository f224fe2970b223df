"""Accounts for administrators: who may sign in, as what; and the word of a second one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import Role
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import account_list, invitations, posts, sessions, site
from welfare.web import forms
from welfare.web.account_page import (
    STATES,
    link_rows,
    list_rows,
    made_page,
    post_rows,
    reasons,
    request_card,
    roles_of,
)
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import ROLES, problem
from welfare.web.work import current_session

pages = Blueprint("accounts", __name__, url_prefix="/accounts")


@pages.get("/")
@requires(Permission.ACCOUNT_READ)
def index() -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), now()
    find = forms.text(request.args, "find")
    number = request.args.get("page", 1, type=int)
    found = account_list.list_accounts(session, actor=actor, at=at, number=number, find=find)
    return render_template(
        "accounts/index.html",
        rows=list_rows(found.rows, lambda each: url_for("accounts.show", account_id=each)),
        find=find,
        number=found.number,
        previous_url=_page_url(found.number - 1) if found.number > 1 else None,
        next_url=_page_url(found.number + 1) if found.has_more else None,
        waiting=account_list.count_requests(session, actor=actor, at=at),
    )


@pages.get("/waiting")
@requires(Permission.ACCOUNT_CONFIRM, fresh=True)
def waiting() -> ResponseReturnValue:
    return _waiting_page({})


@pages.get("/<uuid:account_id>")
@requires(Permission.ACCOUNT_READ, fresh=True)
def show(account_id: UUID) -> ResponseReturnValue:
    return _account_page(account_id, {})


@pages.post("/<uuid:account_id>/posts")
@requires(Permission.POST_GIVE, fresh=True, back="accounts.show")
def give_post(account_id: UUID) -> ResponseReturnValue:
    """The first duty of somebody needs a new password too: whoever asks gets its spoken code."""
    session, actor, at = current_session(), current_actor(), now()
    try:
        post = posts.give_post(
            session,
            actor=actor,
            account_id=account_id,
            unit_id=forms.key(request.form, "unit"),
            role=forms.text(request.form, "role"),
            at=at,
        )
    except InputRefused as refused:
        return _account_page(account_id, refused.problems)
    if post.confirmed_at is None and posts.begins_anew(session, post=post, at=at):
        made = invitations.invite(session, actor=actor, account_id=account_id, at=at)
        return made_page(made, account_id=account_id)
    is_waiting = post.confirmed_at is None
    say(_("The role waits for a second administrator.") if is_waiting else _("The role is given."))
    return redirect(url_for("accounts.show", account_id=account_id))


@pages.post("/<uuid:account_id>/link")
@requires(Permission.ACCOUNT_INVITE, fresh=True, back="accounts.show")
def invite(account_id: UUID) -> ResponseReturnValue:
    try:
        made = invitations.invite(
            current_session(),
            actor=current_actor(),
            account_id=account_id,
            by_mail=forms.text(request.form, "by_mail") == "yes",
            with_factors=forms.text(request.form, "with_factors") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        return _account_page(account_id, refused.problems)
    return made_page(made, account_id=account_id)


@pages.post("/<uuid:account_id>/sessions/end")
@requires(Permission.SESSION_END, fresh=True, back="accounts.show")
def end_sessions(account_id: UUID) -> ResponseReturnValue:
    sessions.end_sessions(current_session(), actor=current_actor(), account_id=account_id, at=now())
    say(_("All sessions of this account have ended."))
    return redirect(url_for("accounts.show", account_id=account_id))


@pages.post("/posts/<uuid:post_id>/confirm")
@requires(Permission.ACCOUNT_CONFIRM, fresh=True, back="accounts.waiting")
def confirm_post(post_id: UUID) -> ResponseReturnValue:
    """With the first Post comes the link: whoever confirms one hands over the other."""
    session, actor, at = current_session(), current_actor(), now()
    try:
        post = posts.confirm_post(session, actor=actor, post_id=post_id, at=at)
    except InputRefused as refused:
        return _waiting_page(refused.problems)
    link = invitations.waiting_link(session, actor=actor, account_id=post.account_id, at=at)
    if link is not None:
        return _confirmed_link(link, post.account_id)
    say(_("The role is confirmed."))
    return redirect(url_for("accounts.waiting"))


@pages.post("/posts/<uuid:post_id>/reject")
@requires(Permission.ACCOUNT_CONFIRM, fresh=True, back="accounts.waiting")
def reject_post(post_id: UUID) -> ResponseReturnValue:
    try:
        posts.reject_post(
            current_session(),
            actor=current_actor(),
            post_id=post_id,
            reason=forms.text(request.form, "reason"),
            at=now(),
        )
    except InputRefused as refused:
        return _waiting_page(refused.problems)
    say(_("The role is rejected."))
    return redirect(url_for("accounts.waiting"))


@pages.post("/links/<uuid:link_id>/confirm")
@requires(Permission.ACCOUNT_CONFIRM, fresh=True, back="accounts.waiting")
def confirm_link(link_id: UUID) -> ResponseReturnValue:
    return _confirmed_link(link_id, None)


@pages.post("/links/<uuid:link_id>/withdraw")
@requires(Permission.ACCOUNT_INVITE, fresh=True, back="accounts.waiting")
def withdraw_link(link_id: UUID) -> ResponseReturnValue:
    link = invitations.withdraw_invitation(
        current_session(), actor=current_actor(), invitation_id=link_id, at=now()
    )
    say(_("The link does not work any more."))
    return redirect(url_for("accounts.show", account_id=link.account_id))


def _confirmed_link(link_id: UUID, account_id: UUID | None) -> ResponseReturnValue:
    made = invitations.confirm_invitation(
        current_session(),
        actor=current_actor(),
        invitation_id=link_id,
        by_mail=forms.text(request.form, "by_mail") == "yes",
        at=now(),
    )
    return made_page(made, account_id=account_id or made.invitation.account_id)


def _account_page(account_id: UUID, problems: dict[str, str]) -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), now()
    view = account_list.read_account(session, actor=actor, account_id=account_id, at=at)
    errors = {field: problem(code) for field, code in problems.items()}
    page = render_template(
        "accounts/show.html",
        account=view,
        state=STATES[view.row.state],
        roles_held=roles_of(view.row),
        posts=post_rows(view),
        links=link_rows(view.links, at),
        units=[
            (str(unit.id), "\u2003" * (unit.depth - 1) + unit.name)
            for unit in site.list_units(session, actor=actor)
        ],
        roles=[(role.value, ROLES[role]) for role in Role],
        given=dict(request.form),
        problems=errors,
        page_error=bool(errors),
    )
    return page, 422 if errors else 200


def _waiting_page(problems: dict[str, str]) -> ResponseReturnValue:
    found: Any = account_list.list_requests(current_session(), actor=current_actor(), at=now())
    errors = {field: problem(code) for field, code in problems.items()}
    page = render_template(
        "accounts/waiting.html",
        requests=[request_card(each) for each in found],
        reasons=reasons(),
        problems=errors,
        page_error=bool(errors),
    )
    return page, 422 if errors else 200


def _page_url(number: int) -> str:
    return url_for("accounts.index", page=number)
