"""Screening programmes: windows, stages, gates and clocks as data, and the pure rules over them."""

from models.programmes.definition import Gate, Programme, WindowRule, load
from models.programmes.schedule import PlannedWindow, plan
from models.programmes.stages import opened_by

__all__ = [
    "Gate",
    "PlannedWindow",
    "Programme",
    "WindowRule",
    "load",
    "opened_by",
    "plan",
]
