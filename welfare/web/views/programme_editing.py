"""Changing a programme: the windows with a preview, or the questions and what follows.

Nothing is in force before a second person has confirmed it. Every button sends the whole form, so
that nothing is lost, and works without script.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.programmes import Asking, GateKind, Interview, Programme
from models.vocabulary import Phase
from welfare.errors import InputRefused
from welfare.policies.permissions import Permission
from welfare.services import programme_changes, programmes
from welfare.web import forms, programme_fields, programme_form, programme_page, programme_words
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.programme_fields import Fields
from welfare.web.programme_form import Problems
from welfare.web.sign_in import current_actor
from welfare.web.wording import PHASES
from welfare.web.work import current_session

pages = Blueprint("programme_editing", __name__, url_prefix="/programmes")
WINDOWS, CARE = Permission.PROGRAMME_PROPOSE_WINDOWS, Permission.PROGRAMME_PROPOSE_CARE
NOT_PLANNED = (Phase.UNKNOWN, Phase.CARE)  # no programme has a window of these
FRESH_WINDOW = {"phase": "post", "anchor": "return", "times": "1"}
FRESH_GATE = {"kind": GateKind.SUM.value}
MOST_SHOWN = 60  # windows of the preview


@pages.get("/<code>/windows")
@requires(WINDOWS)
def windows(code: str) -> ResponseReturnValue:
    base, is_own = _base(code, WINDOWS)
    given = {
        **programme_fields.head_fields(base),
        **programme_fields.window_fields(base.windows),
        **programme_fields.example_fields(now().date()),
        **_copied(base, is_own),
    }
    return _windows_page(base, is_own, given, {}, shown=base)


@pages.post("/<code>/windows")
@requires(WINDOWS)
def change_windows(code: str) -> ResponseReturnValue:
    base, is_own = _base(code, WINDOWS)
    given = _with_rows_moved(request.form.to_dict(), "w", FRESH_WINDOW)
    if given is not None:
        return _windows_page(base, is_own, given, {}, shown=None)
    given = request.form.to_dict()
    try:
        draft = programme_form.windows_draft(given, base, is_own=is_own)
        if forms.text(request.form, "do") == "propose":
            return _propose(draft)
    except InputRefused as refused:
        return _windows_page(base, is_own, given, refused.problems, shown=None)
    return _windows_page(base, is_own, given, {}, shown=draft)


@pages.get("/<code>/care")
@requires(CARE)
def care(code: str) -> ResponseReturnValue:
    base, is_own = _base(code, CARE)
    given = {
        **programme_fields.head_fields(base),
        **programme_fields.gate_fields(base.gates),
        **programme_fields.clock_fields(base),
        **_copied(base, is_own),
    }
    asked = {rule.code: rule.instruments for rule in base.windows}
    return _care_page(base, is_own, given, {}, first=base.first_stage, asked=asked)


@pages.post("/<code>/care")
@requires(CARE)
def change_care(code: str) -> ResponseReturnValue:
    base, is_own = _base(code, CARE)
    first = request.form.getlist("first_stage")
    asked = {rule.code: request.form.getlist(f"asks.{rule.code}") for rule in base.windows}
    given = _with_rows_moved(request.form.to_dict(), "g", FRESH_GATE)
    if given is not None:
        return _care_page(base, is_own, given, {}, first=first, asked=asked)
    given = request.form.to_dict()
    try:
        draft = programme_form.care_draft(
            given, base, is_own=is_own, first_stage=first, own_questions=asked
        )
        if forms.text(request.form, "do") == "propose":
            return _propose(draft)
    except InputRefused as refused:
        return _care_page(base, is_own, given, refused.problems, first=first, asked=asked)
    return _care_page(base, is_own, given, {}, first=first, asked=asked)


def _copied(base: Programme, is_own: bool) -> Fields:
    """How a copy is called, to begin with."""
    if is_own:
        return {}
    return {"code": f"own-{base.code}", "title": _("Own: %(title)s", title=base.title)}


def _base(code: str, permission: Permission) -> tuple[Programme, bool]:
    return programmes.read_base(
        current_session(), actor=current_actor(), code=code, permission=permission
    )


def _propose(draft: Programme) -> ResponseReturnValue:
    row = programme_changes.propose(
        current_session(),
        actor=current_actor(),
        base=forms.text(request.form, "base"),
        draft=draft,
        at=now(),
    )
    say(_("Nothing is in force yet. A second person has to confirm it."))
    return redirect(url_for("programmes.change", change_id=row.id))


def _with_rows_moved(form: Fields, letter: str, fresh: Fields) -> Fields | None:
    """The form after "add" or "remove"; None for every other button."""
    asked, _dash, place = form.get("do", "").partition("-")
    if asked == "add":
        return programme_form.added(form, letter, fresh)
    if asked == "remove" and place.isdecimal():
        return programme_form.removed(form, letter, int(place))
    return None


def _windows_page(
    base: Programme, is_own: bool, given: Fields, problems: Problems, *, shown: Programme | None
) -> ResponseReturnValue:
    preview, problems = _preview(given, dict(problems), shown)
    return _page(
        "programmes/windows.html",
        base,
        is_own,
        given,
        problems,
        numbers=programme_form.numbers(given, "w"),
        phases=[(each.value, PHASES[each]) for each in Phase if each not in NOT_PLANNED],
        anchors=_options(programme_words.ANCHORS),
        **preview,
    )


def _preview(
    given: Fields, problems: Problems, shown: Programme | None
) -> tuple[dict[str, Any], Problems]:
    """The windows of the form for one made-up person, where the form can be used."""
    if shown is None or problems:
        return {"drawing": None}, problems
    today = now().date()
    try:
        example = programme_form.example(given, today)
    except InputRefused as refused:
        return {"drawing": None}, refused.problems
    found = programme_page.example_windows(shown, example, today)
    first = found[:MOST_SHOWN]
    return {
        "drawing": programme_page.drawing(first, example, today),
        "rows": programme_page.example_rows(first),
        "more": len(found) - len(first),
    }, problems


def _care_page(
    base: Programme,
    is_own: bool,
    given: Fields,
    problems: Mapping[str, str],
    *,
    first: Sequence[str],
    asked: Mapping[str, Sequence[str]],
) -> ResponseReturnValue:
    return _page(
        "programmes/care.html",
        base,
        is_own,
        given,
        problems,
        numbers=programme_form.numbers(given, "g"),
        questionnaires=[(code, programme_words.name_of(code)) for code in programme_form.OFFERED],
        kinds=_options(programme_words.GATE_KINDS),
        askings=_options({each: programme_words.ASKINGS[each] for each in Asking}),
        interviews=_options({each: programme_words.INTERVIEWS[each] for each in Interview}),
        first=first,
        asked=asked,
    )


def _page(
    template: str,
    base: Programme,
    is_own: bool,
    given: Fields,
    problems: Mapping[str, str],
    **more: Any,
) -> ResponseReturnValue:
    errors = {field: programme_words.sentence(said) for field, said in problems.items()}
    page = render_template(
        template,
        base=base,
        is_own=is_own,
        given=given,
        problems=errors,
        summary=programme_words.summary(errors),
        labels=programme_words.FIELDS,
        page_error=bool(errors),
        **more,
    )
    return page, 422 if errors else 200


def _options(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(choice.value, said) for choice, said in words.items()]
