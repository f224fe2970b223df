"""A member's way into a screening and out of it: what is due, the check, the receipt."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from models.vocabulary import Phase
from welfare.errors import AnswersRefused, ChangedMeanwhile, InputRefused, MoveNotAllowed
from welfare.policies.permissions import Permission
from welfare.services import (
    acuity,
    drafts,
    own_appointments,
    own_messages,
    own_windows,
    screenings,
    windows,
)
from welfare.web import acuity_words, carried, forms, questionnaire, zones
from welfare.web.check_words import check_name, purpose, was_check
from welfare.web.clock import now, today
from welfare.web.frame import say
from welfare.web.guard import requires
from welfare.web.languages import current_language
from welfare.web.progress import (
    crisis_contacts,
    next_url,
    offered,
    saved_clock,
    telling,
    telling_of,
)
from welfare.web.sign_in import current_actor
from welfare.web.wording import TITLES, never, problem, readers
from welfare.web.work import current_session

NOBODY_TOLD = lazy(
    "This has reached nobody: the alert was finished before. "
    "If you need someone now, use a number below, or let someone call you."
)
pages = Blueprint("screenings", __name__, url_prefix="/me")


@pages.get("/")
@requires(Permission.SCREENING_ANSWER)
def due() -> ResponseReturnValue:
    asked = _asked()
    brought = carried.of_windows([each.window.id for each in asked.due])
    if brought is not None and not brought.was_led:
        carried.note_led(brought)
        return redirect(_carried_url(brought))
    cards = [_card(each, brought) for each in asked.due]
    told = [_told(each, is_over=True) for each in asked.over] + [_told(each) for each in asked.due]
    boxes = [each for each in told if each is not None]
    session, actor = current_session(), current_actor()
    return render_template(
        "screenings/due.html",
        asked=asked,
        cards=cards,
        boxes=boxes,
        contacts=crisis_contacts() if boxes else [],
        missed=None if cards else _missed(),
        has_reply=own_messages.has_reply(session, actor=actor),
        next_appointment=own_appointments.next_start(session, actor=actor, at=now()),
    )


@pages.get("/screenings/<uuid:window_id>")
@requires(Permission.SCREENING_ANSWER)
def intro(window_id: UUID) -> ResponseReturnValue:
    progress = offered(window_id)
    return render_template(
        "questionnaire/intro.html",
        heading=_("Before you begin"),
        why=[purpose(progress.window), _("There are no right or wrong answers.")],
        readers=readers(),
        never=never(),
        critical=[
            _("We show you at once where you can turn."),
            _("A clinician is told as soon as you send your answers, and will contact you."),
            _("You are not in trouble for telling us."),
        ],
        parts=[TITLES[part] for part in progress.parts],
        duration=_("It takes about 5 minutes."),
        start_url=next_url(progress),
        start_label=_("Go on") if progress.answers else _("Start"),
        back_url=url_for("screenings.due"),
    )


@pages.get("/screenings/<uuid:window_id>/check")
@requires(Permission.SCREENING_ANSWER)
def check(window_id: UUID) -> ResponseReturnValue:
    progress = offered(window_id)
    if progress.next_part is not None or progress.draft.to_choose:
        return redirect(next_url(progress))
    return render_template(
        "questionnaire/check.html",
        parts=[
            questionnaire.checked(progress, number, language=current_language())
            for number in range(1, len(progress.parts) + 1)
        ],
        action=url_for("screenings.send", window_id=window_id),
        hidden=_hidden(progress),
        back_url=url_for("parts.show", window_id=window_id, number=len(progress.parts)),
        told=telling_of(progress),
        contacts=crisis_contacts(),
        saved=saved_clock(progress),
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
            checked=forms.number(request.form, "version"),
        )
    except AnswersRefused as refused:
        return _refused(window_id, refused), 422
    except ChangedMeanwhile:
        say(_("Your answers were changed in another window. Please check them again."))
        return redirect(url_for("screenings.check", window_id=window_id))
    return redirect(url_for("screenings.receipt", screening_id=receipt.screening.id))


@pages.get("/receipts/<uuid:screening_id>")
@requires(Permission.RECEIPT_READ)
def receipt(screening_id: UUID) -> ResponseReturnValue:
    return _receipt_page(screening_id, {})


@pages.post("/receipts/<uuid:screening_id>/more")
@requires(Permission.SCREENING_ANSWER)
def tell_more(screening_id: UUID) -> ResponseReturnValue:
    """Three short answers after a critical one; what comes back is the same for all of them."""
    try:
        acuity.tell_acuity(
            current_session(),
            actor=current_actor(),
            screening_id=screening_id,
            given={name: forms.text(request.form, name) for name in acuity_words.QUESTIONS},
            at=now(),
        )
    except InputRefused as refused:
        return _receipt_page(screening_id, refused.problems), 422
    except MoveNotAllowed:
        say(NOBODY_TOLD, "attention")
        return redirect(url_for("screenings.receipt", screening_id=screening_id))
    return redirect(url_for("screenings.thanks", screening_id=screening_id))


@pages.get("/receipts/<uuid:screening_id>/thanks")
@requires(Permission.RECEIPT_READ)
def thanks(screening_id: UUID) -> ResponseReturnValue:
    found = _found(screening_id)
    back_url = url_for("screenings.receipt", screening_id=screening_id)
    if not questionnaire.is_critical(found):
        return redirect(back_url)
    return render_template(
        "questionnaire/thanks.html",
        contacts=crisis_contacts(),
        in_touch=questionnaire.in_touch(found),
        back_url=back_url,
    )


def _found(screening_id: UUID) -> screenings.Receipt:
    return screenings.read_receipt(
        current_session(), actor=current_actor(), screening_id=screening_id, at=now()
    )


def _receipt_page(screening_id: UUID, problems: Mapping[str, str]) -> str:
    found = _found(screening_id)
    asked = _asked()
    due = {each.window.id for each in asked.due}
    rest = found.payload.part_of if found.payload.part_of in due else None
    return render_template(
        "questionnaire/receipt.html",
        receipt=str(found.screening.id)[-12:],
        check=_was(screening_id),
        sent_at=_("Sent on %(when)s.", when=zones.moment(found.payload.answered_at, "long")),
        results=[] if rest else questionnaire.grouped(found.payload.responses),
        next_steps=questionnaire.next_steps(found),
        next_date=None if rest else questionnaire.next_date(asked),
        rest_url=url_for("screenings.intro", window_id=rest) if rest else None,
        critical=questionnaire.is_critical(found),
        contacts=crisis_contacts(),
        in_touch=questionnaire.in_touch(found),
        more=_more(found, problems),
        page_error=bool(problems),
        history_url=None if _is_by_link() else url_for("own_record.history"),
        leave_url=url_for("account.sign_out") if _is_by_link() and not rest else None,
    )


def _more(found: screenings.Receipt, problems: Mapping[str, str]) -> dict[str, Any] | None:
    """The short questions, while somebody can still be told. Nothing is chosen on a fresh page:
    who looks over the shoulder learns nothing of what was told before."""
    if not questionnaire.is_awaited(found):
        return None
    return {
        "action": url_for("screenings.tell_more", screening_id=found.screening.id),
        "questions": acuity_words.QUESTIONS,
        "choices": list(acuity_words.CHOICES.items()),
        "given": request.form,
        "problems": {name: problem(code) for name, code in problems.items()},
    }


def _is_by_link() -> bool:
    """One window is open to them; they leave when they have answered."""
    return current_actor().window_id is not None


def _asked() -> windows.Asked:
    return windows.list_due(
        current_session(),
        actor=current_actor(),
        today=today(),
        at=now(),
    )


def _card(due: windows.Due, brought: carried.Carried | None) -> dict[str, Any]:
    begun = due.begun
    is_brought = brought is not None and brought.window == due.window.id.hex
    return {
        "due": due,
        "name": check_name(due.window),
        "why": questionnaire.why(due, today=today()),
        "is_in_care": due.window.phase is Phase.CARE,
        "saved": saved_clock(begun) if begun else None,
        "carried_url": _carried_url(brought) if brought and is_brought else None,
    }


def _missed() -> dict[str, Any] | None:
    """Said only where nothing is asked now: the next check is what counts."""
    window = own_windows.newest_missed(current_session(), actor=current_actor(), today=today())
    return {"name": check_name(window), "closed_on": window.closes_on} if window else None


def _was(screening_id: UUID) -> str | None:
    actor = current_actor()
    window = own_windows.window_of(current_session(), actor=actor, screening_id=screening_id)
    return was_check(window) if window else None


def _told(due: windows.Due, *, is_over: bool = False) -> dict[str, Any] | None:
    begun = due.begun
    return telling(due.window.id, begun.draft, begun.early, is_over=is_over) if begun else None


def _carried_url(brought: carried.Carried) -> str:
    return url_for("parts.show", window_id=UUID(brought.window), number=brought.number)


def _hidden(progress: drafts.Progress) -> dict[str, str]:
    """All answers once more, so that what was checked is what is sent; and of which draft."""
    answers = {code: dict(progress.answers.get(code, {})) for code in progress.parts}
    return {
        "submission_id": str(progress.submission_id),
        "version": str(progress.version or ""),
        **forms.answer_fields(answers),
    }


def _refused(window_id: UUID, refused: AnswersRefused) -> str:
    """Send found something missing or extra: name it, with a way back. Nothing was changed."""
    progress = offered(window_id)
    return render_template(
        "questionnaire/check.html",
        parts=[
            questionnaire.checked(progress, number, language=current_language())
            for number, code in enumerate(progress.parts, start=1)
            if code in progress.answers
        ],
        action=url_for("screenings.send", window_id=window_id),
        hidden=_hidden(progress),
        back_url=url_for("screenings.due"),
        errors=[
            ("part-1", f"{questionnaire.named(name)}: {problem(code)}")
            for name, code in refused.problems.items()
        ],
        page_error=True,
    )
