"""The words of referrals and of what people agree to, for staff and for the people themselves."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models.vocabulary import (
    ConsentPurpose,
    ReferralEnding,
    ReferralStatus,
    ReferralUrgency,
    WithoutConsent,
)

URGENCIES: dict[ReferralUrgency, LazyString] = {
    ReferralUrgency.URGENT: _("Within 24 hours"),
    ReferralUrgency.ROUTINE: _("Within 7 days"),
    ReferralUrgency.SPECIALTY: _("Within 28 days, for specialty care"),
}
# The word of a state, and the colour beside it.
STATES: dict[ReferralStatus, tuple[LazyString, str]] = {
    ReferralStatus.CREATED: (_("Not accepted yet"), "attention"),
    ReferralStatus.ACCEPTED: (_("Accepted"), "info"),
    ReferralStatus.BOOKED: (_("Booked"), "info"),
    ReferralStatus.ATTENDED: (_("Came, outcome open"), "attention"),
    ReferralStatus.NOT_ATTENDED: (_("Did not come"), "attention"),
    ReferralStatus.REJECTED: (_("Rejected"), "done"),
    ReferralStatus.FINISHED: (_("Finished"), "good"),
    ReferralStatus.WITHDRAWN: (_("Withdrawn"), "done"),
}
ENDINGS: dict[ReferralEnding, LazyString] = {
    ReferralEnding.HELPED: _("They were helped, and it is finished"),
    ReferralEnding.GOES_ON: _("Care goes on there"),
    ReferralEnding.NO_NEED: _("It is not needed"),
    ReferralEnding.DECLINED: _("The person does not want it"),
    ReferralEnding.NOT_REACHED: _("The person was not reached"),
    ReferralEnding.NO_ROOM: _("No room in time"),
    ReferralEnding.NOT_FITTING: _("Another service fits better"),
    ReferralEnding.CONSENT_WITHDRAWN: _("The person does not agree any more"),
    ReferralEnding.OTHER: _("Another reason"),
}
WITHOUT: dict[WithoutConsent, LazyString] = {
    WithoutConsent.DANGER: _("Somebody is in danger"),
    WithoutConsent.LAW: _("A court order or the law"),
    WithoutConsent.CANNOT_BE_ASKED: _("The person cannot be asked"),
}
# To the person it is about; a day is said where there is one.
OWN_STATES: dict[ReferralStatus, LazyString] = {
    ReferralStatus.CREATED: _("They have been asked to see you, and have not replied yet."),
    ReferralStatus.ACCEPTED: _("They will see you. The day is not fixed yet."),
    ReferralStatus.BOOKED: _("You have an appointment there."),
    ReferralStatus.ATTENDED: _("You have been there."),
    ReferralStatus.NOT_ATTENDED: _("The appointment did not take place."),
    ReferralStatus.REJECTED: _("They cannot see you. Ask your clinician what comes next."),
    ReferralStatus.FINISHED: _("This is finished."),
    ReferralStatus.WITHDRAWN: _("This has ended, and nobody there sees you because of it."),
}
# What it is called, what it means, and what changes when somebody takes it back.
PURPOSES: dict[ConsentPurpose, tuple[LazyString, LazyString, LazyString]] = {
    ConsentPurpose.SHARING: (
        _("Sharing with other services"),
        _("A clinician may tell another one, or a service outside, who you are and why you come."),
        _("Referrals end at once if you have not been seen there. Both sides are told."),
    ),
    ConsentPurpose.MODEL_DEVELOPMENT: (
        _("Use of my answers for development"),
        _("Your answers, without your name, help to find out how risks can be noticed earlier."),
        _("Your answers are not used for this any more."),
    ),
}
CARE_GOES_ON: dict[ConsentPurpose, LazyString] = {
    ConsentPurpose.SHARING: _("Your care here goes on, with or without it."),
    ConsentPurpose.MODEL_DEVELOPMENT: _("Your care is the same, with or without it."),
}
