"""Contingents for administrators: each nation's programme, language and clock."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import InputRefused
from welfare.policies.local_time import zones
from welfare.policies.permissions import Permission
from welfare.policies.quiet_hours import QuietHours
from welfare.services import contingents
from welfare.web import forms, mission_words
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.languages import on_offer
from welfare.web.sign_in import current_actor
from welfare.web.wording import LANGUAGE_NAMES
from welfare.web.work import current_session

pages = Blueprint("contingents", __name__, url_prefix="/contingents")


@pages.get("/")
@requires(Permission.CONTINGENT_SET)
def index() -> ResponseReturnValue:
    found = contingents.list_contingents(
        current_session(),
        actor=current_actor(),
        programme=current_app.config["PROGRAMME"],
        at=now(),
    )
    return render_template(
        "contingents/index.html",
        rows=[
            [
                {
                    "text": each.unit.name,
                    "url": url_for("contingents.show", unit_id=each.unit.id),
                },
                each.chosen.nation if each.chosen else "",
                each.follows,
                LANGUAGE_NAMES.get(each.chosen.language, "") if each.chosen else "",
                {"text": each.zone, "bdi": True},
                " – ".join(_hours(each.quiet)),
            ]
            for each in found
        ],
    )


@pages.get("/<uuid:unit_id>")
@requires(Permission.CONTINGENT_SET)
def show(unit_id: UUID) -> ResponseReturnValue:
    return _form(unit_id, {})


@pages.post("/<uuid:unit_id>")
@requires(Permission.CONTINGENT_SET)
def keep(unit_id: UUID) -> ResponseReturnValue:
    try:
        contingents.set_contingent(
            current_session(),
            actor=current_actor(),
            unit_id=unit_id,
            nation=forms.text(request.form, "nation"),
            programme=forms.text(request.form, "programme"),
            language=forms.text(request.form, "language"),
            zone=forms.text(request.form, "zone"),
            quiet_from=forms.hour(request.form, "quiet_from"),
            quiet_until=forms.hour(request.form, "quiet_until"),
            languages=on_offer(),
            default=current_app.config["PROGRAMME"],
            at=now(),
        )
    except InputRefused as refused:
        return _form(unit_id, refused.problems)
    say(_("The contingent is saved."))
    return redirect(url_for("contingents.index"))


def _form(unit_id: UUID, problems: dict[str, str]) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    programme = current_app.config["PROGRAMME"]
    found = contingents.read_contingent(
        session, actor=actor, unit_id=unit_id, programme=programme, at=now()
    )
    kept = found.chosen
    given = {
        "nation": kept.nation if kept else "",
        "programme": kept.programme if kept else found.follows.partition("/")[0],
        "language": kept.language if kept else on_offer()[0],
        "zone": found.zone,
        **dict(zip(("quiet_from", "quiet_until"), _hours(found.quiet), strict=False)),
    }
    page = render_template(
        "contingents/show.html",
        found=found,
        given=dict(request.form) if problems else given,
        programmes=[
            (each.code, f"{each.code}: {each.title}")
            for each in contingents.programme_choices(session, actor=actor)
        ],
        spoken=[(language, LANGUAGE_NAMES[language]) for language in on_offer()],
        zones=[(name, name) for name in zones()],
        problems=mission_words.problems_in_words(problems),
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _hours(quiet: QuietHours | None) -> tuple[str, ...]:
    return () if quiet is None else tuple(f"{each:%H:%M}" for each in (quiet.begin, quiet.end))
