"""A member's messages to whoever looks after them: one thread, and a form below it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from models.messaging import REPLY_WITHIN, WORDS_MOST
from welfare.errors import InputRefused, NotOffered
from welfare.policies.permissions import Permission
from welfare.services import own_messages
from welfare.web import forms, message_page
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.progress import crisis_contacts
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import afterwards, current_session

pages = Blueprint("own_messages", __name__, url_prefix="/me/messages")
HOME = "own_messages.show"


@pages.get("")
@requires(Permission.MESSAGE_WRITE)
def show() -> ResponseReturnValue:
    return _page({})


@pages.post("")
@requires(Permission.MESSAGE_WRITE)
def write() -> ResponseReturnValue:
    try:
        own_messages.write_message(
            current_session(),
            actor=current_actor(),
            message_id=forms.key(request.form, "message_id"),
            words=forms.text(request.form, "message"),
            at=now(),
        )
    except InputRefused as refused:
        return _page({"message": next(iter(refused.problems.values()))}), 422
    except NotOffered:
        return _page({"message": "nobody_reads"}), 409
    say(_("Your message is sent. The clinician is told at once."))
    return redirect(url_for(HOME), 303)


def _page(problems: dict[str, str]) -> str:
    actor = current_actor()
    thread = own_messages.read_own(
        current_session(), actor=actor, at=now(), whole="all" in request.args
    )
    if thread.unread:
        afterwards(own_messages.note_replies_seen, actor=actor, at=now())
    return render_template(
        "own_messages/thread.html",
        entries=message_page.entries(thread.said, is_own=True),
        older=thread.older,
        reader=thread.reader,
        is_in_care=thread.is_in_care,
        reply_by=thread.reply_by,
        days=REPLY_WITHIN,
        most=WORDS_MOST,
        key=str(new_key()),
        given=forms.text(request.form, "message") if problems else "",
        contacts=crisis_contacts(),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
