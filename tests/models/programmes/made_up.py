"""Made-up programmes: every one could be written by a site, and is refused by nothing."""

from datetime import timedelta

from hypothesis import strategies as st

from models.programmes import Anchor, Asking, Gate, GateKind, Interview, Programme, WindowRule
from models.programmes.checking import ANCHORS, problems_of
from models.programmes.definition import Clocks

CODES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
# Whatever can be typed into a field, quotes, backslashes and signs that cannot be seen included.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip)
DAYS = st.integers(0, 400).map(lambda count: timedelta(days=count))
FIRST = ("phq-9", "gad-2", "audit-c", "pc-ptsd-5")
GATES = (
    Gate("gad-2", 3, "gad-7"),
    Gate("gad-2", 2, "gad-7", GateKind.EITHER_ITEM),
    Gate("audit-c", 3, "audit", by_sex={"male": 4, "female": 3}),
    Gate("pc-ptsd-5", 4, "pcl-5"),
    Gate("phq-9", 10, "gad-7"),
)


@st.composite
def clocks(draw):
    nudges, every = draw(st.integers(1, 4)), draw(st.integers(1, 14))
    return Clocks(timedelta(hours=draw(st.integers(1, 24))), timedelta(minutes=every), nudges)


@st.composite
def rules(draw, code):
    phase = draw(st.sampled_from([*ANCHORS]))
    anchor = draw(st.sampled_from([*sorted(ANCHORS[phase]), Anchor.INCIDENT]))
    opens = draw(st.integers(1, 400) if anchor is Anchor.LAST_SCREENING else st.integers(-400, 400))
    length, is_rolling = draw(st.integers(0, 90)), anchor is Anchor.LAST_SCREENING
    every = 0 if is_rolling else draw(st.sampled_from([0, length + 1, length + 30]))
    most = draw(st.integers(2, 9)) if every or is_rolling else 1
    can_wait = anchor is Anchor.RETURN and draw(st.booleans())
    return WindowRule(
        code=code,
        phase=phase,
        anchor=anchor,
        opens=opens,
        due=opens + length,
        every=every,
        times=most,
        due_anchor=Anchor.LEAVE_END if can_wait else None,
        spacing=draw(st.integers(0, max(1, min(opens, 90)))) if opens > 0 else 0,
        instruments=draw(st.sampled_from([(), ("phq-9",), ("phq-9", "gad-2")])),
        exempt_days=0 if anchor is Anchor.INCIDENT else draw(st.integers(0, 60)),
    )


@st.composite
def programmes(draw):
    codes = draw(st.lists(CODES, max_size=4, unique=True))
    windows = [draw(rules(code)) for code in codes]
    rolling = [rule for rule in windows if rule.anchor is Anchor.LAST_SCREENING]
    windows = [rule for rule in windows if rule not in rolling[1:]]
    made = Programme(
        code=draw(CODES),
        version=str(draw(st.integers(1, 999))),
        title=draw(TEXTS),
        source=draw(TEXTS),
        late_for=draw(DAYS),
        first_stage=draw(st.sampled_from([FIRST, FIRST[:3], ("srq-20", *FIRST)])),
        gates=(),
        clocks=draw(clocks()),
        windows=tuple(windows),
        early_for=draw(DAYS),
        leave=draw(DAYS),
        asking=draw(st.sampled_from([*Asking])),
        interview=draw(st.sampled_from([*Interview])),
        reminder_days=tuple(sorted(draw(st.sets(st.integers(0, 366), max_size=8)))),
        made_from=draw(st.sampled_from(["", "un-contingent/1"])),
    )
    gates = [gate for gate in GATES if gate.instrument in made.first_stage and draw(st.booleans())]
    return Programme(
        **{name: getattr(made, name) for name in made.__slots__} | {"gates": tuple(gates)}
    )


def is_sound(programme):
    return not list(problems_of(programme))
