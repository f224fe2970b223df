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
    WELFARE_OFFICER = "welfare_officer"


class Language(StrEnum):
    """The languages that pages can be shown in. A site offers some of them."""

    ENGLISH = "en"
    FRENCH = "fr"
    ARABIC = "ar"  # a skeleton: what matters in danger, and the frame of every page


class Phase(StrEnum):
    """Where in the deployment cycle a screening stands; printed beside every score."""

    PRE = "pre"
    DURING = "during"
    RETURN = "return"
    POST = "post"
    ANNUAL = "annual"
    INCIDENT = "incident"
    UNKNOWN = "unknown"  # historic answers that came without a deployment


class WindowStatus(StrEnum):
    """How a person's window stands on a day; `models.programmes.schedule` defines each word."""

    NOT_DUE = "not-due"
    OPEN = "open"
    IN_WINDOW = "in-window"
    EARLY = "early"
    LATE = "late"
    MISSED = "missed"
    WAIVED = "waived"
    DECLINED = "declined"


class SetAsideBy(StrEnum):
    """Why nobody is asked in a window any more, though its time may not be over."""

    DECLINED = "declined"  # its person said no
    WAIVED = "waived"  # clinic staff said that it is not needed


class Capacity(StrEnum):
    """As what somebody is sent; the same cycle counts for all."""

    CONTINGENT = "contingent"  # with their own unit
    AUGMENTEE = "augmentee"  # alone, to a unit or staff that is not their own
    RESERVIST = "reservist"


class DeploymentEventKind(StrEnum):
    DECOMPRESSION = "decompression"
    REST_LEAVE = "rest_leave"
    EVACUATION = "evacuation"
    REPATRIATION = "repatriation"  # home before the planned time
    BEREAVEMENT = "bereavement"


class IncidentKind(StrEnum):
    """What happened, coarsely; nothing about anybody's state."""

    ATTACK = "attack"
    EXPLOSION = "explosion"
    ACCIDENT = "accident"
    DEATH = "death"
    CIVILIAN_HARM = "civilian_harm"
    DISASTER = "disaster"
    OTHER = "other"


class Origin(StrEnum):
    """The door a screening came through."""

    WEB = "web"
    IMPORT = "import"
    SYNTHETIC = "synthetic"
    PAPER = "paper"


class AlertKind(StrEnum):
    CRITICAL_ANSWER = "critical_answer"
    CALL_REQUEST = "call_request"  # somebody asked to be called; no answers came with it


