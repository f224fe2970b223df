"""A member's private notebook: read behind a fresh sign-in, written without losing a word."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from models.messaging import WORDS_MOST
from welfare.errors import ChangedMeanwhile, InputRefused
from welfare.policies.permissions import Permission
from welfare.services import notebook
from welfare.web import forms
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import OWN_PAST, requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("notebook", __name__, url_prefix="/me/notebook")
HOME = "notebook.show"


@pages.get("")
@requires(Permission.NOTEBOOK_KEEP, fresh=OWN_PAST)
def show() -> ResponseReturnValue:
    found = notebook.read_notebook(current_session(), actor=current_actor(), at=now())
    return _form_page(entries=found)


@pages.post("")
@requires(Permission.NOTEBOOK_KEEP)  # not freshly: a long text must not be lost on the way
def write() -> ResponseReturnValue:
    try:
        notebook.write_entry(
            current_session(),
            actor=current_actor(),
            entry_id=forms.key(request.form, "entry_id"),
            words=forms.text(request.form, "entry"),
            at=now(),
        )
    except InputRefused as refused:
        return _form_page(problems=_problems(refused)), 422
    say(_("Your entry is kept."))
    return redirect(url_for(HOME), 303)


@pages.get("/<uuid:entry_id>")
@requires(Permission.NOTEBOOK_KEEP, fresh=OWN_PAST)
def edit(entry_id: UUID) -> ResponseReturnValue:
    found = notebook.read_entry(
        current_session(), actor=current_actor(), entry_id=entry_id, at=now()
    )
    return _entry_page(entry_id, words=found.words, version=found.version)


@pages.post("/<uuid:entry_id>")
@requires(Permission.NOTEBOOK_KEEP)
def change(entry_id: UUID) -> ResponseReturnValue:
    try:
        notebook.change_entry(
            current_session(),
            actor=current_actor(),
            entry_id=entry_id,
            version=forms.number(request.form, "version") or 0,
            words=forms.text(request.form, "entry"),
            at=now(),
        )
    except InputRefused as refused:
        return _again(entry_id, _problems(refused)), 422
    except ChangedMeanwhile:
        return _again(entry_id, {"entry": problem("changed_elsewhere")}), 409
    say(_("Your entry is changed."))
    return redirect(url_for(HOME), 303)


@pages.post("/<uuid:entry_id>/delete")
@requires(Permission.NOTEBOOK_KEEP, fresh=OWN_PAST, back="notebook.edit")
def delete(entry_id: UUID) -> ResponseReturnValue:
    notebook.delete_entry(current_session(), actor=current_actor(), entry_id=entry_id, at=now())
    say(_("The entry is gone."))
    return redirect(url_for(HOME), 303)


def _problems(refused: InputRefused) -> dict[str, str]:
    return {"entry": problem(next(iter(refused.problems.values())))}


def _form_page(
    *,
    entries: Sequence[notebook.Entry] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    """A refused form comes back without the entries: they are shown freshly signed in only."""
    return render_template(
        "notebook/show.html",
        entries=entries,
        key=str(new_key()),
        most=WORDS_MOST,
        given=forms.text(request.form, "entry"),
        problems=problems or {},
        page_error=bool(problems),
    )


def _again(entry_id: UUID, problems: Mapping[str, str]) -> str:
    return _entry_page(
        entry_id,
        words=forms.text(request.form, "entry"),
        version=forms.number(request.form, "version") or 0,
        problems=problems,
    )


def _entry_page(
    entry_id: UUID, *, words: str, version: int, problems: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "notebook/entry.html",
        action=url_for("notebook.change", entry_id=entry_id),
        delete_url=url_for("notebook.delete", entry_id=entry_id),
        words=words,
        version=version,
        most=WORDS_MOST,
        problems=problems or {},
        page_error=bool(problems),
    )
