"""Coming in, going out, changing role or password; and the way home for each role."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from models.vocabulary import Role
from welfare.errors import InputRefused, SignInRefused
from welfare.services import sessions
from welfare.services import sign_in as doors
from welfare.web import forms
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import any_session, public, signed_in
from welfare.web.sign_in import (
    current_actor,
    current_browser,
    current_place,
    current_sign_in,
    current_token,
    forget_token,
    keep_token,
)
from welfare.web.wording import ROLES, problem, refusal
from welfare.web.work import current_session, glance

pages = Blueprint("account", __name__)

HOMES = {
    Role.MEMBER: "screenings.due",
    Role.CLINICIAN: "work_list.home",
    Role.CLINIC_LEAD: "work_list.home",
    Role.PRIVACY_OFFICER: "releases.index",
    Role.COMMANDER: "command.figures_page",
    Role.ADMINISTRATOR: "site.overview",
    Role.AUDITOR: "trail.log",
    Role.WELFARE_OFFICER: "completion.home",
}


@pages.get("/")
@public
def home() -> ResponseReturnValue:
    who = current_sign_in()
    if who is None:
        return redirect(url_for("account.sign_in"))
    if who.waiting_role is not None:
        return redirect(url_for("second_factor.door"))
    if who.must_change_password:
        return redirect(url_for("account.password"))
    if who.actor.role is None:
        return redirect(url_for("account.posts"))
    return redirect(url_for(HOMES[who.actor.role]))


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("account.home"))
    return _sign_in_page("", [])


@pages.post("/sign-in")
@public
def open_session() -> ResponseReturnValue:
    login, browser = forms.text(request.form, "login"), current_browser()
    try:
        with glance() as session:
            checked = doors.check_password(
                session,
                login=login,
                password=request.form.get("password", "")[: forms.LONGEST],
                browser=browser,
                at=now(),
            )
        opened = doors.sign_in(
            current_session(), login=login, checked=checked, browser=browser, at=now()
        )
    except SignInRefused as refused:
        return _sign_in_page(login, [("login", refusal(refused))]), 422
    response = make_response(redirect(url_for("account.home")))
    return keep_token(response, opened.token, known=opened.known)


@pages.post("/sign-out")
@any_session
def sign_out() -> ResponseReturnValue:
    """Whoever came by a link has no password to sign in with again."""
    actor = current_actor()
    sessions.sign_out(current_session(), actor=actor, token=current_token(), at=now())
    then = "account.sign_in" if actor.window_id is None else "window_links.done"
    return forget_token(make_response(redirect(url_for(then))))


@pages.get("/account")
@signed_in
def overview() -> ResponseReturnValue:
    return render_template("account/overview.html")


@pages.get("/roles")
@signed_in
def posts() -> ResponseReturnValue:
    held = sessions.list_posts(current_session(), actor=current_actor(), today=today())
    actor = current_actor()
    return render_template(
        "account/posts.html",
        options=[(str(post.id), f"{ROLES[post.role]}, {post.unit.name}") for post in held],
        current=next(
            (
                str(post.id)
                for post in held
                if post.role is actor.role and post.unit.path == actor.unit_path
            ),
            None,
        ),
        error=None,
    )


@pages.post("/roles")
@signed_in
def switch_post() -> ResponseReturnValue:
    token = sessions.switch_post(
        current_session(),
        actor=current_actor(),
        token=current_token(),
        post_id=forms.key(request.form, "post"),
        at=now(),
    )
    return keep_token(make_response(redirect(url_for("account.home"))), token)


@pages.get("/password")
@signed_in
def password() -> ResponseReturnValue:
    return _password_page({}, 200)


@pages.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_page({"again": str(_("The two new passwords are not the same."))}, 422)
    given: Any = {"actor": current_actor(), "browser": current_browser(), "at": now()}
    try:
        with glance() as session:
            prepared = doors.prepare_password(
                session, old=request.form.get("old", "")[: forms.LONGEST], new=new, **given
            )
        token = doors.change_password(current_session(), prepared=prepared, **given)
    except InputRefused as refused:
        problems = {field: problem(code) for field, code in refused.problems.items()}
        return _password_page(problems, 422)
    except SignInRefused as refused:
        return _password_page({"old": refusal(refused)}, 422)
    say(_("Your password has been changed. All other sessions have ended."))
    return keep_token(make_response(redirect(url_for("account.home"))), token)


def _sign_in_page(login: str, errors: list[tuple[str, str]]) -> str:
    return render_template(
        "account/sign_in.html",
        login=login,
        errors=errors,
        can_have_passkeys=current_place().can_have_passkeys,
        page_error=bool(errors),
    )


def _password_page(problems: dict[str, str], status: int) -> ResponseReturnValue:
    who = current_sign_in()
    page = render_template(
        "account/password.html",
        must=bool(who and who.must_change_password),
        problems=problems,
        page_error=bool(problems),
    )
    return page, status
