"""One part of a screening after the other: asked, saved, chosen between, sent before the rest."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.instruments import find
from models.instruments.asking import undecided
from welfare.errors import AnswersRefused, ChangedMeanwhile, NotOffered
from welfare.policies.permissions import Permission
from welfare.services import drafts, early_parts
from welfare.web import carried, forms, progress, questionnaire
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.languages import current_language
from welfare.web.sign_in import current_actor
from welfare.web.wording import TITLES
from welfare.web.work import current_session

pages = Blueprint("parts", __name__, url_prefix="/me/screenings/<uuid:window_id>")
UNFINISHED = ("later", "tell")  # ways to leave a part without having answered all of it


@pages.get("/parts/<int:number>")
@requires(Permission.SCREENING_ANSWER)
def show(window_id: UUID, number: int) -> ResponseReturnValue:
    found = progress.kept(window_id)
    if not 0 < number <= len(found.parts):
        return redirect(url_for("screenings.check", window_id=window_id))
    code = found.parts[number - 1]
    given, fields = found.answers.get(code, {}), progress.page_fields(found, code)
    brought, is_offered = carried.of_part(window_id, code), progress.is_offered(window_id)
    if brought is None and not is_offered:
        raise NotOffered("no human could react in time")
    if brought is not None:
        given, fields = brought.answers, fields | brought.fields
    chosen = {item: questionnaire.chosen(value) for item, value in given.items()}
    state = {"is_brought": brought is not None, "is_offered": is_offered}
    return _part_page(found, number, chosen, fields, {}, **state), 200


@pages.post("/parts/<int:number>")
@requires(Permission.SCREENING_ANSWER)
def save(window_id: UUID, number: int) -> ResponseReturnValue:
    found = progress.kept(window_id)
    code = _part_named(found, number)
    if code is None:
        return redirect(url_for("screenings.check", window_id=window_id))
    then = request.form.get("then")
    try:
        answers = forms.part_answers(request.form, code)
        if then not in UNFINISHED:
            _insist_on_all(code, answers)
        found = drafts.save_part(
            current_session(),
            actor=current_actor(),
            window_id=window_id,
            part=code,
            answers=answers,
            today=today(),
            at=now(),
            page=progress.page_of(request.form, code, answers),
        )
    except AnswersRefused as refused:
        number = found.parts.index(code) + 1
        fields = progress.page_fields(found, code) | _page_fields_sent()
        chosen = forms.as_chosen(request.form, code)
        return _part_page(found, number, chosen, fields, refused.problems), 422
    carried.drop(window_id, code)
    return redirect(_onward(found, then))


@pages.get("/parts/<int:number>/versions")
@requires(Permission.SCREENING_ANSWER)
def versions(window_id: UUID, number: int) -> ResponseReturnValue:
    found = progress.kept(window_id)
    if not 0 < number <= len(found.parts) or found.parts[number - 1] not in found.draft.kept:
        return redirect(url_for("screenings.check", window_id=window_id))
    code = found.parts[number - 1]
    kept = found.draft.kept[code]
    if not kept.others:
        return redirect(url_for("parts.show", window_id=window_id, number=number))
    return render_template(
        "questionnaire/versions.html",
        title=TITLES[code],
        is_open=kept.is_open,
        versions=[
            {**each, "clock": progress.Clock(each["at"])}
            for each in questionnaire.versions(
                code, kept, found.draft.carried_into(code), language=current_language()
            )
        ],
        action=url_for("parts.choose", window_id=window_id, number=number),
        back_url=None if kept.is_open else url_for("screenings.due"),
        told=progress.telling_of(found),
        contacts=progress.crisis_contacts(),
    )


@pages.post("/parts/<int:number>/versions")
@requires(Permission.SCREENING_ANSWER)
def choose(window_id: UUID, number: int) -> ResponseReturnValue:
    found = progress.kept(window_id)
    code = _part_named(found, number)
    mark = forms.number(request.form, "mark")
    if code is None or mark is None:
        raise ChangedMeanwhile("this page is not one of ours any more")
    found = drafts.choose_version(
        current_session(),
        actor=current_actor(),
        window_id=window_id,
        part=code,
        mark=mark,
        today=today(),
        at=now(),
    )
    return redirect(progress.next_url(found))


@pages.post("/send-part")
@requires(Permission.SCREENING_ANSWER)
def send_now(window_id: UUID) -> ResponseReturnValue:
    return redirect(_send_now(window_id))


def _onward(found: drafts.Progress, then: str | None) -> str:
    """To the next part without answers. Who came back to change one is not led through all."""
    told = progress.telling_of(found)
    if then == "tell" and told is not None and told.get("action"):
        return _send_now(found.window.id)
    if found.draft.to_choose:
        return progress.next_url(found)
    if then in UNFINISHED or (found.untold and not progress.is_offered(found.window.id)):
        say(_("Your answers so far are kept. They have not been sent yet."))
        return url_for("screenings.due")
    return progress.next_url(found)


def _send_now(window_id: UUID) -> str:
    sent = early_parts.send_critical_parts(
        current_session(),
        actor=current_actor(),
        window_id=window_id,
        language=current_language(),
        at=now(),
    )
    return url_for("screenings.receipt", screening_id=sent.id)


def _part_named(found: drafts.Progress, number: int) -> str | None:
    """By its name, for in another window an answer may have moved the numbers. None if the part
    is not asked, or not any more."""
    named = request.form.get("part")
    if named is not None:
        return named if named in found.parts else None
    return found.parts[number - 1] if 0 < number <= len(found.parts) else None


def _insist_on_all(code: str, answers: dict[str, int | None]) -> None:
    missing = {f"{code}.{item}": "missing" for item in undecided(find(code), answers)}
    if missing:
        raise AnswersRefused(missing)


def _page_fields_sent() -> dict[str, str]:
    return {name: request.form[name] for name in forms.PAGE_FIELDS if name in request.form}


def _part_page(
    found: drafts.Progress,
    number: int,
    chosen: dict[str, str],
    fields: dict[str, str],
    problems: dict[str, str],
    *,
    is_brought: bool = False,
    is_offered: bool = True,
) -> str:
    code = found.parts[number - 1]
    window_id = found.window.id
    told = progress.telling_of(found)
    needs_contacts = told or questionnaire.has_critical(code) or not is_offered
    back = url_for("screenings.due")
    if number > 1:
        back = url_for("parts.show", window_id=window_id, number=number - 1)
    return render_template(
        "questionnaire/instrument.html",
        words=_words(found, code, chosen, problems),
        position=_("Part %(n)s of %(total)s", n=number, total=len(found.parts)),
        action=url_for("parts.save", window_id=window_id, number=number),
        back_url=back,
        hidden={"part": code, **fields},
        contacts=progress.crisis_contacts() if needs_contacts else [],
        support_text=[_("You can finish your answers first, or call now.")],
        page_error=bool(problems),
        saved=progress.saved_clock(found),
        told=told,
        is_brought=is_brought,
        is_offered=is_offered,
        versions_url=_versions_url(found, code, number),
    )


def _words(
    found: drafts.Progress, code: str, chosen: dict[str, str], problems: dict[str, str]
) -> dict[str, Any]:
    part = questionnaire.part(code, chosen, problems, language=current_language())
    carried_in = found.draft.carried_into(code)
    return {**part, "items": questionnaire.with_carried(part["items"], carried_in)}


def _versions_url(found: drafts.Progress, code: str, number: int) -> str | None:
    there = found.draft.kept.get(code)
    if there is None or not there.others:
        return None
    return url_for("parts.versions", window_id=found.window.id, number=number)
