"""Everything a person can be permitted to do. Named <subject>.<verb>; kept in order."""

from enum import StrEnum


class Permission(StrEnum):
    ACCOUNT_CREATE = "account.create"
    ALERT_ACKNOWLEDGE = "alert.acknowledge"
    ALERT_READ = "alert.read"
    ALERT_WORK = "alert.work"
    CASELOAD_READ = "caseload.read"
    CRISIS_CONTACT_ADD = "crisis_contact.add"
    DUTY_SET = "duty.set"
    NOTE_WRITE = "note.write"
    OWN_RECORD_READ = "own_record.read"
    PERSON_ADD = "person.add"
    RECORD_READ = "record.read"
    RELEASE_DECIDE = "release.decide"
    RELEASE_READ = "release.read"
    RELEASE_REVIEW = "release.review"
    SCREENING_ANSWER = "screening.answer"
    SITE_READ = "site.read"
    TRAIL_READ = "trail.read"
    UNIT_CREATE = "unit.create"
