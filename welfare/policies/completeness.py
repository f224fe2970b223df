"""What answers must be before they can be sent: all that is asked, decided, and on offer."""

from collections.abc import Mapping

from models.instruments import AnswerRefused, find
from models.instruments.asking import undecided
from models.programmes import Programme, opened_by
from welfare.errors import AnswersRefused

Answers = Mapping[str, Mapping[str, int | None]]  # instrument → item → value; None: declined


def insist_on_all(programme: Programme, answers: Answers, *, sex: str | None) -> None:
    """Every questionnaire that is asked, wholly decided; none that is not asked.

    `sex`: where a gate has thresholds by sex, it decides what is asked.
    Raises AnswersRefused naming the items.
    """
    asked = (*programme.first_stage, *_opened(programme, answers, sex))
    problems = {code: "not_asked" for code in answers if code not in asked}
    problems |= {code: "missing" for code in asked if code not in answers}
    problems |= {
        f"{code}.{item}": "missing"
        for code in asked
        if code in answers
        for item in undecided(find(code), answers[code])
    }
    if problems:
        raise AnswersRefused(problems)


def _opened(programme: Programme, answers: Answers, sex: str | None) -> list[str]:
    try:
        return opened_by(programme, answers, sex=sex)
    except AnswerRefused as refused:
        raise AnswersRefused({f"{refused.instrument}.{refused.item}": "not_offered"}) from None
