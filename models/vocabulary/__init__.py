"""The closed lists: every word that a column, a rule or a page may use for a choice."""

from models.vocabulary.care import (
    AlertKind,
    AlertOutcome,
    AlertStatus,
    CaseEnding,
    CaseStatus,
    Channel,
    ContactResult,
    NextTry,
)
from models.vocabulary.doors import (
    ChallengePurpose,
    InvitationPurpose,
    LetterKind,
    LinkEnding,
    PostEnding,
)
from models.vocabulary.glass import (
    CommandAsk,
    DelayReason,
    EmergencyReason,
    Ground,
    ReviewState,
    ShutReason,
    Verdict,
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
    "CommandAsk",
    "ContactResult",
    "Decision",
    "DelayReason",
    "DeploymentEventKind",
    "EmergencyReason",
    "Ground",
    "IncidentKind",
    "InvitationPurpose",
    "Language",
    "LetterKind",
    "LinkEnding",
    "Measure",
    "NextTry",
    "Origin",
    "Phase",
    "PostEnding",
    "ReleaseDecision",
    "ReviewState",
    "Role",
    "RosterKind",
    "SetAsideBy",
    "ShutReason",
    "Verdict",
    "WindowStatus",
]
