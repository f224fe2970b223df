"""A programme's file: what it may say, and that a slip is refused by file, key and problem."""

from datetime import timedelta

import pytest

from models.programmes import (
    Anchor,
    Asking,
    Gate,
    GateKind,
    Interview,
    ProgrammeRefused,
    WindowRule,
    read,
)
from models.vocabulary import Phase

HEAD = """
code = "own"
version = "3"
title = "Own"
source = "Written by the site"
late_for_days = 20
early_for_days = 5
spacing_days = 30
leave_days = 14
reminder_days = [1, 5]
asking = "full"
interview = "positive"
"""
STAGES = """
[stages]
first = ["phq-9", "gad-2", "audit-c"]
"""
GATES = """
[[gates]]
instrument = "gad-2"
kind = "either_item"
at_least = 2
opens = "gad-7"

[[gates]]
instrument = "audit-c"
at_least = { female = 3, male = 4 }
opens = "audit"
"""
CLOCKS = """
[clocks]
answer_within_hours = 8
nudge_every_minutes = 30
nudges_before_escalation = 3
"""
WINDOWS = """
[[windows]]
code = "home"
phase = "return"
anchor = "return"
opens = 0
due_anchor = "leave_end"
due = 21
instruments = ["phq-9"]
exempt_days = 10

[[windows]]
code = "later"
phase = "post"
anchor = "return"
opens = 90
due = 180
instead_of = "home"
spacing_days = 60

[[windows]]
code = "shock"
phase = "post"
anchor = "incident"
opens = 3
due = 10
every = 25
times = 2

[[windows]]
code = "yearly"
phase = "annual"
anchor = "last_screening"
opens = 300
due = 365
times = 9
"""
TEXT = HEAD + STAGES + GATES + CLOCKS + WINDOWS


def test_everything_that_a_file_can_say_is_read():
    programme = read(TEXT, file="own.toml")

    assert programme.name == "own/3"
    assert programme.late_for == timedelta(days=20)
    assert programme.early_for == timedelta(days=5)
    assert programme.leave == timedelta(days=14)
    assert programme.reminder_days == (1, 5)
    assert (programme.asking, programme.interview) == (Asking.FULL, Interview.POSITIVE)
    assert programme.gates == (
        Gate("gad-2", 2, "gad-7", GateKind.EITHER_ITEM),
        Gate("audit-c", 3, "audit", by_sex={"female": 3, "male": 4}),
    )
    assert programme.windows == (
        WindowRule(
            "home",
            Phase.RETURN,
            Anchor.RETURN,
            0,
            21,
            due_anchor=Anchor.LEAVE_END,
            spacing=30,
            instruments=("phq-9",),
            exempt_days=10,
        ),
        WindowRule("later", Phase.POST, Anchor.RETURN, 90, 180, spacing=60, instead_of="home"),
        WindowRule("shock", Phase.POST, Anchor.INCIDENT, 3, 10, every=25, times=2),
        WindowRule("yearly", Phase.ANNUAL, Anchor.LAST_SCREENING, 300, 365, times=9, spacing=30),
    )


