"""Programmes for staff: what is in force, what each asks and when, and changes that wait."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.policies.permissions import Permission
from welfare.policies.programme_changes import State
from welfare.policies.programme_versions import Version
from welfare.services import programme_changes, programme_losses, programmes
from welfare.web import programme_page, programme_words, zones
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("programmes", __name__, url_prefix="/programmes")


@pages.get("/")
@requires(Permission.PROGRAMME_READ)
def index() -> ResponseReturnValue:
    found = programmes.list_programmes(
        current_session(), actor=current_actor(), default=current_app.config["PROGRAMME"], at=now()
    )
    return render_template(
        "programmes/index.html",
        entries=found.entries,
        waiting=programme_page.version_rows(found.waiting, _change_url),
    )


@pages.get("/<code>")
@requires(Permission.PROGRAMME_READ)
def show(code: str) -> ResponseReturnValue:
    return _programme_page(code, None)


@pages.get("/<code>/<int:version>")
@requires(Permission.PROGRAMME_READ)
def show_version(code: str, version: int) -> ResponseReturnValue:
    return _programme_page(code, str(version))


@pages.get("/changes/<uuid:change_id>")
@requires(Permission.PROGRAMME_READ)
def change(change_id: UUID) -> ResponseReturnValue:
    """With what it would have missed last year, for those who may read answers."""
    given: dict[str, Any] = {"actor": current_actor(), "change_id": change_id, "at": now()}
    found = programme_changes.show_change(current_session(), **given)
    losses = None
    if found.may_count and found.counts_matter:
        losses = programme_losses.count_losses(current_session(), **given)
    proposed = found.proposed
    return render_template(
        "programmes/change.html",
        found=found,
        programme=proposed.new,
        made=zones.moment(found.version.row.made_at),
        kind=programme_words.KINDS[proposed.kind],
        state=programme_words.STATES[found.version.state],
        differences=programme_page.difference_rows(proposed.old, proposed.new),
        windows=programme_page.window_rows(proposed.new),
        losses=losses,
    )


@pages.post("/changes/<uuid:change_id>/confirm")
@requires(Permission.PROGRAMME_READ, fresh=True, back="programmes.change")
def confirm(change_id: UUID) -> ResponseReturnValue:
    """Who may be the second depends on what changes: the service asks."""
    row = programme_changes.confirm(
        current_session(), actor=current_actor(), change_id=change_id, at=now()
    )
    say(_("The new version is in force for deployments recorded from now on."))
    return redirect(url_for("programmes.show", code=row.code))


@pages.post("/changes/<uuid:change_id>/refuse")
@requires(Permission.PROGRAMME_READ)
def refuse(change_id: UUID) -> ResponseReturnValue:
    programme_changes.refuse(
        current_session(), actor=current_actor(), change_id=change_id, at=now()
    )
    say(_("The change is refused. Nothing else has been changed."))
    return redirect(url_for("programmes.index"))


def _programme_page(code: str, version: str | None) -> ResponseReturnValue:
    found = programmes.show_programme(
        current_session(),
        actor=current_actor(),
        code=code,
        version=version,
        default=current_app.config["PROGRAMME"],
        at=now(),
    )
    programme = found.entry.programme
    return render_template(
        "programmes/show.html",
        found=found,
        programme=programme,
        facts=programme_page.facts(programme),
        windows=programme_page.window_rows(programme),
        care=programme_page.care_facts(programme),
        versions=programme_page.version_rows(found.versions, _version_url),
    )


def _change_url(version: Version) -> str:
    return url_for("programmes.change", change_id=version.row.id)


def _version_url(version: Version) -> str:
    if version.state is not State.IN_FORCE:
        return _change_url(version)
    return url_for(
        "programmes.show_version", code=version.row.code, version=int(version.row.version)
    )
