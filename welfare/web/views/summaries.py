"""A summary of one record as a PDF: first what that means, then the file."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from welfare.errors import InputRefused
from welfare.gateways import pdf
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import records, summaries
from welfare.services.records import PersonView
from welfare.web import forms, guard, pdf_file, summary_page
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import PURPOSES, problem
from welfare.web.work import current_session

pages = Blueprint("summaries", __name__)


@pages.get("/people/<uuid:person_id>/summary")
@requires(Permission.RECORD_SUMMARISE, fresh=True)
def ask(person_id: UUID) -> ResponseReturnValue:
    return _page(_read(person_id), {}), 200


@pages.get("/people/<uuid:person_id>/summary/file")
@requires(Permission.RECORD_SUMMARISE, fresh=True)
def take(person_id: UUID) -> ResponseReturnValue:
    """It changes nothing but the trail, which is written before the file leaves: a form that
    kept the write lock would hold up everybody while the paper is set."""
    view = _read(person_id)
    if not guard.is_from_here():
        return _page(view, {}), 200
    if not pdf.is_possible():
        return _page(view, {}), 409
    try:
        return pdf_file.made(_html(view), name=_file_name(today()))
    except InputRefused as refused:
        problems = {field: problem(code) for field, code in refused.problems.items()}
        return _page(view, problems), 422


def _read(person_id: UUID) -> PersonView:
    actor = current_actor()
    view = records.read_record(current_session(), actor=actor, person_id=person_id, at=now())
    access.require(actor, Permission.RECORD_SUMMARISE, view.record)
    return view


def _html(view: PersonView) -> str:
    actor, at = current_actor(), now()
    purpose = summaries.note_summary(
        current_session(),
        actor=actor,
        record=view.record,
        purpose=forms.text(request.args, "purpose"),
        at=at,
    )
    with_notes = forms.text(request.args, "notes") == "yes"
    return render_template(
        "summaries/parts/document.html",
        **summary_page.document(
            view, purpose=purpose, role=actor.role, with_notes=with_notes, at=at
        ),
    )


def _file_name(day: date) -> str:
    """It says nothing about whom it is of, or that it is about health."""
    return f"summary-{day.isoformat()}.pdf"


def _page(view: PersonView, problems: Mapping[str, str]) -> str:
    return render_template(
        "summaries/ask.html",
        name=view.who.name,
        back_url=url_for("people.show", person_id=view.person.id),
        action=url_for("summaries.take", person_id=view.person.id),
        is_possible=pdf.is_possible(),
        purposes=[(each.value, words) for each, words in PURPOSES.items()],
        given=request.args,
        problems=problems,
        page_error=bool(problems),
    )
