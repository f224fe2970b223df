"""What contradicts itself in a programme that could be read. Each problem names its key."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from models.instruments import ON_OFFER
from models.instruments.definition import Direction
from models.programmes.definition import Anchor, Gate, GateKind, Programme, WindowRule
from models.programmes.refusal import Said
from models.vocabulary import Phase

Problem = tuple[str, str]  # key, what is wrong with it

# From which days a window of a phase may be counted. An incident has a window of any phase.
ANCHORS = {
    Phase.PRE: {Anchor.DEPARTURE},
    Phase.DURING: {Anchor.DEPARTURE},
    Phase.RETURN: {Anchor.RETURN, Anchor.LEAVE_END},
    Phase.POST: {Anchor.RETURN, Anchor.LEAVE_END},
    Phase.ANNUAL: {Anchor.RETURN, Anchor.LEAVE_END, Anchor.LAST_SCREENING},
}
# More is a slip of the hand, and would be worked out for every person again and again.
MOST = {"windows": 40, "gates": 20}
LONGEST = {"title": 120, "source": 400}
TIMES_MOST = 200
REMINDERS_MOST = 8  # letters about one window; more would be a nuisance
LAST_REMINDER = 366
LAST_DAY = 36_600  # a hundred years after the anchor
NOBODY_ASKED = "asks nobody the suicide item: add a questionnaire that has it, such as phq-9"
BEHIND_A_GATE = (
    "holds the suicide item, which must be asked of everyone: "
    "ask it whole in the first stage, or add a separate suicide item there"
)
OTHER_WAY = "{code} counts the other way: a high total is a good one"
OUT_OF_RANGE = "{value} must be above {least:g} and at most {most:g}"
DUE_FIRST = "opens at {opens}, after it is due at {due}"
TOO_NEAR = "is within the spacing of {spacing} days after the last screening"
OTHER_PHASE = "{anchor} does not go with the phase {phase}"
NOT_ORDINARY = "{code} is not another ordinary window of this programme"


def problems_of(programme: Programme) -> Iterator[Problem]:
    for check in PROGRAMME_CHECKS:
        yield from check(programme)
    for number, gate in enumerate(programme.gates, 1):
        yield from _at(f"gates[{number}]", _gate(programme, gate))
    for number, rule in enumerate(programme.windows, 1):
        for check_rule in WINDOW_CHECKS:
            yield from _at(f"windows[{number}]", check_rule(programme, rule))


def _at(table: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    return ((f"{table}.{key}", problem) for key, problem in problems)


def _sizes(programme: Programme) -> Iterator[Problem]:
    for key, most in MOST.items():
        if len(getattr(programme, key)) > most:
            yield key, Said("are more than {most}", most=most)
    for key, longest in LONGEST.items():
        text = getattr(programme, key)
        if not text.strip():
            yield key, "is empty"
        if len(text) > longest:
            yield key, Said("is longer than {most} letters", most=longest)


def _first_stage(programme: Programme) -> Iterator[Problem]:
    if not programme.first_stage:
        yield "stages.first", "must name a questionnaire"
    yield from _questionnaires("stages.first", programme.first_stage)


def _suicide_item(programme: Programme) -> Iterator[Problem]:
    """Said at the gate that hides it, where there is one."""
    if _asks_about_suicide(programme.first_stage):
        return
    for number, gate in enumerate(programme.gates, 1):
        if _asks_about_suicide([gate.opens]):
            yield f"gates[{number}].opens", Said("{code} " + BEHIND_A_GATE, code=gate.opens)
    yield "stages.first", NOBODY_ASKED


def _clocks(programme: Programme) -> Iterator[Problem]:
    clocks = programme.clocks
    if not timedelta(0) < clocks.answer_within <= timedelta(days=1):
        yield "clocks.answer_within_hours", "must be from 1 to 24"
    if clocks.nudge_every <= timedelta(0):
        yield "clocks.nudge_every_minutes", "must be at least 1"
    if clocks.nudges_before_escalation < 1:
        yield "clocks.nudges_before_escalation", "must be at least 1"
    if clocks.nudge_every * clocks.nudges_before_escalation >= clocks.answer_within:
        yield "clocks.nudges_before_escalation", "reaches the clinic lead after the time is over"


def _reminders(programme: Programme) -> Iterator[Problem]:
    days = programme.reminder_days
    if len(days) > REMINDERS_MOST:
        yield "reminder_days", Said("are more than {most}", most=REMINDERS_MOST)
    if any(not 0 <= day <= LAST_REMINDER for day in days):
        yield "reminder_days", Said("must be from 0 to {most}", most=LAST_REMINDER)
    if list(days) != sorted(set(days)):
        yield "reminder_days", "must grow from one to the next"


def _window_codes(programme: Programme) -> Iterator[Problem]:
    codes = [rule.code for rule in programme.windows]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield "windows", Said("two windows are called {code}", code=code)


def _gate(programme: Programme, gate: Gate) -> Iterator[Problem]:
    in_windows = [code for rule in programme.windows for code in rule.instruments]
    asked = {*programme.first_stage, *in_windows}
    for key, code in (("instrument", gate.instrument), ("opens", gate.opens)):
        yield from _questionnaires(key, (code,))
    if gate.instrument not in asked:
        yield (
            "instrument",
            Said("{code} is not asked, so nothing can open this gate", code=gate.instrument),
        )
    if gate.opens in programme.first_stage:
        yield "opens", Said("{code} is asked of everyone already", code=gate.opens)
    if gate.instrument in ON_OFFER:
        yield from _threshold(gate)


def _threshold(gate: Gate) -> Iterator[Problem]:
    instrument = ON_OFFER[gate.instrument]
    if instrument.total is None:
        yield (
            "instrument",
            Said("{code} has no total, so it cannot be a gate", code=gate.instrument),
        )
        return
    if instrument.direction is Direction.HIGHER_IS_BETTER:
        yield "instrument", Said(OTHER_WAY, code=gate.instrument)
        return
    least, most = instrument.total_range
    if gate.kind is GateKind.EITHER_ITEM:
        values = [instrument.item(item).values for item in instrument.total.items]
        least, most = min(map(min, values)), max(map(max, values))
    for threshold in (gate.at_least, *gate.by_sex.values()):
        if not least < threshold <= most:
            yield "at_least", Said(OUT_OF_RANGE, value=threshold, least=least, most=most)


def _order(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    if rule.opens > rule.due:
        yield "opens", Said(DUE_FIRST, opens=rule.opens, due=rule.due)
    if rule.due_anchor and (rule.anchor, rule.due_anchor) != (Anchor.RETURN, Anchor.LEAVE_END):
        yield "due_anchor", "may only be leave_end, for a window that is counted from the return"


def _times(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    if not 1 <= rule.times <= TIMES_MOST:
        yield "times", Said("must be at least 1 and at most {most}", most=TIMES_MOST)
    elif rule.due + rule.every * (rule.times - 1) > LAST_DAY:
        yield "times", "goes on for more than a hundred years"


def _turns(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    if rule.anchor is Anchor.LAST_SCREENING:
        yield from _rolling(programme, rule)
    elif rule.every and rule.times == 1:
        yield "every", "is without times: say how often, 2 or more"
    elif rule.times > 1 and not rule.every:
        yield "times", "is without every: say after how many days"
    elif rule.every and rule.every <= rule.due - rule.opens:
        yield "every", "begins the next window before this one is due"


def _rolling(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    if rule.every:
        yield "every", "cannot be said: counted from the last screening it repeats by itself"
    if rule.opens < 1:
        yield "opens", "must be after the last screening, 1 or more"
    if rule.opens < rule.spacing:
        yield "opens", Said(TOO_NEAR, spacing=rule.spacing)
    others = [each for each in programme.windows if each.anchor is Anchor.LAST_SCREENING]
    if len(others) > 1:
        yield "anchor", "only one window can be counted from the last screening"


def _phase(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    if rule.phase in (Phase.UNKNOWN, Phase.CARE):  # the second is a clinician's, for one person
        yield "phase", f"cannot be {rule.phase}"
    elif rule.anchor is not Anchor.INCIDENT and rule.anchor not in ANCHORS.get(rule.phase, set()):
        yield "anchor", Said(OTHER_PHASE, anchor=rule.anchor, phase=rule.phase)
    if rule.exempt_days and rule.anchor is Anchor.INCIDENT:
        yield "exempt_days", "is about deployments, and this window follows an incident"


def _instead(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    if rule.instead_of is None:
        return
    replaced = next((each for each in programme.windows if each.code == rule.instead_of), None)
    if replaced is None or replaced is rule or replaced.instead_of is not None:
        yield "instead_of", Said(NOT_ORDINARY, code=rule.instead_of)
    elif not (rule.is_after_home and replaced.is_after_home) or Anchor.LAST_SCREENING in (
        rule.anchor,
        replaced.anchor,
    ):
        yield "instead_of", "both windows must be counted from the return or the end of leave"


def _asked(programme: Programme, rule: WindowRule) -> Iterator[Problem]:
    yield from _questionnaires("instruments", rule.instruments)
    if rule.instruments and not _asks_about_suicide(rule.instruments):
        yield "instruments", NOBODY_ASKED


def _questionnaires(key: str, codes: tuple[str, ...]) -> Iterator[Problem]:
    for code in codes:
        if code not in ON_OFFER:
            yield key, Said("there is no questionnaire {code}", code=code)
        if codes.count(code) > 1:
            yield key, Said("{code} is named twice", code=code)


def _asks_about_suicide(codes: Iterable[str]) -> bool:
    return any(code in ON_OFFER and ON_OFFER[code].alerts for code in codes)


PROGRAMME_CHECKS: tuple[Callable[[Programme], Iterator[Problem]], ...] = (
    _sizes,
    _first_stage,
    _suicide_item,
    _clocks,
    _reminders,
    _window_codes,
)
WINDOW_CHECKS: tuple[Callable[[Programme, WindowRule], Iterator[Problem]], ...] = (
    _order,
    _times,
    _turns,
    _phase,
    _instead,
    _asked,
)
