"""Messages for whoever should reply: what waits, one person's thread, and seeing to it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from models.messaging import WORDS_MOST
from welfare.errors import InputRefused, MoveNotAllowed
from welfare.policies.permissions import Permission
from welfare.services import message_list, messages
from welfare.services.message_list import Waiting
from welfare.web import forms, message_page
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import clock, problem
from welfare.web.work import afterwards, current_session

pages = Blueprint("messages", __name__, url_prefix="/messages")


@pages.get("")
@requires(Permission.MESSAGE_READ)
def waiting() -> ResponseReturnValue:
    inbox = message_list.list_waiting(current_session(), actor=current_actor(), at=now())
    return render_template(
        "messages/waiting.html",
        own=[_row(each) for each in inbox.own],
        overdue=[_row(each) for each in inbox.overdue],
    )


@pages.get("/<uuid:person_id>")
@requires(Permission.MESSAGE_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    return _page(person_id, {})


@pages.post("/<uuid:message_id>/reply")
@requires(Permission.MESSAGE_REPLY)
def reply(message_id: UUID) -> ResponseReturnValue:
    person_id = forms.key(request.form, "person")
    try:
        messages.reply(
            current_session(),
            actor=current_actor(),
            message_id=message_id,
            reply_id=forms.key(request.form, "reply_id"),
            words=forms.text(request.form, "reply"),
            at=now(),
        )
    except InputRefused as refused:
        return _page(person_id, {"reply": next(iter(refused.problems.values()))}), 422
    except MoveNotAllowed:
        return _page(person_id, {"reply": "seen_to"}), 409
    say(_("Your reply is sent. The person gets a neutral letter."))
    return redirect(url_for("messages.show", person_id=person_id), 303)


@pages.post("/<uuid:message_id>/no-reply")
@requires(Permission.MESSAGE_REPLY)
def settle(message_id: UUID) -> ResponseReturnValue:
    messages.settle(current_session(), actor=current_actor(), message_id=message_id, at=now())
    say(_("Marked: no reply is needed. The person sees this."))
    return redirect(url_for("messages.waiting"), 303)


@pages.post("/<uuid:message_id>/take")
@requires(Permission.MESSAGE_TAKE)
def take(message_id: UUID) -> ResponseReturnValue:
    message = messages.take_over(
        current_session(), actor=current_actor(), message_id=message_id, at=now()
    )
    say(_("This message is yours now."))
    return redirect(url_for("messages.show", person_id=message.person_id), 303)


def _row(each: Waiting) -> dict[str, Any]:
    is_late = each.due_at is not None and each.due_at < now()
    return {
        "name": each.name,
        "unit": each.unit,
        "sent_at": each.sent_at,
        "clock": clock(each.due_at, now()) if each.due_at else "",
        "kind": "urgent" if is_late else "neutral",
        "count": each.count,
        "reader": "" if each.is_mine else each.reader,
        "url": url_for("messages.show", person_id=each.person_id),
        "take": url_for("messages.take", message_id=each.id),
    }


def _page(person_id: UUID, problems: dict[str, str]) -> str:
    actor = current_actor()
    thread = message_list.read_thread(current_session(), actor=actor, person_id=person_id, at=now())
    if thread.unread:
        afterwards(message_list.note_seen, actor=actor, person_id=person_id, at=now())
    waiting_id = thread.waiting_id
    return render_template(
        "messages/thread.html",
        name=thread.name,
        person_id=str(person_id),
        entries=message_page.entries(thread.said, is_own=False),
        record_url=url_for("people.show", person_id=person_id) if thread.is_in_care else None,
        reply_url=url_for("messages.reply", message_id=waiting_id) if waiting_id else None,
        settle_url=url_for("messages.settle", message_id=waiting_id) if waiting_id else None,
        most=WORDS_MOST,
        key=str(new_key()),
        given=forms.text(request.form, "reply") if problems else "",
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