SLIPS = [
    ("code =", "name =", "name", "is not known"),
    ('title = "Own"\n', "", "title", "is missing"),
    ('version = "3"', "version = 3", "version", "must be a text"),
    ('version = "3"', 'version = "three"', "version", "whole number in quotes"),
    ('code = "own"', 'code = "Own Code"', "code", "small letters"),
    ("late_for_days = 20", "late_for_days = -1", "late_for_days", "from 0 to"),
    ("late_for_days = 20", "late_for_days = true", "late_for_days", "a whole number"),
    ("late_for_days = 20", "late_for_days = 1.5", "late_for_days", "a whole number"),
    ("[1, 5]", "[5, 1]", "reminder_days", "must grow"),
    ("[1, 5]", "[1, 1]", "reminder_days", "must grow"),
    ("[1, 5]", "[-1, 5]", "reminder_days", "from 0 to 366"),
    ("[1, 5]", "[1, 367]", "reminder_days", "from 0 to 366"),
    ("[1, 5]", "[1, true]", "reminder_days", "a list of whole numbers"),
    ("[1, 5]", '["1"]', "reminder_days", "a list of whole numbers"),
    ("[1, 5]", "1", "reminder_days", "must be a list"),
    ("[1, 5]", "[0,1,2,3,4,5,6,7,8]", "reminder_days", "more than 8"),
    ('asking = "full"', 'asking = "most"', "asking", "one of stepped, full"),
    ('interview = "positive"', 'interview = "no"', "interview", "none, positive, always"),
    (STAGES, "", "stages", "is missing"),
    (STAGES, "\n[stages]\nfirst = []\n", "stages.first", "must name a questionnaire"),
    ('"audit-c"]', '"audit-c", 3]', "stages.first", "a list of texts"),
    ('"audit-c"]', '"audit-c", "gad-2"]', "stages.first", "gad-2 is named twice"),
    ('"audit-c"]', '"audit-c", "phq-10"]', "stages.first", "no questionnaire phq-10"),
    ('["phq-9", "gad-2"', '["gad-2"', "stages.first", "asks nobody the suicide item"),
    (
        'first = ["phq-9", "gad-2", "audit-c"]',
        'first = ["phq-2", "gad-2", "audit-c"]\n[[gates]]\ninstrument = "phq-2"\n'
        'at_least = 3\nopens = "phq-9"\n',
        "gates[1].opens",
        "phq-9 holds the suicide item, which must be asked of everyone",
    ),
    ('kind = "either_item"', 'kind = "mean"', "gates[1].kind", "sum, either_item"),
    ("at_least = 2", "at_most = 2", "gates[1].at_most", "is not known"),
    ("at_least = 2", 'at_least = "2"', "gates[1].at_least", "for each sex"),
    ("at_least = 2", "at_least = true", "gates[1].at_least", "for each sex"),
    ("at_least = 2", "at_least = 4", "gates[1].at_least", "at most 3"),
    ("at_least = 2", "at_least = 0", "gates[1].at_least", "above 0"),
    ("female = 3, male = 4", "female = 3", "gates[2].at_least", "both female and male"),
    ("female = 3, male = 4", "female = 3, men = 4", "gates[2].at_least.men", "is not known"),
    ("female = 3, male = 4", "female = 3, male = 13", "gates[2].at_least", "at most 12"),
    ('instrument = "gad-2"', 'instrument = "pcl-5"', "gates[1].instrument", "is not asked"),
    ('instrument = "gad-2"', 'instrument = "x"', "gates[1].instrument", "no questionnaire x"),
    ('opens = "gad-7"', 'opens = "gad-9"', "gates[1].opens", "no questionnaire gad-9"),
    ('opens = "gad-7"', 'opens = "phq-9"', "gates[1].opens", "asked of everyone already"),
    (
        "answer_within_hours = 8",
        "answer_within_hours = 25",
        "clocks.answer_within_hours",
        "1 to 24",
    ),
    ("answer_within_hours = 8", "", "clocks.answer_within_hours", "is missing"),
    ("nudge_every_minutes = 30", "nudge_every_minutes = 0", "clocks.nudge_every_minutes", "1"),
    (
        "nudges_before_escalation = 3",
        "nudges_before_escalation = 0",
        "clocks.nudges_before_escalation",
        "at least 1",
    ),
    (
        "nudges_before_escalation = 3",
        "nudges_before_escalation = 16",
        "clocks.nudges_before_escalation",
        "after the time is over",
    ),
    ('code = "later"', 'code = "home"', "windows", "two windows are called home"),
    ('phase = "post"', 'phase = "after"', "windows[2].phase", "must be one of pre"),
    ('phase = "post"', 'phase = "unknown"', "windows[2].phase", "cannot be unknown"),
    ('phase = "post"', 'phase = "care"', "windows[2].phase", "cannot be care"),
    ('phase = "post"', 'phase = "during"', "windows[2].anchor", "does not go with"),
    ('anchor = "incident"', 'anchor = "birth"', "windows[3].anchor", "one of departure"),
    ("opens = 90", "opens = 181", "windows[2].opens", "opens at 181, after it is due at 180"),
    ("opens = 90", "opens = 40000", "windows[2].opens", "within 36600 days"),
    ("opens = 90", "", "windows[2].opens", "is missing"),
    ("opens = 90", "opens = 90\nopen = 1", "windows[2].open", "is not known"),
    (
        'anchor = "return"\nopens = 90',
        'anchor = "return"\ndue_anchor = "departure"\nopens = 90',
        "windows[2].due_anchor",
        "may only be leave_end",
    ),
    ("every = 25\ntimes = 2", "every = 25", "windows[3].every", "is without times"),
    ("every = 25\ntimes = 2", "times = 2", "windows[3].times", "is without every"),
    ("every = 25", "every = 7", "windows[3].every", "before this one is due"),
    ("times = 9", "times = 0", "windows[4].times", "at least 1"),
    ("times = 9", "times = 9\nevery = 365", "windows[4].every", "repeats by itself"),
    ("opens = 300", "opens = 0", "windows[4].opens", "after the last screening"),
    ("opens = 300", "opens = 29", "windows[4].opens", "within the spacing of 30 days"),
    ('instead_of = "home"', 'instead_of = "later"', "windows[2].instead_of", "not another"),
    ('instead_of = "home"', 'instead_of = "never"', "windows[2].instead_of", "not another"),
    ('instead_of = "home"', 'instead_of = "shock"', "windows[2].instead_of", "both windows"),
    ("times = 2", "times = 2\nexempt_days = 9", "windows[3].exempt_days", "about deployments"),
    ('["phq-9"]', '["gad-2"]', "windows[1].instruments", "asks nobody the suicide item"),
    ('["phq-9"]', '["phq-9", "x"]', "windows[1].instruments", "no questionnaire x"),
    (GATES, "\n[gates]\n", "gates", "must be a list"),
    (WINDOWS, "", "windows", "is missing"),
    (HEAD, HEAD + "windows = [3]\n", "windows[1]", "must be a table"),
]


