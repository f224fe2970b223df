"""The words of a programme: anchors, gates and clocks as sentences, and what is wrong with one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _

from models.instruments import ON_OFFER
from models.programmes import (
    Anchor,
    Asking,
    Gate,
    GateKind,
    Interview,
    WindowRule,
    checking,
    reading,
)
from models.programmes.comparing import Kind
from models.programmes.definition import Clocks
from models.programmes.refusal import Said
from models.vocabulary import WindowStatus
from welfare.policies.programme_changes import State
from welfare.web.wording import TITLES, problem

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ANCHORS: Mapping[Anchor, LazyString] = {
    Anchor.DEPARTURE: _("Departure"),
    Anchor.RETURN: _("Return"),
    Anchor.LEAVE_END: _("End of leave"),
    Anchor.INCIDENT: _("Incident"),
    Anchor.LAST_SCREENING: _("Last screening"),
}
STATUSES: Mapping[WindowStatus, tuple[LazyString, str]] = {
    WindowStatus.NOT_DUE: (_("Not due yet"), "neutral"),
    WindowStatus.OPEN: (_("Open"), "info"),
    WindowStatus.IN_WINDOW: (_("Answered in time"), "good"),
    WindowStatus.EARLY: (_("Answered early"), "good"),
    WindowStatus.LATE: (_("Answered late"), "good"),
    WindowStatus.MISSED: (_("Missed"), "attention"),
    WindowStatus.WAIVED: (_("Not asked"), "done"),
    WindowStatus.DECLINED: (_("Declined"), "done"),
}
ASKINGS: Mapping[Asking, LazyString] = {
    Asking.STEPPED: _("Those whose first answers open it"),
    Asking.FULL: _("Everybody"),
}
INTERVIEWS: Mapping[Interview, LazyString] = {
    Interview.NONE: _("Not part of a screening"),
    Interview.POSITIVE: _("After a result above a cut-point"),
    Interview.ALWAYS: _("After every screening"),
}
GATE_KINDS: Mapping[GateKind, LazyString] = {
    GateKind.SUM: _("The total"),
    GateKind.EITHER_ITEM: _("Any one answer"),
}
STATES: Mapping[State, tuple[LazyString, str]] = {
    State.WAITING: (_("Waits for a second person"), "attention"),
    State.IN_FORCE: (_("In force"), "good"),
    State.REFUSED: (_("Refused"), "done"),
}
KINDS: Mapping[Kind, LazyString] = {
    Kind.WINDOWS: _("When people are asked"),
    Kind.CARE: _("What people are asked, and what follows"),
}
FIELDS: Mapping[str, LazyString] = {
    "code": _("Short name"),
    "title": _("Title"),
    "source": _("Where it comes from"),
    "late_for": _("Days of grace"),
    "early_for": _("Days too early that count"),
    "leave": _("Usual days of leave"),
    "reminder_days": _("Days of the letters"),
    "first_stage": _("Asked of everybody"),
    "gates": _("What opens more questions"),
    "clocks": _("After a critical answer"),
    "asking": _("Who is asked more"),
    "interview": _("Interview by a clinician"),
    "window": _("Window"),
    "phase": _("Phase"),
    "anchor": _("Counted from"),
    "opens": _("Opens"),
    "due": _("Due"),
    "due_anchor": _("Due is counted from"),
    "every": _("Again after days"),
    "times": _("How often"),
    "spacing": _("Days since the last screening"),
    "instruments": _("Asks instead"),
    "instead_of": _("Takes the place of"),
    "exempt_days": _("Not after deployments up to"),
    "instrument": _("Questionnaire"),
    "kind": _("What counts"),
    "at_least": _("From"),
    "female": _("From, for women"),
    "male": _("From, for men"),
    "answer_within_hours": _("Hours until a human answers"),
    "nudge_every_minutes": _("Minutes between reminders"),
    "nudges_before_escalation": _("Reminders before the clinic lead is told"),
    "windows": _("Windows"),
    "preview_from": _("Deployed from"),
    "preview_until": _("Deployed until"),
    "preview_leave": _("End of leave"),
    "preview_incident": _("Incident"),
}
# What `checking` and `reading` say in files, as pages say it.
SENTENCES: Mapping[str, LazyString] = {
    checking.NOBODY_ASKED: _("Nobody would be asked about suicide. Add a questionnaire that asks."),
    "{code} " + checking.BEHIND_A_GATE: _(
        "It asks about suicide, which everybody must be asked. Ask it of everybody."
    ),
    checking.OTHER_WAY: _("Here a high total is a good one, so it cannot open anything."),
    checking.OUT_OF_RANGE: _("It must be above %(least)g and at most %(most)g."),
    checking.DUE_FIRST: _("It would open after it is due."),
    checking.TOO_NEAR: _("That is nearer than the days since the last screening allow."),
    checking.OTHER_PHASE: _("It cannot be counted from this in this phase."),
    checking.NOT_ORDINARY: _("There is no other ordinary window of this name."),
    reading.NOT_A_CODE: _("Use small letters, digits and single hyphens, 40 signs at most."),
    "are more than {most}": _("There are too many. At most %(most)s are possible."),
    "is empty": _("Please fill this in."),
    "is longer than {most} letters": _("Please use at most %(most)s letters."),
    "must name a questionnaire": _("Choose at least one questionnaire."),
    "there is no questionnaire {code}": _("Please choose one of the options."),
    "{code} is named twice": _("It is there twice."),
    "{code} is not asked, so nothing can open this gate": _("It is not asked of everybody."),
    "{code} is asked of everyone already": _("Everybody is asked this already."),
    "{code} has no total, so it cannot be a gate": _("It has no total, so it opens nothing."),
    "must be from 1 to 24": _("It must be from 1 to 24 hours."),
    "must be at least 1": _("It must be 1 or more."),
    "reaches the clinic lead after the time is over": _(
        "The clinic lead would be told too late. Send fewer reminders, or sooner ones."
    ),
    "two windows are called {code}": _("Two windows have the same short name."),
    "may only be leave_end, for a window that is counted from the return": _(
        "Only a window counted from the return can be due after the leave."
    ),
    "must be at least 1 and at most {most}": _("It must be from 1 to %(most)s."),
    "goes on for more than a hundred years": _("That goes on for more than a hundred years."),
    "is without times: say how often, 2 or more": _("Say how often, 2 or more."),
    "is without every: say after how many days": _("Say after how many days it comes again."),
    "begins the next window before this one is due": _(
        "The next one would begin before this one is due."
    ),
    "cannot be said: counted from the last screening it repeats by itself": _(
        "Leave this empty: after the last screening it repeats by itself."
    ),
    "must be after the last screening, 1 or more": _("It must open a day later, or more."),
    "only one window can be counted from the last screening": _(
        "Only one window can be counted from the last screening."
    ),
    "cannot be unknown": _("Please choose one of the options."),
    "cannot be care": _("Please choose one of the options."),
    "is about deployments, and this window follows an incident": _(
        "Leave this empty: the window follows an incident."
    ),
    "both windows must be counted from the return or the end of leave": _(
        "Both windows must be counted from the return or the end of leave."
    ),
    "must be within {most} days": _("It must be within %(most)s days."),
    "must be from 0 to {most}": _("It must be from 0 to %(most)s."),
    "must grow from one to the next": _("Each number must be higher than the one before."),
}
CODES: Mapping[str, LazyString] = {
    "whole_number": _("Please give a whole number."),
    "whole_numbers": _("Please give whole numbers with commas between, such as 0, 3, 7, 14."),
    "both_sexes": _("Give both numbers, or neither."),
    "nothing_changed": _("Nothing has been changed yet."),
    "another_waits": _("Another change of this programme waits. Decide on that one first."),
}


def sentence(said: str) -> str:
    """What is wrong with a value: of a code, or of a sentence that `checking` made."""
    if said in CODES:
        return str(CODES[said])
    template, given = (said.template, said.given) if isinstance(said, Said) else (said, {})
    if template in SENTENCES:
        return str(SENTENCES[template]) % given
    return problem(said)


def name_of(code: str) -> str:
    """A questionnaire in plain words, with the name by which clinicians know it."""
    if code in TITLES:
        return f"{TITLES[code]} ({code.upper()})"
    return ON_OFFER[code].title if code in ON_OFFER else code


def names_of(codes: Iterable[str]) -> str:
    return "; ".join(map(name_of, codes))


def days(count: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", count))


def letter_days(offsets: Sequence[int]) -> str:
    """When a window's letters leave, counted from its opening."""
    if not offsets:
        return str(gettext("no letters"))
    listed = ", ".join(map(str, offsets))
    return str(gettext("%(days)s days after a window has opened", days=listed))


