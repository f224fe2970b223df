"""Need to talk now? For everybody, without signing in."""

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from welfare.web import contacts
from welfare.web.guard import public
from welfare.web.work import current_session

pages = Blueprint("support", __name__)


@pages.get("/help")
@public
def help_now() -> ResponseReturnValue:
    found = contacts.listed(current_session())
    groups = [
        {"site": name, "contacts": [contact for _name, contact in those]}
        for name, those in groupby(found, key=lambda each: each[0])
    ]
    return render_template("support.html", groups=groups)
