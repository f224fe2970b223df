"""Words for what an export says of care that was agreed, referred, assigned and overseen."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.vocabulary import ConsentWay
from welfare.web.agreed_words import (
    APPOINTMENT_STATES,
    GOAL_STATES,
    MEETINGS,
    NEXT_STEPS,
    PLANS,
    PROTOCOLS,
    STEPS,
    THINGS,
)
from welfare.web.measure_page import RHYTHMS
from welfare.web.oversight_words import (
    ASK_LABELS,
    DELAYS,
    EMERGENCIES,
    GROUND_LABELS,
    SHUT_REASONS,
    VERDICTS,
)
from welfare.web.referral_words import ENDINGS, OWN_STATES, PURPOSES, URGENCIES, WITHOUT

SECTIONS: Mapping[str, LazyString] = {
    "consents": _("What you agreed to"),
    "referrals": _("Where you were referred"),
    "plans": _("Your plans"),
    "appointments": _("Your appointments"),
    "assigned": _("Questions from your clinician"),
    "emergency_openings": _("Who opened your record in an emergency"),
    "closed_to_emergencies": _("When your record was closed to that"),
    "told_to_command": _("What command was told about you"),
    "questions_about_readers": _("What you asked about readers"),
}
LABELS: Mapping[str, LazyString] = {
    "about": _("About"),
    "agreed": _("Agreed"),
    "asked_at": _("Asked"),
    "asks": _("What command was asked to do"),
    "assigned_at": _("Since"),
    "booked_on": _("Booked for"),
    "decided_at": _("Decided"),
    "decided_by": _("Decided by"),
    "delay": _("Why you were told later"),
    "given_at": _("Agreed"),
    "given_by": _("Recorded by"),
    "given_how": _("How"),
    "goals": _("Goal"),
    "ground": _("On what ground"),
    "is_outside": _("To a service outside"),
    "is_upheld": _("A second person agreed"),
    "keeping": _("Kept safe"),
    "minutes": _("Minutes"),
    "mode": _("How"),
    "place": _("Where"),
    "protocol": _("What it follows"),
    "protocol_words": _("What else it follows"),
    "question": _("Question"),
    "receiver": _("To"),
    "replaced_at": _("Replaced"),
    "replied_at": _("Replied"),
    "replied_by": _("Reply by"),
    "reply": _("Reply"),
    "responsible": _("With whom it is"),
    "review_on": _("To be looked at again"),
    "reviewed_at": _("Reviewed"),
    "reviewed_by": _("Reviewed by"),
    "rhythm": _("How often"),
    "said": _("What it says"),
    "sender": _("From"),
    "sentences": _("Word for word"),
    "service": _("Service"),
    "starts_at": _("Begins"),
    "state": _("State"),
    "step": _("What comes next"),
    "until": _("Until when"),
    "until_at": _("Until"),
    "urgency": _("How soon"),
    "verdict": _("What the review found"),
    "verdict_words": _("In the reviewer's words"),
    "what": _("What"),
    "with": _("With"),
    "withdrawn_at": _("Taken back"),
    "withdrawn_by": _("Recorded by"),
    "withdrawn_how": _("How"),
    "without_consent": _("Why without your agreement"),
    "without_consent_words": _("In the sender's words"),
    **STEPS,
}
WAYS: Mapping[ConsentWay, LazyString] = {
    ConsentWay.HERE: _("By yourself, here"),
    ConsentWay.TOLD: _("You told a clinician"),
}
# Codes that are words, by the name beside which they stand.
VALUES: Mapping[str, Mapping[Any, Any]] = {
    "asks": ASK_LABELS,
    "ending": ENDINGS,
    "given_how": WAYS,
    "ground": GROUND_LABELS,
    "kind": PLANS,
    "mode": MEETINGS,
    "protocol": PROTOCOLS,
    "purpose": {purpose: words[0] for purpose, words in PURPOSES.items()},
    "reason": {**EMERGENCIES, **SHUT_REASONS, **DELAYS},
    "rhythm": RHYTHMS,
    "state": {state: words for state, (words, _kind) in GOAL_STATES.items()},
    "status": {
        **OWN_STATES,
        **{each: words for each, (words, _kind) in APPOINTMENT_STATES.items()},
    },
    "step": NEXT_STEPS,
    "urgency": URGENCIES,
    "verdict": VERDICTS,
    "what": THINGS,
    "withdrawn_how": WAYS,
    "without_consent": WITHOUT,
}