def distance(offset: int) -> str:
    """How far from the day it is counted from."""
    if offset < 0:
        return str(ngettext("%(num)s day before", "%(num)s days before", -offset))
    if offset == 0:
        return str(gettext("the same day"))
    return str(ngettext("%(num)s day after", "%(num)s days after", offset))


def due(rule: WindowRule) -> str:
    said = distance(rule.due)
    return f"{said} ({ANCHORS[rule.due_anchor]})" if rule.due_anchor else said


def particulars(rule: WindowRule) -> list[str]:
    """What is special about a window."""
    return [str(each) for each in (*_repeats(rule), *_exceptions(rule))]


def _repeats(rule: WindowRule) -> Iterator[str]:
    if rule.every:
        span = days(rule.every)
        yield gettext("Again every %(days)s, %(times)s times at most.", days=span, times=rule.times)
    elif rule.times > 1:
        yield gettext("Again and again, %(times)s times at most.", times=rule.times)
    if rule.spacing:
        yield gettext("At least %(days)s since any screening.", days=days(rule.spacing))


def _exceptions(rule: WindowRule) -> Iterator[str]:
    if rule.exempt_days:
        span = days(rule.exempt_days)
        yield gettext("Not after deployments of %(days)s or fewer.", days=span)
    if rule.instead_of:
        yield gettext("After a finding, instead of “%(code)s”.", code=rule.instead_of)
    if rule.instruments:
        yield gettext("Asks: %(names)s.", names=names_of(rule.instruments))


