"""The one place where answers become scores; pages, imports and analytics all call it."""

from collections.abc import Collection, Mapping

from models.instruments.conditions import holds
from models.instruments.definition import Direction, Instrument, Scale, Skip, Total
from models.instruments.plan import Plan, plan_for
from models.instruments.result import AnswerRefused, Result

Answers = Mapping[str, int | None]
Sex = str | None  # "female", "male", or anything else for unknown
NOT_POSSIBLE = "{} has no total, so it takes no cut-point"


def score(
    instrument: Instrument,
    answers: Answers,
    *,
    sex: Sex = None,
    cut_point: int | None = None,
) -> Result:
    """Score one form; a missing or None item is unanswered. Raises AnswerRefused.

    `sex` matters only where a cut-point depends on it. `cut_point` replaces the default ones.
    """
    plan = plan_for(instrument)
    given, answered, voidable = _read(instrument, plan, answers)
    complete = answered == len(plan.scored) or not _open(plan, given)
    ends = _ends(instrument.total, plan, given, voidable) if instrument.total else None
    total = ends[0] if ends and complete else None
    criteria = {each.code: holds(each.condition, given, plan.most) for each in instrument.criteria}
    return Result(
        instrument=instrument.code,
        version=instrument.version,
        complete=complete,
        answered=answered,
        total=total,
        scales={scale.code: _part(scale, given) for scale in instrument.scales},
        criteria=criteria,
        band=_band(instrument, total, criteria) if complete else None,
        positive=_positive(instrument, plan, given, ends, _cuts(plan, sex, cut_point)),
        alerts=_alerts(instrument, answers) if instrument.alerts else (),
    )


def _read(
    instrument: Instrument, plan: Plan, answers: Answers
) -> tuple[dict[str, int], int, Collection[str]]:
    """Points by item with skipped ones at zero, how many were answered, and what is voidable."""
    given = _points(instrument, plan, answers)
    answered = len(plan.scored) - len(_open(plan, given))
    return given, answered, _skip(instrument.skips, given) if instrument.skips else ()


def _points(instrument: Instrument, plan: Plan, answers: Answers) -> dict[str, int]:
    """What each answered item is worth; refuses what the form does not offer."""
    given: dict[str, int] = {}
    for item, value in answers.items():
        table = plan.points.get(item)
        if table is None:
            raise AnswerRefused(instrument.code, str(item)[:40], "no such item on this form")
        if value is None:
            continue
        # true and 2.0 equal 1 and 2 in a lookup, but nobody ticked them
        if type(value) is not int or value not in table:
            offered = ", ".join(str(option) for option in table)
            raise AnswerRefused(instrument.code, item, f"the answer must be one of {offered}")
        given[item] = table[value]
    return given


def _open(plan: Plan, given: Mapping[str, int]) -> list[str]:
    """The scored items that have no answer (yet)."""
    return [item for item in plan.scored if item not in given]


def _skip(skips: tuple[Skip, ...], given: dict[str, int]) -> Collection[str]:
    """Set what the form left out to zero; tell which answers could still be set to zero."""
    voidable: set[str] = set()
    for skip in skips:
        if all(given.get(item) == value for item, value in skip.when):
            for item in skip.items:
                if skip.voids or item not in given:
                    given[item] = 0
        elif skip.voids and all(given.get(item, value) == value for item, value in skip.when):
            voidable.update(skip.items)
    return voidable


def _part(scale: Scale, given: Mapping[str, int]) -> int | None:
    """The sum or the count, or None while an item is open: a gap is not a zero."""
    points = [given[item] for item in scale.items if item in given]
    if len(points) < len(scale.items):
        return None
    if scale.option is None:
        return sum(points)
    return sum(bool(each & scale.option) for each in points)


def _ends(
    rule: Total, plan: Plan, given: Mapping[str, int], voidable: Collection[str]
) -> tuple[int | float, int | float]:
    """The lowest and the highest total that the form can still have; equal once complete."""
    low = high = 0
    for item in rule.items:
        points = given.get(item)
        if points is None:
            low += plan.least[item]
            high += plan.most[item]
        else:
            low += plan.least[item] if item in voidable else points
            high += points
    return _value(rule, low), _value(rule, high)


def _value(rule: Total, points: int) -> int | float:
    if rule.divisor == 1:
        return points * rule.factor
    return round(points * rule.factor / rule.divisor, 2)


def _band(
    instrument: Instrument,
    total: int | float | None,
    criteria: Mapping[str, bool | None],
) -> str | None:
    if instrument.triage:
        return next((name for name in instrument.triage if criteria[name]), "none")
    if total is None:
        return None
    reached = [band.name for band in instrument.bands if total >= band.floor]
    return reached[-1] if reached else None


def _cuts(plan: Plan, sex: Sex, cut_point: int | None) -> list[int]:
    if cut_point is not None:
        return [cut_point]
    if sex not in ("female", "male"):  # not known: every group's cut-point has to agree
        return [value for _, value in plan.cuts]
    return [value for group, value in plan.cuts if group in (None, sex)]


def _positive(
    instrument: Instrument,
    plan: Plan,
    given: Mapping[str, int],
    ends: tuple[int | float, int | float] | None,
    cuts: list[int],
) -> bool | None:
    """True or false if it is so for every cut-point and every way of filling the gaps."""
    if not cuts:
        rule = instrument.positive_when
        return holds(rule, given, plan.most) if rule else None
    if ends is None:
        raise ValueError(NOT_POSSIBLE.format(instrument.code))
    if instrument.direction is Direction.HIGHER_IS_BETTER:
        outcomes = {end <= cut for cut in cuts for end in ends}
    else:
        outcomes = {end >= cut for cut in cuts for end in ends}
    return outcomes.pop() if len(outcomes) == 1 else None


def _alerts(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """Critical answers, whatever else is open; an unanswered item says nothing."""
    return tuple(
        f"{instrument.code}.{alert.item}"
        for alert in instrument.alerts
        if (value := answers.get(alert.item)) is not None and value >= alert.at_least
    )
