"""Links that open one window: for their readers, who need no password, and for who hands them out.

Nothing on these pages says whose a link is or what it is about. One that does not work gets the
same page, whatever the reason; only what can be done next may differ.
"""

from uuid import UUID

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused, RecordNotFound, SignInRefused
from welfare.policies.permissions import Permission
from welfare.services import reminders, window_links
from welfare.web import forms
from welfare.web.account_page import FACTS
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import public, requires
from welfare.web.languages import current_language, on_offer
from welfare.web.qr import draw
from welfare.web.sign_in import current_actor, current_browser, current_sign_in, keep_token
from welfare.web.wording import problem, refusal
from welfare.web.work import afterwards, current_session

pages = Blueprint("window_links", __name__)
LONGEST_TOKEN = 100


@pages.get("/message/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    try:
        found = _look(token)
    except RecordNotFound:
        return _over(token)
    afterwards(window_links.note_opened, link_id=found.id, at=now())
    return _page(token, found, None)


@pages.post("/message")
@public
def use() -> ResponseReturnValue:
    token = _token()
    try:
        found = _look(token)
        opened = window_links.use_link(
            current_session(),
            token=token,
            given={fact: forms.text(request.form, fact) for fact in found.facts},
            browser=current_browser(),
            at=now(),
        )
    except RecordNotFound:
        return _over(token)
    except InputRefused:
        return _page(token, found, problem("facts_not_right"))
    except SignInRefused as refused:
        return _page(token, found, refusal(refused))
    return keep_token(make_response(redirect(url_for("screenings.due"))), opened)


@pages.post("/message/not-me")
@public
def refuse() -> ResponseReturnValue:
    token = _token()
    try:
        window_links.refuse_link(current_session(), token=token, at=now())
    except RecordNotFound:
        return _over(token)
    return render_template("window_links/thanks.html")


@pages.post("/message/another")
@public
def another() -> ResponseReturnValue:
    """The same answer for everybody."""
    window_links.send_another(current_session(), token=_token(), at=now())
    return render_template("window_links/asked.html")


@pages.get("/message/done")
@public
def done() -> ResponseReturnValue:
    return render_template("window_links/done.html")


@pages.post("/windows/<uuid:window_id>/letter")
@requires(Permission.REMINDER_SEND)
def send_again(window_id: UUID) -> ResponseReturnValue:
    try:
        reminders.ask_again(current_session(), actor=current_actor(), window_id=window_id, at=now())
    except InputRefused as refused:
        return _refused(refused)
    say(" ".join((_("The letter is on its way."), _("In quiet hours it waits until they end."))))
    return redirect(url_for("account.home"))


@pages.post("/windows/<uuid:window_id>/link")
@requires(Permission.REMINDER_SEND)
def make(window_id: UUID) -> ResponseReturnValue:
    """Shown once, in the answer itself: a redirect would have to keep it somewhere."""
    try:
        handed = reminders.make_link(
            current_session(), actor=current_actor(), window_id=window_id, at=now()
        )
    except InputRefused as refused:
        return _refused(refused)
    language = handed.language if handed.language in on_offer() else current_language()
    path = url_for("window_links.show", token=handed.token, lang=language)
    link = current_app.config["SITE_URL"].rstrip("/") + path
    page = render_template(
        "window_links/made.html", link=link, drawing=draw(link), expires_at=handed.expires_at
    )
    return page, 201


def _look(token: str) -> window_links.OpenLink:
    return window_links.look_at_link(current_session(), token=token, at=now())


def _token() -> str:
    return forms.text(request.form, "token")[:LONGEST_TOKEN]


def _page(token: str, found: window_links.OpenLink, trouble: str | None) -> ResponseReturnValue:
    page = render_template(
        "window_links/show.html",
        token=token,
        facts=[(fact.value, *FACTS[fact]) for fact in found.facts],
        trouble=trouble,
        page_error=trouble is not None,
    )
    return page, 422 if trouble else 200


def _over(token: str) -> ResponseReturnValue:
    """Whoever has come in with this browser goes on, if it is by a link."""
    who = current_sign_in()
    if who is not None and who.is_by_link:
        return redirect(url_for("screenings.due"), 303)
    may_ask = window_links.may_ask_for_another(current_session(), token=token, at=now())
    page = render_template("window_links/over.html", token=token if may_ask else None)
    return page, 404


def _refused(refused: InputRefused) -> ResponseReturnValue:
    """Back to the list, which says why nothing was done."""
    for code in refused.problems.values():
        say(problem(code), "attention")
    return redirect(url_for("account.home"))
