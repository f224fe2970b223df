"""Need to talk now? For everybody, without signing in."""

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from welfare.services import site
from welfare.web.frame import current_language
from welfare.web.guard import public
from welfare.web.work import current_session

pages = Blueprint("support", __name__)


@pages.get("/help")
@public
def help_now() -> ResponseReturnValue:
    found = site.list_crisis_contacts(current_session(), language=current_language())
    groups = [
        {"site": name, "contacts": [contact for _name, contact in contacts]}
        for name, contacts in groupby(found, key=lambda each: each[0])
    ]
    return render_template("support.html", groups=groups)
