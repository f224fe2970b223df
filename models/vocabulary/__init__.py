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
    Rhythm,
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
from models.vocabulary.referrals import (
    ConsentPurpose,
    ConsentWay,
    ReferralEnding,
    ReferralStatus,
    ReferralUrgency,
    WithoutConsent,
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
    "ConsentPurpose",
    "ConsentWay",
    "ContactResult",
    "Decision",
    "DeploymentEventKind",
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
    "ReferralEnding",
    "ReferralStatus",
    "ReferralUrgency",
    "ReleaseDecision",
    "Rhythm",
    "Role",
    "RosterKind",
    "SetAsideBy",
    "WindowStatus",
    "WithoutConsent",
]