def gate(of: Gate) -> str:
    given = {"asked": name_of(of.instrument), "opened": name_of(of.opens), **_thresholds(of)}
    if of.by_sex:
        return str(
            gettext("%(asked)s from %(female)s (women) or %(male)s (men) opens %(opened)s", **given)
        )
    if of.kind is GateKind.EITHER_ITEM:
        return str(gettext("%(asked)s, any answer from %(least)s opens %(opened)s", **given))
    return str(gettext("%(asked)s from %(least)s opens %(opened)s", **given))


def _thresholds(of: Gate) -> dict[str, int]:
    return {"least": of.at_least, **of.by_sex}


def clocks(of: Clocks) -> str:
    return str(
        gettext(
            "A human within %(hours)s h; a reminder every %(minutes)s min; "
            "the clinic lead after %(count)s of them",
            hours=of.answer_within // HOUR,
            minutes=of.nudge_every // MINUTE,
            count=of.nudges_before_escalation,
        )
    )


def summary(errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """For the top of a form: the id of each field, and the sentence with its name before it."""
    return [(field.replace(".", "-"), _labelled(field, said)) for field, said in errors.items()]


def _labelled(field: str, said: str) -> str:
    name = field.rpartition(".")[2]
    return f"{FIELDS[name]}: {said}" if name in FIELDS else said
