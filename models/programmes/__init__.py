"""Screening programmes: windows, stages, gates and clocks as data, and the pure rules over them."""

from models.programmes.definition import (
    Anchor,
    Asking,
    Gate,
    GateKind,
    Interview,
    Programme,
    WindowRule,
)
from models.programmes.facts import Deployed, Facts, Held, Kept, Reason, Scheduled, SetAside
from models.programmes.planning import PlannedWindow, plan
from models.programmes.reading import read
from models.programmes.refusal import ProgrammeRefused
from models.programmes.schedule import schedule
from models.programmes.shelf import asked_by, codes, load, load_named
from models.programmes.stages import opened_by

__all__ = [
    "Anchor",
    "Asking",
    "Deployed",
    "Facts",
    "Gate",
    "GateKind",
    "Held",
    "Interview",
    "Kept",
    "PlannedWindow",
    "Programme",
    "ProgrammeRefused",
    "Reason",
    "Scheduled",
    "SetAside",
    "WindowRule",
    "asked_by",
    "codes",
    "load",
    "load_named",
    "opened_by",
    "plan",
    "read",
    "schedule",
]
