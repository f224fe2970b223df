"""Getting a site ready: units, accounts, duty, crisis contacts; and the gaps."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.vocabulary import Role
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.permissions import Permission
from welfare.services import account_list, accounts, invitations, site
from welfare.web import forms
from welfare.web.account_page import made_page
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import LANGUAGE_NAMES, ROLES, problem
from welfare.web.work import current_session

pages = Blueprint("site", __name__, url_prefix="/site")
DAY = timedelta(days=1)
DETAILS = (
    "given",
    "family",
    "service_number",
    "email",
    "phone",
    "sex",
    "birth_year",
    "rank_band",
    "language",
)


@pages.get("/")
@requires(Permission.SITE_READ)
def overview() -> ResponseReturnValue:
    actor, found = current_actor(), _site()
    return render_template(
        "site/overview.html",
        site=found,
        contacts=_contacts(found),
        is_ready=any(each.is_reachable for each in found.units),
        may_add_unit=access.may_ever(actor, Permission.UNIT_CREATE),
        may_add_account=access.may_ever(actor, Permission.ACCOUNT_CREATE),
        may_import=access.may_ever(actor, Permission.ROSTER_IMPORT),
        may_merge=access.may_ever(actor, Permission.PEOPLE_MERGE),
        may_change_deployments=access.may_ever(actor, Permission.DEPLOYMENT_CHANGE),
        may_change_missions=access.may_ever(actor, Permission.MISSION_CHANGE),
        may_set_contingents=access.may_ever(actor, Permission.CONTINGENT_SET),
        waiting=account_list.count_requests(current_session(), actor=actor, at=now()),
    )


@pages.get("/units/new")
@requires(Permission.UNIT_CREATE)
def new_unit() -> ResponseReturnValue:
    return _form("site/new_unit.html")


@pages.post("/units/new")
@requires(Permission.UNIT_CREATE)
def create_unit() -> ResponseReturnValue:
    def act() -> str:
        unit = site.create_unit(
            current_session(),
            actor=current_actor(),
            parent_id=forms.key(request.form, "unit"),
            name=forms.text(request.form, "name"),
            at=now(),
        )
        return str(_("The unit %(name)s is there.", name=unit.name))

    return _act("site/new_unit.html", act)


@pages.get("/accounts/new")
@requires(Permission.ACCOUNT_CREATE, fresh=True)
def new_account() -> ResponseReturnValue:
    return _form("site/new_account.html")


@pages.post("/accounts/new")
@requires(Permission.ACCOUNT_CREATE, fresh=True, back="site.new_account")
def create_account() -> ResponseReturnValue:
    """The owner chooses the password: a member by a link, staff by a link and a spoken code."""
    session, actor, at = current_session(), current_actor(), now()
    login = forms.text(request.form, "login")
    try:
        made = accounts.create_account(
            session,
            actor=actor,
            unit_id=forms.key(request.form, "unit"),
            role=forms.text(request.form, "role"),
            login=login,
            details={name: forms.text(request.form, name) for name in DETAILS},
            at=at,
        )
    except InputRefused as refused:
        return _form("site/new_account.html", refused.problems)
    link = invitations.invite(
        session,
        actor=actor,
        account_id=made.account.id,
        by_mail=forms.text(request.form, "by_mail") == "yes",
        at=at,
    )
    return made_page(link, account_id=made.account.id, login=login)


@pages.get("/duty/new")
@requires(Permission.DUTY_SET)
def new_duty() -> ResponseReturnValue:
    return _form("site/new_duty.html")


@pages.post("/duty/new")
@requires(Permission.DUTY_SET)
def set_duty() -> ResponseReturnValue:
    def act() -> str:
        from_at, until_at = _duty_span()
        site.set_duty(
            current_session(),
            actor=current_actor(),
            unit_id=forms.key(request.form, "unit"),
            account_id=forms.key(request.form, "account"),
            from_at=from_at,
            until_at=until_at,
            at=now(),
        )
        return str(_("The duty is set."))

    return _act("site/new_duty.html", act)


@pages.get("/contacts/new")
@requires(Permission.CRISIS_CONTACT_ADD)
def new_contact() -> ResponseReturnValue:
    return _form("site/new_contact.html")


@pages.post("/contacts/new")
@requires(Permission.CRISIS_CONTACT_ADD)
def add_contact() -> ResponseReturnValue:
    def act() -> str:
        site.add_crisis_contact(
            current_session(),
            actor=current_actor(),
            unit_id=forms.key(request.form, "unit"),
            language=forms.text(request.form, "language"),
            name=forms.text(request.form, "name"),
            phone=forms.text(request.form, "phone"),
            hours=forms.text(request.form, "hours"),
            at=now(),
        )
        return str(_("The contact is shown from now on."))

    return _act("site/new_contact.html", act)


def _duty_span() -> tuple[datetime, datetime | None]:
    """From the hour given, else from the day's beginning; until the hour, else to the day's end.
    Raises InputRefused."""
    last, end = forms.day(request.form, "until"), forms.hour(request.form, "until_hour")
    if last is None and end is not None:
        raise InputRefused({"until": "needed"})
    first = forms.needed_day(request.form, "from")
    from_at = forms.by_own_clock(first, forms.hour(request.form, "from_hour"))
    if last is None:
        return from_at, None
    return from_at, forms.by_own_clock(last if end else last + DAY, end)


def _act(template: str, act: Callable[[], str]) -> ResponseReturnValue:
    """Do it and go back to the overview, or show the form again with what was wrong."""
    try:
        say(act())
    except InputRefused as refused:
        return _form(template, refused.problems)
    return redirect(url_for("site.overview"))


def _form(template: str, problems: dict[str, str] | None = None) -> ResponseReturnValue:
    found = _site()
    errors = {field: problem(code) for field, code in (problems or {}).items()}
    page = render_template(
        template,
        units=[(str(each.unit.id), _indented(each)) for each in found.units],
        clinicians=[(str(account), name) for account, name in found.clinicians],
        roles=[(role.value, ROLES[role]) for role in Role],
        spoken=[(language, LANGUAGE_NAMES[language]) for language in LANGUAGE_NAMES],
        given=dict(request.form),
        problems=errors,
        page_error=bool(errors),
    )
    return page, 422 if errors else 200


def _contacts(found: site.SiteView) -> dict[str, tuple[list[str], bool]]:
    """For each unit, who can be called, and whether that is set for it or for one above it."""
    own = {each.unit.path: [contact.name for contact in each.contacts] for each in found.units}
    return {
        str(each.unit.id): (
            own[each.unit.path]
            or next((own[path] for path in reversed(each.unit.line) if own.get(path)), []),
            bool(own[each.unit.path]),
        )
        for each in found.units
    }


def _indented(view: site.UnitView) -> str:
    return "\u2003" * (view.unit.depth - 1) + view.unit.name


def _site() -> Any:
    return site.read_site(current_session(), actor=current_actor(), at=now())
