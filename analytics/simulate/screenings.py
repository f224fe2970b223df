"""The screenings of the force, by the stages and gates of the programme itself."""

from datetime import date, timedelta
from typing import TypedDict

import numpy as np

from analytics.simulate import answers as forms
from analytics.simulate.answers import MISSING, Answers, Form
from analytics.simulate.latent import Truth
from analytics.simulate.people import Flags, Floats, People
from analytics.simulate.timeline import SLOTS, Timeline
from models.programmes import Programme, opened_by

FORMS = (forms.PC_PTSD_5, forms.PHQ_9, forms.GAD_7, forms.AUDIT_C, forms.PCL_5)
GAD_2_ITEMS = ("1", "2")  # the first two of the seven, so that both forms agree

Sheet = dict[str, int | None]
Sheets = dict[str, Sheet]


class Screening(TypedDict):
    """One line of screenings.jsonl."""

    person: str
    day: str
    phase: str
    deployment: int
    responses: Sheets


def hold(
    people: People,
    *,
    timeline: Timeline,
    truth: Truth,
    level: Floats,
    programme: Programme,
    as_of: date,
    chance: np.random.Generator,
) -> list[Screening]:
    """Every screening that happened, earliest first."""
    given = {form.code: forms.answer(form, level, people, chance=chance) for form in FORMS}
    met = _has_met_something(people, timeline=timeline, truth=truth, chance=chance)
    keys = people.table["key"].tolist()
    held = [
        Screening(
            person=keys[person],
            day=(as_of + timedelta(days=int(timeline.day[person, slot]))).isoformat(),
            phase=SLOTS[slot][1].value,
            deployment=SLOTS[slot][0],
            responses=_responses(given, (person, slot), bool(met[person, slot]), programme),
        )
        for person, slot in zip(*np.nonzero(timeline.happened), strict=True)
    ]
    return sorted(held, key=lambda screening: (screening["day"], screening["person"]))


def _has_met_something(
    people: People, *, timeline: Timeline, truth: Truth, chance: np.random.Generator
) -> Flags:
    """What the gate of PC-PTSD-5 asks: anything frightening or horrible in the whole life."""
    middle = (timeline.left + timeline.back) / 2
    on_tour = (truth.shock[:, None, :] > 0) & (timeline.day[:, :, None] > middle[:, None, :])
    ever = on_tour.any(axis=2) | (people.prior_traumas > 0)[:, None]
    says_so = (chance.random(people.count) < 0.88)[:, None]
    met: Flags = ever & says_so
    return met


def _responses(
    given: dict[str, Answers], place: tuple[int, int], met: bool, programme: Programme
) -> Sheets:
    sheets = {form.code: _sheet(form, given[form.code][place]) for form in FORMS}
    sheets["pc-ptsd-5"] = {"0": 1, **sheets["pc-ptsd-5"]} if met else {"0": 0}
    if sheets["audit-c"]["1"] == 0:  # the form ends there for those who never drink
        sheets["audit-c"] = {"1": 0}
    sheets["gad-2"] = {item: sheets["gad-7"][item] for item in GAD_2_ITEMS}
    first: Sheets = {code: sheets[code] for code in programme.first_stage}
    return first | {code: sheets[code] for code in opened_by(programme, first)}


def _sheet(form: Form, row: Answers) -> Sheet:
    return {
        item: None if value == MISSING else value
        for item, value in zip(form.items, row.tolist(), strict=True)
    }
