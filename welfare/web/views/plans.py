"""The pages of somebody's plans: the ones in force, those before them, and a new version."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.base import new_key
from models.vocabulary import PlanKind
from welfare.errors import ChangedMeanwhile, InputRefused, RecordNotFound
from welfare.policies.permissions import Permission
from welfare.services import plans
from welfare.services.plans import PlansView
from welfare.web import contacts, forms, plan_form, plan_page, ways_on
from welfare.web.agreed_words import PLANS
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import problem
from welfare.web.work import current_session

pages = Blueprint("plans", __name__)


@pages.get("/people/<uuid:person_id>/plans")
@requires(Permission.RECORD_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    view = _read(person_id)
    return render_template(
        "plans/show.html",
        glass=ways_on.banner(person_id),
        name=view.name,
        person_id=str(person_id),
        cards=plan_page.cards(view),
        may_write=view.own_case_id is not None,
    )


@pages.post("/people/<uuid:person_id>/plans/write")
@requires(Permission.PLAN_WRITE)
def write(person_id: UUID) -> ResponseReturnValue:
    """The form of a new version. Which kind it is stands in no address: addresses are logged."""
    kind, view = plan_form.kind_in(request.form), _read(person_id)
    site = contacts.listed(current_session(), unit_path=view.unit_path)
    numbers = [contact for _unit, contact in site]
    given = plan_form.first_fields(kind, view.in_force(kind), numbers, today())
    return _form(view, kind, given)


@pages.post("/cases/<uuid:case_id>/plans")
@requires(Permission.PLAN_WRITE)
def sign(case_id: UUID) -> ResponseReturnValue:
    try:
        plan = plans.sign_plan(
            current_session(),
            actor=current_actor(),
            case_id=case_id,
            plan_id=forms.key(request.form, "plan_id"),
            written=plan_form.read(request.form),
            made_from=forms.key_or_none(request.form, "made_from"),
            at=now(),
        )
    except InputRefused as refused:
        return _again(refused.problems), 422
    except ChangedMeanwhile:
        return _again({}, is_late=True), 409
    say(_("The plan is signed. The person finds it under “My plan”."))
    return redirect(url_for("plans.show", person_id=plan.person_id))


def _read(person_id: UUID) -> PlansView:
    return plans.read_plans(current_session(), actor=current_actor(), person_id=person_id, at=now())


def _again(problems: dict[str, str], *, is_late: bool = False) -> str:
    """With all that was typed. `is_late`: another version came first; both are shown, and what is
    signed now replaces that one."""
    view = _read(forms.key(request.form, "person"))
    kind = plan_form.kind_in(request.form)
    return _form(view, kind, dict(request.form), problems, is_late=is_late)


def _form(
    view: PlansView,
    kind: PlanKind,
    given: dict[str, str],
    problems: dict[str, str] | None = None,
    *,
    is_late: bool = False,
) -> str:
    if view.own_case_id is None:
        raise RecordNotFound("no case in which this could be signed")
    current = view.in_force(kind)
    made_from = current.id if current else None
    if problems:  # the version that the form was made from, not one that came since
        made_from = forms.key_or_none(request.form, "made_from")
    said = {field: problem(code) for field, code in (problems or {}).items()}
    return render_template(
        "plans/write.html",
        name=view.name,
        person_id=str(view.person_id),
        heading=PLANS[kind],
        action=url_for("plans.sign", case_id=view.own_case_id),
        hidden={
            "kind": kind.value,
            "person": str(view.person_id),
            "plan_id": str(new_key()),
            "made_from": str(made_from or ""),
        },
        theirs=plan_page.shown(current) if is_late and current else None,
        **plan_form.parts(kind, given, said),
        page_error=bool(said) or is_late,
    )
