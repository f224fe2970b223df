"""Let someone call me: one tap for a member, a number and no name for anybody else."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from models.programmes import load
from models.vocabulary import Role
from welfare.errors import InputRefused, NotOffered
from welfare.policies.actor import Actor
from welfare.services import call_requests
from welfare.web import contacts, forms, zones
from welfare.web.clock import now
from welfare.web.guard import public
from welfare.web.sign_in import current_sign_in
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("call_me", __name__)


@pages.get("/call-me")
@public
def ask() -> ResponseReturnValue:
    return _page({}, 200)


@pages.post("/call-me")
@public
def keep() -> ResponseReturnValue:
    try:
        asked = _asked()
    except InputRefused as refused:
        return _page(refused.problems, 422)
    except NotOffered:
        return _unheard(), 409
    return render_template(
        "call_me/done.html",
        by_when=zones.moment(asked.by_when, "d MMMM, HH:mm", asked.zone),
        contacts=_contacts(),
    )


def _asked() -> call_requests.Asked:
    phone = forms.text(request.form, "phone")
    programme = load(current_app.config["PROGRAMME"])
    member = _member()
    if member is not None:
        return call_requests.ask_as_member(
            current_session(), actor=member, phone=phone, programme=programme, at=now()
        )
    return call_requests.ask_without_name(
        current_session(),
        unit_id=forms.key(request.form, "unit"),
        phone=phone,
        called=forms.text(request.form, "called"),
        network=request.remote_addr or "",
        programme=programme,
        at=now(),
    )


def _member() -> Actor | None:
    """Whoever is signed in as themselves. Staff in a duty are asked for a number like anybody,
    and so is somebody whose first password another person may know."""
    who = current_sign_in()
    if who is None or who.must_change_password or who.actor.role is not Role.MEMBER:
        return None
    return who.actor


def _page(problems: dict[str, str], status: int) -> ResponseReturnValue:
    member, session = _member(), current_session()
    places = [] if member else call_requests.list_places(session)
    page = render_template(
        "call_me/ask.html",
        number=call_requests.own_number(session, actor=member, at=now()) if member else None,
        is_member=member is not None,
        units=[(str(place.id), place.name) for place in places],
        given=dict(request.form),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, status


def _unheard() -> str:
    """Nobody could call in time. Nothing was kept, so nothing is promised."""
    return render_template("call_me/unheard.html", contacts=_contacts(), page_error=True)


def _contacts() -> list[contacts.Contact]:
    return [contact for _site, contact in contacts.listed(current_session())]