@pytest.mark.parametrize(
    ("said", "instead", "key", "problem"), SLIPS, ids=[f"{key} {told}" for *_, key, told in SLIPS]
)
def test_a_slip_is_refused_by_file_key_and_problem(said, instead, key, problem):
    assert said in TEXT
    text = TEXT.replace(said, instead, 1)
    if instead.endswith("[3]\n"):
        text = text.replace(WINDOWS, "")

    with pytest.raises(ProgrammeRefused) as refused:
        read(text, file="own.toml")

    assert refused.value.key == key
    assert problem in refused.value.problem
    assert str(refused.value) == f"own.toml: {key}: {refused.value.problem}"


def test_a_second_window_after_the_last_screening_is_refused():
    second = WINDOWS[WINDOWS.index('[[windows]]\ncode = "yearly"') :].replace("yearly", "twice")

    with pytest.raises(ProgrammeRefused, match="only one window"):
        read(TEXT + second, file="own.toml")


def test_a_questionnaire_of_which_a_high_total_is_good_is_no_gate():
    text = TEXT.replace('"gad-2", "audit-c"]', '"who-5", "audit-c"]').replace(
        'instrument = "gad-2"', 'instrument = "who-5"'
    )

    with pytest.raises(ProgrammeRefused, match="counts the other way"):
        read(text, file="own.toml")


def test_a_questionnaire_without_a_total_is_no_gate():
    text = TEXT.replace('"gad-2", "audit-c"]', '"lec-5", "audit-c"]').replace(
        'instrument = "gad-2"', 'instrument = "lec-5"'
    )

    with pytest.raises(ProgrammeRefused, match="lec-5 has no total"):
        read(text, file="own.toml")


def test_a_separate_suicide_item_lets_the_short_form_stand_before_the_long_one():
    text = TEXT.replace('first = ["phq-9",', 'first = ["phq-2", "srq-20",').replace(
        GATES, '\n[[gates]]\ninstrument = "phq-2"\nat_least = 2\nopens = "phq-9"\n'
    )

    programme = read(text, file="own.toml")

    assert programme.gates[0].opens == "phq-9"


def test_what_is_not_toml_is_refused_with_its_place():
    with pytest.raises(ProgrammeRefused, match=r"^own\.toml: is not TOML: .*line 2"):
        read("\ncode = own\n", file="own.toml")


@pytest.mark.parametrize(("line", "days"), [("", (0, 3, 7, 14)), ("reminder_days = []", ())])
def test_a_file_that_says_nothing_has_letters_on_the_usual_days_and_an_empty_list_none(line, days):
    text = TEXT.replace("reminder_days = [1, 5]", line)

    assert read(text, file="own.toml").reminder_days == days
