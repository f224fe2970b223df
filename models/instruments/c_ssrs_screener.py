"""C-SSRS screener: triage by the highest yes, never added up. Structure only, no words."""

from models.instruments.definition import (
    Alert,
    All,
    Criterion,
    Instrument,
    Item,
    Not,
    Skip,
    Some,
    each,
)

POSNER = (
    "Posner K, Brown GK, Stanley B, et al. The Columbia-Suicide Severity Rating Scale. "
    "Am J Psychiatry 2011;168:1266-1277."
)

RECENT = ("4", "5", "6_3mo")  # intent, plan, or an act in the past three months
AT_HIGH = Some(1, each(RECENT, 1))
AT_MODERATE = Some(1, each(("3", "6"), 1))
AT_LOW = Some(1, each(("1", "2"), 1))

C_SSRS_SCREENER = Instrument(
    code="c-ssrs-screener",
    version="1",
    edition="screener with triage, recent",
    title="Columbia-Suicide Severity Rating Scale, screener (C-SSRS)",
    recall="past month; item 6 asks about the whole life and the past three months",
    items=tuple(Item(item, (0, 1)) for item in ("1", "2", "3", "4", "5", "6", "6_3mo")),
    skips=(
        Skip(when=(("2", 0),), items=("3", "4", "5")),
        Skip(when=(("6", 0),), items=("6_3mo",)),
    ),
    criteria=(
        Criterion("high", AT_HIGH),
        Criterion("moderate", All((AT_MODERATE, Not(AT_HIGH)))),
        Criterion("low", All((AT_LOW, Not(AT_MODERATE), Not(AT_HIGH)))),
    ),
    triage=("high", "moderate", "low"),
    # The interviewer acts at once; the alert makes sure that the clinic knows as well.
    alerts=tuple(Alert(item, at_least=1) for item in RECENT),
    source="https://cssrs.columbia.edu/the-columbia-scale-c-ssrs/triage-c-ssrs/",
    citation=POSNER,
    licence="words under copyright; free for health care after agreement with the owner",
    licence_url="https://cssrs.columbia.edu",
    attribution="© Research Foundation for Mental Hygiene, Inc.; Columbia Lighthouse Project",
    prohibits_commercial=True,
    no_changes=True,
    wording_included=False,
)
