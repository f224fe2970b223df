"""A member's way through a screening: what is due, the parts, the check, the receipt."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from models.instruments import find, words
from models.instruments.asking import undecided
from welfare.errors import AnswersRefused
from welfare.policies.permissions import Permission
from welfare.services import drafts, screenings, site, windows
from welfare.web import forms, questionnaire
from welfare.web.clock import now, today
from welfare.web.frame import current_language, say
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.wording import PHASES, TITLES, never, problem, readers
from welfare.web.work import current_session

pages = Blueprint("screenings", __name__, url_prefix="/me")


@pages.get("/")
@requires(Permission.SCREENING_ANSWER)
def due() -> ResponseReturnValue:
    asked = _asked()
    return render_template(
        "screenings/due.html",
        asked=asked,
        cards=[
            (each, PHASES[each.window.phase], questionnaire.why(each, today=today()))
            for each in asked.due
        ],
    )


@pages.get("/screenings/<uuid:window_id>")
@requires(Permission.SCREENING_ANSWER)
def intro(window_id: UUID) -> ResponseReturnValue:
    progress = _progress(window_id)
    return render_template(
        "questionnaire/intro.html",
        heading=_("Before you begin"),
        why=[
            _("We ask everybody who was on a mission, so that help comes early."),
            _("There are no right or wrong answers."),
        ],
        readers=readers(),
        never=never(),
        critical=[
            _("We show you at once where you can turn."),
            _("A clinician is told as soon as you send your answers, and will contact you."),
            _("You are not in trouble for telling us."),
        ],
        parts=[TITLES[part] for part in progress.parts],
        duration=_("It takes about 5 minutes."),
        start_url=url_for("screenings.part", window_id=window_id, number=_next_number(progress)),
        start_label=_("Go on") if progress.answers else _("Start"),
        back_url=url_for("screenings.due"),
    )


@pages.get("/screenings/<uuid:window_id>/parts/<int:number>")
@requires(Permission.SCREENING_ANSWER)
def part(window_id: UUID, number: int) -> ResponseReturnValue:
    progress = _progress(window_id)
    if not 0 < number <= len(progress.parts):
        return redirect(url_for("screenings.check", window_id=window_id))
    code = progress.parts[number - 1]
    given = progress.answers.get(code)
    chosen = {} if given is None else {i: questionnaire.chosen(value) for i, value in given.items()}
    return _part_page(progress, number, chosen, {}, 200)


@pages.post("/screenings/<uuid:window_id>/parts/<int:number>")
@requires(Permission.SCREENING_ANSWER)
def save_part(window_id: UUID, number: int) -> ResponseReturnValue:
    progress = _progress(window_id)
    if not 0 < number <= len(progress.parts):
        return redirect(url_for("screenings.check", window_id=window_id))
    code = progress.parts[number - 1]
    later = request.form.get("then") == "later"
    try:
        answers = forms.part_answers(request.form, code)
        if not later:
            _insist_on_all(code, answers)
        progress = drafts.save_part(
            current_session(),
            actor=current_actor(),
            window_id=window_id,
            part=code,
            answers=answers,
            today=today(),
            at=now(),
        )
    except AnswersRefused as refused:
        return _part_page(progress, number, _as_chosen(code), refused.problems, 422)
    if not later:
        return redirect(_after(progress))
    say(_("Your answers so far are kept. Nobody has been told about them yet."))
    return redirect(url_for("screenings.due"))


@pages.get("/screenings/<uuid:window_id>/check")
@requires(Permission.SCREENING_ANSWER)
def check(window_id: UUID) -> ResponseReturnValue:
    progress = _progress(window_id)
    if progress.next_part is not None:
        number = _next_number(progress)
        return redirect(url_for("screenings.part", window_id=window_id, number=number))
    answers = {code: dict(progress.answers[code]) for code in progress.parts}
    return render_template(
        "questionnaire/check.html",
        parts=[
            questionnaire.checked(progress, number, language=current_language())
            for number in range(1, len(progress.parts) + 1)
        ],
        action=url_for("screenings.send", window_id=window_id),
        hidden={"submission_id": str(progress.submission_id), **forms.answer_fields(answers)},
        back_url=url_for("screenings.part", window_id=window_id, number=len(progress.parts)),
        critical=bool(progress.critical_items),
        contacts=_contacts(),
        support_text=[_("Nobody has been told yet. A clinician is told when you send.")],
    )


@pages.post("/screenings/<uuid:window_id>/send")
@requires(Permission.SCREENING_ANSWER)
def send(window_id: UUID) -> ResponseReturnValue:
    try:
        receipt = screenings.send_screening(
            current_session(),
            actor=current_actor(),
            window_id=window_id,
            submission_id=forms.key(request.form, "submission_id"),
            answers=forms.all_answers(request.form),
            language=current_language(),
            at=now(),
        )
    except AnswersRefused as refused:
        return _refused(window_id, refused), 422
    return redirect(url_for("screenings.receipt", screening_id=receipt.screening.id))


@pages.get("/receipts/<uuid:screening_id>")
@requires(Permission.OWN_RECORD_READ)
def receipt(screening_id: UUID) -> ResponseReturnValue:
    found = screenings.read_receipt(
        current_session(), actor=current_actor(), screening_id=screening_id, at=now()
    )
    return render_template(
        "questionnaire/receipt.html",
        receipt=str(found.screening.id)[-12:],
        sent_at=_("Sent on %(when)s UTC.", when=format_datetime(found.payload.answered_at, "long")),
        results=questionnaire.grouped(found.payload.responses),
        next_steps=questionnaire.next_steps(found),
        next_date=questionnaire.next_date(_asked()),
        critical=questionnaire.is_awaited(found),
        contacts=_contacts(),
        in_touch=questionnaire.in_touch(found),
        history_url=url_for("own_record.history"),
    )


def _insist_on_all(code: str, answers: dict[str, int | None]) -> None:
    missing = {f"{code}.{item}": "missing" for item in undecided(find(code), answers)}
    if missing:
        raise AnswersRefused(missing)


def _as_chosen(code: str) -> dict[str, str]:
    """What was chosen on the page that is shown again."""
    return {
        name.removeprefix(f"{code}."): value
        for name, value in request.form.items()
        if name.startswith(f"{code}.")
    }


def _asked() -> windows.Asked:
    return windows.list_due(
        current_session(),
        actor=current_actor(),
        today=today(),
        language=current_language(),
        at=now(),
    )


def _progress(window_id: UUID) -> drafts.Progress:
    return drafts.read_progress(
        current_session(),
        actor=current_actor(),
        window_id=window_id,
        today=today(),
        language=current_language(),
        at=now(),
    )


def _next_number(progress: drafts.Progress) -> int:
    """The number of the first part without answers, or one past the last."""
    part = progress.next_part
    return len(progress.parts) + 1 if part is None else progress.parts.index(part) + 1


def _after(progress: drafts.Progress) -> str:
    """To the next part without answers. Who came back to change one is not led through all."""
    window_id = progress.window.id
    if progress.next_part is None:
        return url_for("screenings.check", window_id=window_id)
    return url_for("screenings.part", window_id=window_id, number=_next_number(progress))


def _part_page(
    progress: drafts.Progress,
    number: int,
    chosen: dict[str, str],
    problems: dict[str, str],
    status: int,
) -> ResponseReturnValue:
    code = progress.parts[number - 1]
    held = words(code, find(code).version, current_language())
    back = url_for("screenings.due")
    if number > 1:
        back = url_for("screenings.part", window_id=progress.window.id, number=number - 1)
    page = render_template(
        "questionnaire/instrument.html",
        words={
            "title": TITLES[code],
            "stem": held.stem,
            "recall": "",
            "attribution": held.attribution,
            "items": questionnaire.items(code, chosen, problems, language=current_language()),
        },
        position=_("Part %(n)s of %(total)s", n=number, total=len(progress.parts)),
        action=url_for("screenings.save_part", window_id=progress.window.id, number=number),
        back_url=back,
        hidden={},
        contacts=_contacts() if questionnaire.has_critical(code) else [],
        support_text=[_("You can finish your answers first, or call now.")],
        page_error=bool(problems),
        saved_at=questionnaire.saved_at(progress),
    )
    return page, status


def _refused(window_id: UUID, refused: AnswersRefused) -> str:
    """Send found something missing or extra: name it, with a way back. Nothing was changed."""
    progress = _progress(window_id)
    answers = {code: dict(progress.answers.get(code, {})) for code in progress.parts}
    return render_template(
        "questionnaire/check.html",
        parts=[
            questionnaire.checked(progress, number, language=current_language())
            for number, code in enumerate(progress.parts, start=1)
            if code in progress.answers
        ],
        action=url_for("screenings.send", window_id=window_id),
        hidden={"submission_id": str(progress.submission_id), **forms.answer_fields(answers)},
        back_url=url_for("screenings.due"),
        critical=False,
        contacts=[],
        errors=[
            ("part-1", f"{questionnaire.named(name)}: {problem(code)}")
            for name, code in refused.problems.items()
        ],
        page_error=True,
    )


def _contacts() -> list[Any]:
    found = site.list_crisis_contacts(
        current_session(), language=current_language(), unit_path=current_actor().unit_path
    )
    return [contact for _site, contact in found]
