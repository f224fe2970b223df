"""For people who hold a link, and for those who forgot their password. Nobody is signed in here.

Every link that does not work gets the same page, whatever the reason.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused, RecordNotFound
from welfare.services import invitations, joining
from welfare.web import forms
from welfare.web.account_page import FACTS
from welfare.web.clock import answer_after, now
from welfare.web.frame import say
from welfare.web.guard import public
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("joining", __name__)
LONGEST_TOKEN = 100
SECONDS = 0.15  # much longer than keeping a letter takes, and too short to be missed


@pages.get("/join/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    return _page(token, {})


@pages.post("/join")
@public
def use() -> ResponseReturnValue:
    token, password = _token(), request.form.get("password", "")[: forms.LONGEST]
    if password != request.form.get("again", ""):
        return _page(token, {"again": str(_("The two new passwords are not the same."))})
    try:
        joining.use_link(
            current_session(),
            token=token,
            fact=forms.text(request.form, "fact"),
            password=password,
            own_email=forms.text(request.form, "own_email"),
            at=now(),
        )
    except RecordNotFound:
        return _over()
    except InputRefused as refused:
        return _page(token, {field: problem(code) for field, code in refused.problems.items()})
    say(_("Your password is set. Please sign in with it now."))
    return redirect(url_for("account.sign_in"))


@pages.post("/join/not-me")
@public
def refuse() -> ResponseReturnValue:
    try:
        joining.refuse_link(current_session(), token=_token(), at=now())
    except RecordNotFound:
        return _over()
    return render_template("joining/thanks.html")


@pages.get("/forgotten")
@public
def forgotten() -> ResponseReturnValue:
    return render_template("joining/forgotten.html")


@pages.post("/forgotten")
@public
def ask_reset() -> ResponseReturnValue:
    """The same answer for everybody, and after the same time: writing a letter takes a while,
    and whoever measured it would learn which names are known."""
    answer_after(SECONDS)
    login, network = forms.text(request.form, "login"), request.remote_addr or ""
    invitations.ask_reset(current_session(), login=login, network=network, at=now())
    return render_template("joining/asked.html")


def _token() -> str:
    return forms.text(request.form, "token")[:LONGEST_TOKEN]


def _page(token: str, problems: dict[str, str]) -> ResponseReturnValue:
    try:
        found = joining.look_at_link(current_session(), token=token, at=now())
    except RecordNotFound:
        return _over()
    page = render_template(
        "joining/show.html",
        token=token,
        fact=FACTS.get(found.fact),
        is_new=found.is_new,
        own_email=forms.text(request.form, "own_email"),
        problems=problems,
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _over() -> ResponseReturnValue:
    return render_template("joining/over.html"), 404
