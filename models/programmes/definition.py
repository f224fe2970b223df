"""The shape of a screening programme: pure data, read from a TOML file by `reading`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from models.vocabulary import Phase


class Anchor(StrEnum):
    """The day from which a window is counted."""

    DEPARTURE = "departure"
    RETURN = "return"
    LEAVE_END = "leave_end"
    INCIDENT = "incident"
    LAST_SCREENING = "last_screening"


class Asking(StrEnum):
    """Who is asked the second stage: those whose first answers open it, or everyone."""

    STEPPED = "stepped"
    FULL = "full"


class Interview(StrEnum):
    """Whether a clinician's interview belongs to a screening: never, after a positive, always."""

    NONE = "none"
    POSITIVE = "positive"
    ALWAYS = "always"


class GateKind(StrEnum):
    """What is held against the threshold of a gate: the total, or any one item."""

    SUM = "sum"
    EITHER_ITEM = "either_item"


@dataclass(frozen=True, slots=True)
class WindowRule:
    """When one window opens and is due, in days from its anchor (negative: before).

    `every` repeats it at that many days, `times` at most; in a mission also never past its end.
    Counted from the last screening it repeats by itself, `times` at most.
    `due_anchor`: the day from which `due` is counted, where it is another one.
    `spacing`: days that must lie between the last screening and the opening.
    `instruments`: what is asked in it; empty: the programme's first stage.
    `instead_of`: the code of the window that this one replaces after a recorded finding.
    `exempt_days`: deployments of so many days or fewer do not have this window.
    """

    code: str
    phase: Phase
    anchor: Anchor
    opens: int
    due: int
    every: int = 0
    times: int = 1
    due_anchor: Anchor | None = None
    spacing: int = 0
    instruments: tuple[str, ...] = ()
    instead_of: str | None = None
    exempt_days: int = 0

    @property
    def is_after_home(self) -> bool:
        """Does it follow a return?"""
        return self.anchor in (Anchor.RETURN, Anchor.LEAVE_END, Anchor.LAST_SCREENING)


@dataclass(frozen=True, slots=True)
class Gate:
    """A first-stage result that opens a second-stage questionnaire.

    `by_sex` holds other thresholds than `at_least`, which counts where the sex is not known.
    """

    instrument: str
    at_least: int
    opens: str
    kind: GateKind = GateKind.SUM
    by_sex: Mapping[str, int] = field(default_factory=dict, hash=False)

    def threshold(self, sex: str | None) -> int:
        return self.by_sex.get(sex or "", self.at_least)


@dataclass(frozen=True, slots=True)
class Clocks:
    """A critical answer: how soon a human, how often a nudge, when to the clinic lead."""

    answer_within: timedelta
    nudge_every: timedelta
    nudges_before_escalation: int


REMINDER_DAYS = (0, 3, 7, 14)


@dataclass(frozen=True, slots=True)
class Programme:
    """`reminder_days`: how many days after a window has opened a letter leaves while nobody has
    answered; empty: none does."""

    code: str
    version: str
    title: str
    source: str
    late_for: timedelta  # how long after it was due a window can still be answered
    first_stage: tuple[str, ...]
    gates: tuple[Gate, ...]
    clocks: Clocks
    windows: tuple[WindowRule, ...]
    early_for: timedelta = timedelta(0)  # how long before a window answers without one count for it
    leave: timedelta = timedelta(0)  # taken after a return where the end of leave is not recorded
    asking: Asking = Asking.STEPPED
    interview: Interview = Interview.NONE
    made_from: str = ""  # the version that a site began with when it wrote this one
    reminder_days: tuple[int, ...] = REMINDER_DAYS

    @property
    def name(self) -> str:
        """Code and version, as kept with every window and result."""
        return f"{self.code}/{self.version}"

    @property
    def rolling(self) -> WindowRule | None:
        """The window that is counted from the last screening."""
        rolling = (rule for rule in self.windows if rule.anchor is Anchor.LAST_SCREENING)
        return next(rolling, None)

    @property
    def home_codes(self) -> frozenset[str]:
        """The windows that are counted from the return or the end of leave."""
        return frozenset(
            rule.code for rule in self.windows if rule.anchor in (Anchor.RETURN, Anchor.LEAVE_END)
        )

    def for_window(self, code: str) -> "Programme":
        """This programme as one window asks it: with that window's questionnaires and gates."""
        asked = next((rule.instruments for rule in self.windows if rule.code == code), ())
        if not asked:
            return self
        gates = tuple(
            gate for gate in self.gates if gate.instrument in asked and gate.opens not in asked
        )
        return replace(self, first_stage=asked, gates=gates)
