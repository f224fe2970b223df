"""The page on which a clinician has somebody in care asked the same questions again and again."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import measures
from welfare.web import forms, measure_page, ways_on
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("measures", __name__)


@pages.get("/people/<uuid:person_id>/measures")
@requires(Permission.RECORD_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    return _page(person_id, {})


@pages.post("/cases/<uuid:case_id>/measures")
@requires(Permission.MEASURE_ASSIGN)
def assign(case_id: UUID) -> ResponseReturnValue:
    try:
        measure = measures.assign_measure(
            current_session(),
            actor=current_actor(),
            case_id=case_id,
            measure_id=forms.key(request.form, "measure_id"),
            instrument=forms.text(request.form, "instrument"),
            rhythm=forms.text(request.form, "rhythm"),
            programme=current_app.config["PROGRAMME"],
            at=now(),
        )
    except InputRefused as refused:
        return _page(forms.key(request.form, "person"), refused.problems), 422
    say(_("These questions are asked from now on."))
    return redirect(url_for("measures.show", person_id=measure.person_id))


@pages.post("/measures/<uuid:measure_id>/end")
@requires(Permission.MEASURE_ASSIGN)
def end(measure_id: UUID) -> ResponseReturnValue:
    measure = measures.end_measure(
        current_session(), actor=current_actor(), measure_id=measure_id, at=now()
    )
    say(_("These questions are not asked any more."))
    return redirect(url_for("measures.show", person_id=measure.person_id))


def _page(person_id: UUID, problems: Mapping[str, str]) -> str:
    found = measures.read_measures(
        current_session(), actor=current_actor(), person_id=person_id, today=today(), at=now()
    )
    case = found.case
    return render_template(
        "measures/person.html",
        glass=ways_on.banner(person_id),
        name=found.name,
        person_id=str(person_id),
        rows=measure_page.rows(found),
        offers=measure_page.offers(found),
        others=measure_page.others(found),
        rhythms=measure_page.rhythms(),
        assign=url_for("measures.assign", case_id=case.id) if case else None,
        fresh=str(new_key()),
        given=request.form,
        problems={field: problem(code) for field, code in problems.items()},
        page_error=bool(problems),
    )
