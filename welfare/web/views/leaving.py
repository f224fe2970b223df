"""Ending a Post, disabling and enabling an account: a page that says what will happen, then it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.duty import CLINICAL
from welfare.errors import InputRefused
from welfare.policies.appointing import PostState
from welfare.policies.permissions import Permission
from welfare.services import account_list, accounts, posts, site
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import ROLES, problem
from welfare.web.work import current_session

pages = Blueprint("leaving", __name__, url_prefix="/accounts")


@pages.get("/<uuid:account_id>/disable")
@requires(Permission.ACCOUNT_DISABLE, fresh=True)
def ask_disable(account_id: UUID) -> ResponseReturnValue:
    return _page(account_id, None, {})


@pages.post("/<uuid:account_id>/disable")
@requires(Permission.ACCOUNT_DISABLE, fresh=True, back="leaving.ask_disable")
def disable(account_id: UUID) -> ResponseReturnValue:
    def act(choices: dict[str, Any]) -> str:
        accounts.disable_account(
            current_session(), actor=current_actor(), account_id=account_id, at=now(), **choices
        )
        return str(_("Nobody can sign in with this account any more."))

    return _act(account_id, None, act)


@pages.post("/<uuid:account_id>/enable")
@requires(Permission.ACCOUNT_DISABLE, fresh=True, back="accounts.show")
def enable(account_id: UUID) -> ResponseReturnValue:
    accounts.enable_account(
        current_session(), actor=current_actor(), account_id=account_id, at=now()
    )
    say(_("The account can be used again. Give its roles anew if they are needed."))
    return redirect(url_for("accounts.show", account_id=account_id))


@pages.get("/<uuid:account_id>/posts/<uuid:post_id>/end")
@requires(Permission.POST_GIVE, fresh=True)
def ask_end_post(account_id: UUID, post_id: UUID) -> ResponseReturnValue:
    return _page(account_id, post_id, {})


@pages.post("/<uuid:account_id>/posts/<uuid:post_id>/end")
@requires(Permission.POST_GIVE, fresh=True, back="leaving.ask_end_post")
def end_post(account_id: UUID, post_id: UUID) -> ResponseReturnValue:
    def act(choices: dict[str, Any]) -> str:
        posts.end_post(
            current_session(), actor=current_actor(), post_id=post_id, at=now(), **choices
        )
        return str(_("The role has ended."))

    return _act(account_id, post_id, act)


def _act(
    account_id: UUID, post_id: UUID | None, act: Callable[[dict[str, Any]], str]
) -> ResponseReturnValue:
    """Do it and go back to the account, or show the page again with what stands against it."""
    try:
        colleague = forms.text(request.form, "colleague")
        choices = {
            "colleague_id": forms.key(request.form, "colleague") if colleague else None,
            "even_so": forms.text(request.form, "even_so") == "yes",
        }
        said = act(choices)
    except InputRefused as refused:
        return _page(account_id, post_id, refused.problems)
    say(said)
    return redirect(url_for("accounts.show", account_id=account_id))


def _page(account_id: UUID, post_id: UUID | None, problems: dict[str, str]) -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), now()
    view = account_list.read_account(session, actor=actor, account_id=account_id, at=at)
    held = [post for post, state in view.posts if state in {PostState.HELD, PostState.COMING}]
    ending = [post for post in held if post_id in (None, post.id)]
    if post_id is not None and not ending:
        abort(404)
    people = site.read_site(session, actor=actor, at=at).clinicians
    errors = {field: problem(code) for field, code in problems.items()}
    page = render_template(
        "accounts/leave.html",
        account=view,
        post_id=post_id,
        ending=[f"{ROLES[post.role]}, {post.unit.name}" for post in ending],
        is_clinical=any(post.role in CLINICAL for post in ending),
        colleagues=[(str(each), name) for each, name in people if each != account_id],
        given=dict(request.form),
        problems=errors,
        page_error=bool(errors),
    )
    return page, 422 if errors else 200
