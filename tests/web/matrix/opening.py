"""Which relation opens which page and act. Written by hand, not drawn from the rules."""

from models.vocabulary import Role

IN_CARE = {"own", "shared", "colleague's", "former", "ended", "alerted", "covered"}
NEAR = IN_CARE | {"nobody's", "opened", "shut"}
CARED_FOR = {"own", "shared", "alerted", "covered"}
READS = CARED_FOR | {"opened"}  # an emergency opens the record to be read, and nothing else
HAS_CASE = {"own", "shared"}
SENT, RECEIVED = {"own"}, {"alerted"}  # of referrals
IN_CHARGE = {"own", "alerted", "covered"}
ONCE = {"former", "ended"}  # whoever ended or gave a case away is told that it is done already
# By endpoint; everything else is a page that is missing.
TO_CLINICIAN: dict[str, set[str]] = {
    "appointments.cancel": HAS_CASE,
    "appointments.change": HAS_CASE,
    "appointments.make": HAS_CASE,
    "appointments.of_person": READS,
    "appointments.record": HAS_CASE,
    "appointments.show": HAS_CASE,
    "cases.close": {"own"} | ONCE,
    "cases.end_sharing": {"own", "shared"} | ONCE,
    "cases.hand_over": {"own"} | ONCE,
    "cases.hold": {"own"} | ONCE,
    "cases.lift": {"own"} | ONCE,
    "cases.reopen": {"own"} | ONCE,
    "cases.share": {"own"} | ONCE,
    "cases.show": {"own", "shared"} | ONCE,
    "closed_records.close": IN_CHARGE,
    "closed_records.lift": IN_CHARGE,
    "closed_records.show": IN_CHARGE,
    "command_notices.confirm": IN_CHARGE,
    "command_notices.form": IN_CHARGE,
    "command_notices.preview": IN_CHARGE,
    "deployment_events.new": IN_CHARGE,
    "deployment_events.record": IN_CHARGE,
    "emergency.end": {"opened"},
    "emergency.open_record": NEAR - {"shut"},
    "emergency.person": NEAR - {"shut"},
    "entered_in_error.ask": IN_CHARGE,
    "entered_in_error.mark": IN_CHARGE,
    "right_record.ask": IN_CHARGE,
    "right_record.move": IN_CHARGE,
    "right_record.preview": IN_CHARGE,
    "interviews.take": set(),  # no programme here has an interview with everybody
    "measures.assign": {"own"},
    "measures.end": {"own"},
    "measures.show": READS,
    "messages.reply": HAS_CASE | RECEIVED,
    "messages.settle": HAS_CASE | RECEIVED,
    "messages.show": HAS_CASE | RECEIVED,
    "messages.take": set(),
    "paper.person": NEAR,
    "paper.print_form": NEAR,
    "paper.sheet": NEAR,
    "paper_keying.differences": NEAR,
    "paper_keying.key_in": NEAR,
    "paper_keying.settle": NEAR,
    "paper_keying.show": NEAR,
    "people.acknowledge": {"alerted", "covered"},
    "people.certify": CARED_FOR,
    "people.close": {"alerted", "covered"},
    "people.record_contact": {"alerted", "covered"},
    "people.show": READS,
    "people.sign_note": {"own", "shared"},
    "people.waive": IN_CHARGE,
    "plans.show": READS,
    "plans.sign": HAS_CASE,
    "plans.write": HAS_CASE,
    "questions.reply": set(),
    "referrals.accept": SENT | RECEIVED,
    "referrals.attended": SENT,
    "referrals.book": SENT,
    "referrals.finish": SENT,
    "referrals.missed": SENT,
    "referrals.of_person": HAS_CASE,
    "referrals.record_agreed": HAS_CASE,
    "referrals.record_withdrawn": HAS_CASE,
    "referrals.reject": SENT | RECEIVED,
    "referrals.send": HAS_CASE,
    "referrals.send_on": SENT,
    "referrals.show": SENT | RECEIVED,
    "referrals.withdraw": SENT,
    "reviews.decide": set(),
    "reviews.review": set(),
    "summaries.ask": IN_CHARGE,
    "summaries.take": IN_CHARGE,
}

# A lead who looks after nobody: the relations are those of the clinician, not theirs.
IN_UNITS = NEAR | {"myself"}
TO_LEAD = dict.fromkeys(TO_CLINICIAN, frozenset[str]()) | {
    "cases.hand_over": {"own", "shared", "colleague's", "myself"},
    "closed_records.close": IN_UNITS,
    "closed_records.lift": IN_UNITS,
    "closed_records.show": IN_UNITS,
    "emergency.open_record": IN_UNITS - {"shut"},
    "emergency.person": IN_UNITS - {"shut"},
    "messages.take": IN_UNITS,
    "paper.person": IN_UNITS,
    "paper.print_form": IN_UNITS,
    "paper.sheet": IN_UNITS,
    "paper_keying.differences": IN_UNITS,
    "paper_keying.key_in": IN_UNITS,
    "paper_keying.settle": IN_UNITS,
    "paper_keying.show": IN_UNITS,
    "people.acknowledge": {"alerted", "covered", "colleague's", "nobody's", "myself"},
    "questions.reply": IN_UNITS,  # each has waited too long
    "reviews.decide": IN_UNITS,
    "reviews.review": IN_UNITS,
}
TO_OFFICER = dict.fromkeys(TO_CLINICIAN, frozenset[str]()) | {
    "questions.reply": IN_UNITS,
    "reviews.decide": IN_UNITS,
    "reviews.review": IN_UNITS,
}
OPENS = {
    Role.CLINICIAN: TO_CLINICIAN,
    Role.CLINIC_LEAD: TO_LEAD,
    Role.PRIVACY_OFFICER: TO_OFFICER,
}
