"""The closed lists: every word that a column, a rule or a page may use for a choice."""

from enum import StrEnum


class Role(StrEnum):
    """What an active Post lets a person be. An analyst has no role here: no page, no Post."""

    MEMBER = "member"
    CLINICIAN = "clinician"
    CLINIC_LEAD = "clinic_lead"
    PRIVACY_OFFICER = "privacy_officer"
    COMMANDER = "commander"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Phase(StrEnum):
    """Where in the deployment cycle a screening stands; printed beside every score."""

    PRE = "pre"
    DURING = "during"
    RETURN = "return"
    POST = "post"
    ANNUAL = "annual"
    UNKNOWN = "unknown"  # historic answers that came without a deployment


class Origin(StrEnum):
    """The door a screening came through."""

    WEB = "web"
    IMPORT = "import"
    SYNTHETIC = "synthetic"


class AlertStatus(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    HISTORIC = "historic"  # an old answer: listed, without a clock


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ContactResult(StrEnum):
    REACHED = "reached"
    TRIED = "tried"


class Channel(StrEnum):
    PHONE = "phone"
    IN_PERSON = "in_person"
    MESSAGE = "message"
    VIDEO = "video"


class AlertOutcome(StrEnum):
    """Why an alert could be closed. There is no 'none': closing needs one of these."""

    SUPPORTED = "supported"  # spoken with, safe, support agreed
    IN_CARE = "in_care"  # already in care, carer informed
    REFERRED = "referred"
    EMERGENCY = "emergency"  # emergency care arranged
    ANSWERED_BY_MISTAKE = "answered_by_mistake"
    NOT_REACHED = "not_reached"  # tried, handed on to another named human


class LetterKind(StrEnum):
    NUDGE = "nudge"
    ESCALATION = "escalation"


class Decision(StrEnum):
    """What the trail says about an act that was asked for."""

    ALLOWED = "allowed"
    REFUSED = "refused"


class Act(StrEnum):
    """Every kind of event in the trail. Coarse on purpose: auditors read these words."""

    SIGNED_IN = "account.signed_in"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    SIGNED_OUT = "account.signed_out"
    POST_SWITCHED = "account.post_switched"
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - the name of an act
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DISABLED = "account.disabled"
    POST_GIVEN = "account.post_given"
    UNIT_CREATED = "unit.created"
    PERSON_ADDED = "person.added"
    DEPLOYMENT_RECORDED = "deployment.recorded"
    DUTY_SET = "duty.set"
    CRISIS_CONTACT_ADDED = "crisis_contact.added"
    DRAFT_SAVED = "screening.draft_saved"
    SCREENING_SENT = "screening.sent"
    SCREENING_CONFLICT = "screening.conflict_kept"
    SCREENINGS_IMPORTED = "screening.batch_imported"
    RECORD_READ = "record.read"
    OWN_RECORD_READ = "record.read_own"
    LIST_READ = "record.listed"
    ALERT_RAISED = "alert.raised"
    ALERT_NUDGED = "alert.nudged"
    ALERT_ESCALATED = "alert.escalated"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    CONTACT_RECORDED = "alert.contact_recorded"
    ALERT_CLOSED = "alert.closed"
    CASE_OPENED = "case.opened"
    NOTE_SIGNED = "note.signed"
    RELEASE_COMPUTED = "release.computed"
    RELEASE_DECIDED = "release.decided"
    RELEASE_READ = "release.read"
    TRAIL_READ = "trail.read"
    SITE_READ = "site.read"


class ReleaseDecision(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
