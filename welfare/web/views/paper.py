"""Questions on paper: find the person, print a form, and find the form again when it is back."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from models.vocabulary import WindowStatus
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import paper_forms, paper_keying
from welfare.web import contacts, forms, paper_page, qr
from welfare.web.check_words import check_name
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.languages import current_language, on_offer
from welfare.web.sign_in import current_actor
from welfare.web.wording import LANGUAGE_NAMES, never, problem, readers
from welfare.web.work import current_session

pages = Blueprint("paper", __name__, url_prefix="/paper")


@pages.get("/")
@requires(Permission.PAPER_KEY)
def index() -> ResponseReturnValue:
    return _index_page({})


@pages.post("/find")
@requires(Permission.PAPER_PRINT)
def find_person() -> ResponseReturnValue:
    try:
        person_id = paper_forms.find_person(
            current_session(),
            actor=current_actor(),
            service_number=forms.text(request.form, "service_number"),
        )
    except InputRefused as refused:
        return _index_page(refused.problems)
    return redirect(url_for("paper.person", person_id=person_id))


@pages.post("/number")
@requires(Permission.PAPER_KEY)
def find_form() -> ResponseReturnValue:
    try:
        form_id = paper_keying.find_form(
            current_session(), actor=current_actor(), number=forms.text(request.form, "number")
        )
    except InputRefused as refused:
        return _index_page(refused.problems)
    return redirect(url_for("paper_keying.show", form_id=form_id))


@pages.get("/people/<uuid:person_id>")
@requires(Permission.PAPER_PRINT)
def person(person_id: UUID) -> ResponseReturnValue:
    found = paper_forms.list_windows(
        current_session(), actor=current_actor(), person_id=person_id, today=today(), at=now()
    )
    first = found.language if found.language in on_offer() else current_language()
    return render_template(
        "paper/person.html",
        found=found,
        windows=[
            {
                "name": check_name(each.window),
                "dates": _(
                    "%(start)s to %(end)s",
                    start=format_date(each.window.opens_on, "medium"),
                    end=format_date(each.window.due_by, "medium"),
                ),
                "is_missed": each.status is WindowStatus.MISSED,
                "action": url_for("paper.print_form", window_id=each.window.id),
                "forms": each.forms,
                "mark": str(number),
            }
            for number, each in enumerate(found.windows, start=1)
        ],
        to_print_in=[(code, LANGUAGE_NAMES[code]) for code in on_offer()],
        language=first,
    )


@pages.post("/windows/<uuid:window_id>/print")
@requires(Permission.PAPER_PRINT)
def print_form(window_id: UUID) -> ResponseReturnValue:
    form = paper_forms.print_form(
        current_session(),
        actor=current_actor(),
        window_id=window_id,
        language=forms.text(request.form, "language"),
        today=today(),
        at=now(),
    )
    return redirect(url_for("paper.sheet", form_id=form.id, lang=form.language))


@pages.get("/forms/<uuid:form_id>/sheet")
@requires(Permission.PAPER_PRINT)
def sheet(form_id: UUID) -> ResponseReturnValue:
    """In the language that it was printed in; elsewhere its words would be others."""
    found = paper_forms.read_sheet(
        current_session(), actor=current_actor(), form_id=form_id, at=now()
    )
    language = found.form.language
    if language in on_offer() and language != current_language():
        return redirect(url_for("paper.sheet", form_id=form_id, lang=language))
    drawing = qr.draw(found.form.number)
    return render_template(
        "paper/sheet.html",
        number=found.form.number,
        side=drawing.side,
        path=drawing.path,
        parts=paper_page.sheet_parts(found.parts, language=language),
        readers=readers(),
        never=never(),
        contacts=[
            contact
            for _unit, contact in contacts.listed(current_session(), unit_path=found.unit.path)
        ],
        back_url=url_for("paper.person", person_id=found.form.person_id),
    )


def _index_page(problems: dict[str, str]) -> ResponseReturnValue:
    page = render_template(
        "paper/index.html",
        may_print=access.may_ever(current_actor(), Permission.PAPER_PRINT),
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
    return page, 422 if problems else 200
