"""Rosters for administrators: a file is shown first, then applied whole; and it can be undone."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.errors import ChangedMeanwhile, InputRefused
from welfare.gateways.roster_file import RosterRefused, template
from welfare.policies.permissions import Permission
from welfare.services import roster_undo, rosters
from welfare.web import forms, roster_page, zones
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("rosters", __name__, url_prefix="/people/rosters")


@pages.get("/")
@requires(Permission.ROSTER_IMPORT, fresh=True)
def index() -> ResponseReturnValue:
    return _index_page({})


@pages.get("/template.csv")
@requires(Permission.ROSTER_IMPORT)
def download() -> ResponseReturnValue:
    """With the mark by which spreadsheet programs know UTF-8."""
    return Response(
        "\ufeff" + template(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=roster.csv"},
    )


@pages.post("/")
@requires(Permission.ROSTER_IMPORT, fresh=True, back="rosters.index")
def send() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        return _index_page({"file": str(roster_page.CHOOSE_FILE)})
    try:
        upload = rosters.hold_file(
            current_session(),
            actor=current_actor(),
            content=file.read(),
            new_missions=forms.text(request.form, "new_missions") == "yes",
            at=now(),
        )
    except RosterRefused as refused:
        return _index_page({"file": roster_page.refusal(refused)})
    return redirect(url_for("rosters.waiting", upload_id=upload.id))


@pages.get("/files/<uuid:upload_id>")
@requires(Permission.ROSTER_IMPORT, fresh=True)
def waiting(upload_id: UUID) -> ResponseReturnValue:
    found = rosters.show_file(
        current_session(), actor=current_actor(), upload_id=upload_id, at=now()
    )
    plan, earlier = found.dry_run.plan, found.dry_run.earlier
    return render_template(
        "rosters/waiting.html",
        found=found,
        plan=plan,
        counts=roster_page.counts(plan),
        problems=roster_page.remarks(plan.problems),
        to_look_at=roster_page.remarks(plan.notices),
        changed=roster_page.changed(plan),
        earlier=None if earlier is None else zones.moment(earlier.made_at),
    )


@pages.post("/files/<uuid:upload_id>/check")
@requires(Permission.ROSTER_IMPORT, fresh=True, back="rosters.waiting")
def check_again(upload_id: UUID) -> ResponseReturnValue:
    rosters.check_again(current_session(), actor=current_actor(), upload_id=upload_id, at=now())
    return redirect(url_for("rosters.waiting", upload_id=upload_id))


@pages.post("/files/<uuid:upload_id>/apply")
@requires(Permission.ROSTER_IMPORT, fresh=True, back="rosters.waiting")
def apply(upload_id: UUID) -> ResponseReturnValue:
    """What was shown, or nothing: then the page shows what would be done now."""
    try:
        roster = rosters.apply_upload(
            current_session(),
            actor=current_actor(),
            upload_id=upload_id,
            programme=current_app.config["PROGRAMME"],
            at=now(),
        )
    except ChangedMeanwhile:
        return redirect(url_for("rosters.waiting", upload_id=upload_id))
    say(_("The roster is applied."))
    return redirect(url_for("rosters.show", import_id=roster.id))


@pages.post("/files/<uuid:upload_id>/cancel")
@requires(Permission.ROSTER_IMPORT, fresh=True, back="rosters.waiting")
def cancel(upload_id: UUID) -> ResponseReturnValue:
    rosters.cancel_upload(current_session(), actor=current_actor(), upload_id=upload_id, at=now())
    say(_("The file is deleted. Nothing else has been changed."))
    return redirect(url_for("rosters.index"))


@pages.get("/<uuid:import_id>")
@requires(Permission.ROSTER_IMPORT, fresh=True)
def show(import_id: UUID) -> ResponseReturnValue:
    return _import_page(import_id, {})


@pages.post("/<uuid:import_id>/undo")
@requires(Permission.ROSTER_IMPORT, fresh=True, back="rosters.show")
def undo(import_id: UUID) -> ResponseReturnValue:
    try:
        roster_undo.undo_import(
            current_session(),
            actor=current_actor(),
            import_id=import_id,
            even_so=forms.text(request.form, "even_so") == "yes",
            at=now(),
        )
    except InputRefused as refused:
        return _import_page(import_id, refused.problems)
    say(_("The import is undone."))
    return redirect(url_for("rosters.show", import_id=import_id))


def _index_page(problems: dict[str, str]) -> ResponseReturnValue:
    found = rosters.list_imports(current_session(), actor=current_actor(), at=now())
    page = render_template(
        "rosters/index.html",
        rows=roster_page.import_rows(found, _url_of),
        problems=problems,
        page_error=bool(problems),
    )
    return page, 422 if problems else 200


def _import_page(import_id: UUID, problems: dict[str, str]) -> ResponseReturnValue:
    found = roster_undo.read_import(
        current_session(), actor=current_actor(), import_id=import_id, at=now()
    )
    errors: dict[str, Any] = {}
    if problems:
        errors = {"even_so": str(_("Some of it has to stay. Say that the rest is to be undone."))}
    page = render_template(
        "rosters/show.html",
        found=found,
        made=zones.moment(found.roster.made_at),
        staying=roster_page.staying(found),
        problems=errors,
        page_error=bool(errors),
    )
    return page, 422 if errors else 200


def _url_of(import_id: UUID) -> str:
    return url_for("rosters.show", import_id=import_id)
