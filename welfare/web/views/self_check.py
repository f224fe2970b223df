"""The private self-check: a questionnaire for oneself. Nobody is asked who they are, and neither
answers nor result are kept anywhere: they live on the page and are gone with it."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from models.instruments import AnswerRefused, best_language, find, languages
from models.instruments.asking import undecided
from models.instruments.payload import Response, respond
from models.instruments.wording import ORIGINAL
from welfare.errors import AnswersRefused
from welfare.web import contacts, forms, questionnaire
from welfare.web.clock import today
from welfare.web.guard import private
from welfare.web.languages import Spoken, current_language, spoken
from welfare.web.result_words import plain_result
from welfare.web.wording import TITLES
from welfare.web.work import glance

pages = Blueprint("self_check", __name__, url_prefix="/self-check")

# Every questionnaire with words and a result of its own, but not the short form of another.
# Addresses name them by their place in this list: a log of addresses must not tell the topic.
CHECKS = ("phq-9", "gad-7", "pc-ptsd-5", "pcl-5", "audit", "who-5", "k10", "srq-20")


@pages.get("/")
@private
def topics() -> ResponseReturnValue:
    return render_template(
        "self_check/topics.html",
        checks=[
            (
                TITLES[code],
                url_for("self_check.ask", number=number),
                len([item for item in find(code).items if item.scored]),
            )
            for number, code in enumerate(CHECKS, start=1)
            if _is_held(code)
        ],
        contacts=_contacts(),
    )


@pages.get("/<int:number>")
@private
def ask(number: int) -> ResponseReturnValue:
    return _form(_code(number), number, {}, {}, 200)


@pages.post("/<int:number>")
@private
def result(number: int) -> ResponseReturnValue:
    code = _code(number)
    try:
        answers = forms.part_answers(request.form, code)
        _insist_on_all(code, answers)
        shown = best_language(code, find(code).version, current_language())
        response = respond(code, answers, language=shown, sex=None)
    except AnswersRefused as refused:
        return _form(code, number, _as_chosen(code), refused.problems, 422)
    except AnswerRefused as refused:
        problems = {f"{code}.{refused.item}": "not_offered"}
        return _form(code, number, _as_chosen(code), problems, 422)
    plain = plain_result(response)
    return render_template(
        "self_check/result.html",
        title=plain.title,
        plain=plain,
        critical=bool(response.result.alerts),
        contacts=_contacts(),
        answers=_answers(response),
        total=_total(response),
        name=spoken(find(code).title, ORIGINAL, page=current_language()),
        day=format_date(today(), "long"),
        attribution=spoken(
            questionnaire.held_words(code, shown).attribution, shown, page=current_language()
        ),
    )


def _code(number: int) -> str:
    if not 0 < number <= len(CHECKS):
        abort(404)
    code = CHECKS[number - 1]
    if not _is_held(code):
        abort(404)
    return code


def _is_held(code: str) -> bool:
    version = find(code).version
    return best_language(code, version, current_language()) in languages(code, version)


def _insist_on_all(code: str, answers: dict[str, int | None]) -> None:
    missing = {f"{code}.{item}": "missing" for item in undecided(find(code), answers)}
    if missing:
        raise AnswersRefused(missing)


def _as_chosen(code: str) -> dict[str, str]:
    return {
        name.removeprefix(f"{code}."): value
        for name, value in request.form.items()
        if name.startswith(f"{code}.")
    }


def _form(
    code: str, number: int, chosen: dict[str, str], problems: dict[str, str], status: int
) -> ResponseReturnValue:
    page = render_template(
        "questionnaire/instrument.html",
        words=questionnaire.part(code, chosen, problems, language=current_language()),
        position=_("Private self-check. Nothing is kept."),
        action=url_for("self_check.result", number=number),
        back_url=url_for("self_check.topics"),
        hidden={},
        contacts=_contacts() if questionnaire.has_critical(code) else [],
        support_text=[_("You can finish your answers first, or call now.")],
        page_error=bool(problems),
        may_save=False,
        has_token=False,
    )
    return page, status


def _answers(response: Response) -> list[dict[str, Spoken]]:
    language = current_language()
    held = questionnaire.held_words(response.instrument, language)
    return [
        {
            "key": spoken(held.item(item), held.language, page=language),
            "value": questionnaire.answer(held, item, value, language=language),
        }
        for item, value in response.answers.items()
    ]


def _total(response: Response) -> str | None:
    if response.result.total is None:
        return None
    highest = find(response.instrument, response.result.version).total_range[1]
    return str(_("Total %(total)g of %(highest)g", total=response.result.total, highest=highest))


def _contacts() -> list[contacts.Contact]:
    with glance() as session:
        return [contact for _site, contact in contacts.listed(session)]