class AlertStatus(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    HISTORIC = "historic"  # an old answer: listed, without a clock


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CaseEnding(StrEnum):
    """Why care of a person ends."""

    GOALS_REACHED = "goals_reached"
    NO_NEED = "no_need"
    DECLINED = "declined"
    ELSEWHERE = "elsewhere"  # somebody outside looks after them
    LEFT = "left"  # the service, or the reach of this clinic
    OTHER = "other"


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
    INVITATION = "invitation"
    NOTICE = "notice"  # something about a link that the recipient made


class InvitationPurpose(StrEnum):
    JOIN = "join"
    RESET = "reset"
    RESET_FACTORS = "reset_factors"  # password and second factor are both lost


class LinkEnding(StrEnum):
    """Why a link is over before it was used."""

    DISABLED = "disabled"
    NOT_ME = "not_me"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    WRONG_CODES = "wrong_codes"


class PostEnding(StrEnum):
    """Why a Post is over, or was never confirmed. Set by hand; a last day needs no reason."""

    DISABLED = "disabled"
    ENDED = "ended"
    NOT_NEEDED = "not_needed"
    NOT_VERIFIED = "not_verified"
    WRONG_PERSON = "wrong_person"
    WRONG_ROLE = "wrong_role"


class ChallengePurpose(StrEnum):
    """What a passkey is asked to sign for."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    ADD = "add"


class RosterKind(StrEnum):
    """What a roster did to one person."""

    NEW = "new"
    CHANGED = "changed"


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
    FACTOR_ADDED = "account.factor_added"
    FACTOR_REMOVED = "account.factor_removed"
    FACTOR_PROVED = "account.factor_proved"
    SESSION_ENDED = "account.session_ended"
    SESSIONS_READ = "account.sessions_read"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_READ = "account.read"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    INVITATION_MADE = "account.invitation_made"
    INVITATION_CONFIRMED = "account.invitation_confirmed"
    INVITATION_REFUSED = "account.invitation_refused"
    INVITATION_REVOKED = "account.invitation_revoked"
    INVITATION_USED = "account.invitation_used"
    POST_GIVEN = "account.post_given"
    POST_CONFIRMED = "account.post_confirmed"
    POST_REJECTED = "account.post_rejected"
    POST_ENDED = "account.post_ended"
    WORK_HANDED_OVER = "account.work_handed_over"
    UNIT_CREATED = "unit.created"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_ERASED = "person.erased"
    PERSON_EXPORTED = "person.exported"
    HOLD_PLACED = "person.hold_placed"
    HOLD_LIFTED = "person.hold_lifted"
    ROSTER_READ = "person.roster_read"  # a file was held against what is here, or an import shown
    ROSTER_IMPORTED = "person.roster_imported"
    ROSTER_UNDONE = "person.roster_undone"
    MERGE_ASKED = "person.merge_asked"
    MERGE_REFUSED = "person.merge_refused"
    PEOPLE_MERGED = "person.merged"
    PEOPLE_PARTED = "person.parted"
    DEPLOYMENT_RECORDED = "deployment.recorded"
    DEPLOYMENT_CHANGED = "deployment.changed"
    INCIDENT_RECORDED = "incident.recorded"
    MISSION_CHANGED = "mission.changed"
    CONTINGENT_SET = "contingent.set"
    PROGRAMME_READ = "programme.read"
    PROGRAMME_PROPOSED = "programme.proposed"
    PROGRAMME_CONFIRMED = "programme.confirmed"
    PROGRAMME_REFUSED = "programme.refused"
    WINDOWS_SCHEDULED = "window.scheduled"
    WINDOW_SET_ASIDE = "window.set_aside"
    WINDOW_LINK_MADE = "window.link_made"
    WINDOW_LINK_OPENED = "window.link_opened"
    WINDOW_LINK_USED = "window.link_used"
    WINDOW_LINK_REFUSED = "window.link_refused"
    REMINDER_WRITTEN = "reminder.written"
    REMINDER_BOUNCED = "reminder.bounced"
    COMPLETION_READ = "completion.read"
    DUTY_SET = "duty.set"
    CRISIS_CONTACT_ADDED = "crisis_contact.added"
    DRAFT_SAVED = "screening.draft_saved"
    SCREENING_SENT = "screening.sent"
    SCREENING_CONFLICT = "screening.conflict_kept"
    SCREENING_CERTIFIED = "screening.certified"
    SCREENING_IN_ERROR = "screening.entered_in_error"
    PAPER_PRINTED = "paper.printed"
    PAPER_KEYED = "paper.keyed"
    SCREENINGS_IMPORTED = "screening.batch_imported"
    RECORD_READ = "record.read"
    OWN_RECORD_READ = "record.read_own"
    LIST_READ = "record.listed"
    ALERT_RAISED = "alert.raised"
    ALERT_NUDGED = "alert.nudged"
    ALERT_ESCALATED = "alert.escalated"
    ALERT_OVERDUE = "alert.overdue"
    ALERT_HANDED_OVER = "alert.handed_over"
    ACUITY_TOLD = "alert.acuity_told"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    CONTACT_RECORDED = "alert.contact_recorded"
    ALERT_CLOSED = "alert.closed"
    CALL_ASKED = "alert.call_asked"
    CASE_OPENED = "case.opened"
    CASE_SHARED = "case.shared"
    CASE_HELD = "case.held"
    CASE_HANDED_OVER = "case.handed_over"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    NOTE_SIGNED = "note.signed"
    RELEASE_COMPUTED = "release.computed"
    RELEASE_DECIDED = "release.decided"
    RELEASE_READ = "release.read"
    TRAIL_READ = "trail.read"
    SITE_READ = "site.read"
    KEYS_ROTATED = "site.keys_rotated"
    KEYS_RETIRED = "site.keys_retired"
    KEYS_ESCROWED = "site.keys_escrowed"
    KEYS_ESCROW_CHECKED = "site.keys_escrow_checked"
    BACKUP_MADE = "site.backup_made"
    SITE_RESTORED = "site.restored"


class Measure(StrEnum):
    """What a release counts: people on the roster at the end of its period."""

    ANY_POSITIVE_SCREEN = "any_positive_screen"  # with a screening above a cut-point; blurred
    SCREENINGS_DUE = "screenings_due"  # with a check that their programme planned; exact


class ReleaseDecision(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
