"""People who may be enrolled twice: found, compared, joined by two administrators, parted again."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.tables.merging import Merge
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import duplicates, merge_list, merging
from welfare.web import merge_page
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("duplicates", __name__, url_prefix="/people/duplicates")


@pages.get("/")
@requires(Permission.PEOPLE_MERGE, fresh=True)
def index() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    found = duplicates.find_duplicates(session, actor=actor, at=now())
    return render_template(
        "duplicates/index.html",
        rows=merge_page.pair_rows(found.pairs, _compare_url),
        more=found.count - len(found.pairs),
        people=found.people,
        waiting=merge_list.count_waiting(session, actor=actor),
    )


@pages.get("/joined")
@requires(Permission.PEOPLE_MERGE, fresh=True)
def joined() -> ResponseReturnValue:
    found = merge_list.list_merges(current_session(), actor=current_actor(), at=now())
    return render_template("duplicates/joined.html", rows=merge_page.merge_rows(found, _merge_url))


@pages.get("/<uuid:first_id>/<uuid:second_id>")
@requires(Permission.PEOPLE_MERGE, fresh=True)
def compare(first_id: UUID, second_id: UUID) -> ResponseReturnValue:
    return _comparison(first_id, second_id, 200)


@pages.post("/<uuid:first_id>/<uuid:second_id>")
@requires(Permission.PEOPLE_MERGE, fresh=True, back="duplicates.compare")
def ask(first_id: UUID, second_id: UUID) -> ResponseReturnValue:
    try:
        merge = merging.ask_to_merge(
            current_session(),
            actor=current_actor(),
            first_id=first_id,
            second_id=second_id,
            at=now(),
        )
    except InputRefused:
        return _comparison(first_id, second_id, 422)
    say(_("A second administrator now has to confirm it."))
    return redirect(_merge_url(merge_id=merge.id))


@pages.get("/joined/<uuid:merge_id>")
@requires(Permission.PEOPLE_MERGE, fresh=True)
def show(merge_id: UUID) -> ResponseReturnValue:
    return _merge_page(merge_id, 200)


@pages.post("/joined/<uuid:merge_id>/confirm")
@requires(Permission.PEOPLE_MERGE, fresh=True, back="duplicates.show")
def confirm(merge_id: UUID) -> ResponseReturnValue:
    return _act(merge_id, merging.confirm_merge, str(_("The two records are joined.")))


@pages.post("/joined/<uuid:merge_id>/refuse")
@requires(Permission.PEOPLE_MERGE, fresh=True, back="duplicates.show")
def refuse(merge_id: UUID) -> ResponseReturnValue:
    return _act(merge_id, merging.refuse_merge, str(_("They stay two people.")))


@pages.post("/joined/<uuid:merge_id>/part")
@requires(Permission.PEOPLE_MERGE, fresh=True, back="duplicates.show")
def part(merge_id: UUID) -> ResponseReturnValue:
    return _act(merge_id, merging.part_again, str(_("The two records are parted again.")))


def _act(merge_id: UUID, act: Callable[..., Merge], done: str) -> ResponseReturnValue:
    try:
        act(current_session(), actor=current_actor(), merge_id=merge_id, at=now())
    except InputRefused:
        return _merge_page(merge_id, 422)
    say(done)
    return redirect(_merge_url(merge_id=merge_id))


def _comparison(first_id: UUID, second_id: UUID, status: int) -> ResponseReturnValue:
    found = merging.compare(
        current_session(),
        actor=current_actor(),
        first_id=first_id,
        second_id=second_id,
        at=now(),
    )
    page = render_template(
        "duplicates/compare.html",
        first=merge_page.side(found.first),
        second=merge_page.side(found.second),
        problems=merge_page.problems(found.problems),
        page_error=status != 200,
    )
    return page, status


def _merge_page(merge_id: UUID, status: int) -> ResponseReturnValue:
    found = merging.read_merge(
        current_session(), actor=current_actor(), merge_id=merge_id, at=now()
    )
    page = render_template(
        "duplicates/show.html",
        found=found,
        state=merge_page.STATES[found.state],
        first=merge_page.side(found.first),
        second=merge_page.side(found.second),
        story=merge_page.story(found),
        problems=merge_page.problems(found.problems),
        page_error=status != 200,
    )
    return page, status


def _compare_url(*, first_id: UUID, second_id: UUID) -> str:
    return url_for("duplicates.compare", first_id=first_id, second_id=second_id)


def _merge_url(*, merge_id: UUID) -> str:
    return url_for("duplicates.show", merge_id=merge_id)
