"""The closed lists: every word that a column, a rule or a page may use for a choice."""

from models.vocabulary.care import (
    AlertKind,
    AlertOutcome,
    AlertStatus,
    CaseEnding,
    CaseStatus,
    Channel,
    ContactResult,
    MessageEnding,
    NextTry,
)
from models.vocabulary.doors import (
    ChallengePurpose,
    InvitationPurpose,
    LetterKind,
    LinkEnding,
    PostEnding,
)
from models.vocabulary.people import (
    Capacity,
    DeploymentEventKind,
    IncidentKind,
    Language,
    Origin,
    Phase,
    Role,
    RosterKind,
    SetAsideBy,
    WindowStatus,
)
from models.vocabulary.told import (
    Measure,
    ReleaseDecision,
)
from models.vocabulary.trail import (
    Act,
    Decision,
)

__all__ = [
    "Act",
    "AlertKind",
    "AlertOutcome",
    "AlertStatus",
    "Capacity",
    "CaseEnding",
    "CaseStatus",
    "ChallengePurpose",
    "Channel",
    "ContactResult",
    "Decision",
    "DeploymentEventKind",
    "IncidentKind",
    "InvitationPurpose",
    "Language",
    "LetterKind",
    "LinkEnding",
    "Measure",
    "MessageEnding",
    "NextTry",
    "Origin",
    "Phase",
    "PostEnding",
    "ReleaseDecision",
    "Role",
    "RosterKind",
    "SetAsideBy",
    "WindowStatus",
]
