"""The welfare officer's pages: who has not answered, who has finished, what may be said."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from welfare.policies.asked_people import Choice
from welfare.policies.permissions import Permission
from welfare.services import completion, readiness
from welfare.services.completion import Reminded, Section
from welfare.web.check_words import READINESS, REMINDED, SECTIONS, check_name
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("completion", __name__, url_prefix="/completion")


@pages.get("/")
@requires(Permission.COMPLETION_READ)
def home() -> ResponseReturnValue:
    found = completion.read_completion(
        current_session(),
        actor=current_actor(),
        today=today(),
        at=now(),
        section=_section(),
        unit_id=_unit(),
        number=_number(),
    )
    unit = _chosen(found.choice)
    return render_template(
        "completion/home.html",
        section=found.section.value,
        tabs=[
            {
                "label": SECTIONS[each],
                "count": found.counts[each],
                "url": _url("completion.home", unit, section=each.value),
                "is_current": each is found.section,
            }
            for each in Section
        ],
        heading=SECTIONS[found.section],
        rows=[_asked(each) for each in found.rows],
        number=found.number,
        **_turning("completion.home", found, section=found.section.value),
        **_units(found.choice),
    )


@pages.get("/readiness")
@requires(Permission.COMPLETION_READ)
def finished() -> ResponseReturnValue:
    found = readiness.read_readiness(
        current_session(),
        actor=current_actor(),
        today=today(),
        at=now(),
        unit_id=_unit(),
        number=_number(),
    )
    return render_template(
        "completion/readiness.html",
        rows=[_finished(each) for each in found.rows],
        number=found.number,
        **_turning("completion.finished", found),
        **_units(found.choice),
    )


@pages.get("/what-i-may-tell")
@requires(Permission.COMPLETION_READ)
def may_tell() -> ResponseReturnValue:
    return render_template("completion/may_tell.html")


def _asked(each: completion.Asked) -> dict[str, Any]:
    label, kind = REMINDED[each.reminded]
    return {
        "name": each.name,
        "unit": each.unit,
        "check": check_name(each.window),
        "opens_on": each.window.opens_on,
        "due_by": each.window.due_by,
        "reminded": label,
        "kind": kind,
        "is_first": each.reminded is Reminded.NOT_YET,
        "again": url_for("window_links.send_again", window_id=each.window.id)
        if each.has_address
        else None,
        "link": url_for("window_links.make", window_id=each.window.id),
    }


def _finished(each: readiness.Finished) -> dict[str, Any]:
    label, kind = READINESS[each.state]
    return {
        "name": each.name,
        "unit": each.unit,
        "check": check_name(each.window),
        "state": label,
        "kind": kind,
        "answered_on": each.answered_on,
        "certified_on": each.certified_on,
    }


def _section() -> Section | None:
    given = request.args.get("section", "")
    return Section(given) if given in set(Section) else None


def _unit() -> UUID | None:
    """What is no unit is as missing as another's."""
    given = request.args.get("unit", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        abort(404)


def _number() -> int:
    return request.args.get("page", 1, type=int)


def _chosen(choice: Choice) -> str | None:
    return str(choice.chosen.id) if choice.chosen else None


def _units(choice: Choice) -> dict[str, Any]:
    own = choice.units[0].depth if choice.units else 0
    options = [
        ("" if unit.depth == own else str(unit.id), "\u2003" * (unit.depth - own) + unit.name)
        for unit in choice.units
    ]
    return {"units": options, "unit": _chosen(choice) or ""}


def _turning(
    endpoint: str, found: completion.AskedPage | readiness.FinishedPage, **given: Any
) -> dict[str, str | None]:
    """To the page before and the one behind, in the same list of the same unit."""
    unit = _chosen(found.choice)
    before, behind = found.number - 1, found.number + 1
    return {
        "previous_url": _url(endpoint, unit, page=before, **given) if before else None,
        "next_url": _url(endpoint, unit, page=behind, **given) if found.has_more else None,
    }


def _url(endpoint: str, unit: str | None, **given: Any) -> str:
    return url_for(endpoint, unit=unit, **given)
