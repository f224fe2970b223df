"""Settings, read once from the environment. A wrong value stops the start and says which."""

from welfare.config.production import Finding, Verdict, findings
from welfare.config.settings import Environment, LogForm, Settings, SettingsWrong
from welfare.config.sources import (
    DEFAULTS,
    FILE_SUFFIX,
    PREFIX,
    SECRETS,
    Gathered,
    Problem,
    gather,
)

__all__ = [
    "DEFAULTS",
    "FILE_SUFFIX",
    "PREFIX",
    "SECRETS",
    "Environment",
    "Finding",
    "Gathered",
    "LogForm",
    "Problem",
    "Settings",
    "SettingsWrong",
    "Verdict",
    "findings",
    "gather",
]
