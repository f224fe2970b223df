"""Which relation opens which page and act. Written by hand, not drawn from the rules."""

from models.vocabulary import Role

NEAR = {"own", "shared", "colleague's", "former", "ended", "alerted", "covered", "nobody's"}
CARED_FOR = {"own", "shared", "alerted", "covered"}
IN_CHARGE = {"own", "alerted", "covered"}
ONCE = {"former", "ended"}  # whoever ended or gave a case away is told that it is done already
# By endpoint; everything else is a page that is missing.
TO_CLINICIAN = {
    "cases.close": {"own"} | ONCE,
    "cases.end_sharing": {"own", "shared"} | ONCE,
    "cases.hand_over": {"own"} | ONCE,
    "cases.hold": {"own"} | ONCE,
    "cases.lift": {"own"} | ONCE,
    "cases.reopen": {"own"} | ONCE,
    "cases.share": {"own"} | ONCE,
    "cases.show": {"own", "shared"} | ONCE,
    "deployment_events.new": IN_CHARGE,
    "deployment_events.record": IN_CHARGE,
    "entered_in_error.ask": IN_CHARGE,
    "entered_in_error.mark": IN_CHARGE,
    "right_record.ask": IN_CHARGE,
    "right_record.move": IN_CHARGE,
    "right_record.preview": IN_CHARGE,
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
    "people.show": CARED_FOR,
    "people.sign_note": {"own", "shared"},
    "people.waive": IN_CHARGE,
}

# A lead who looks after nobody: the relations are those of the clinician, not theirs.
IN_UNITS = NEAR | {"myself"}
TO_LEAD = dict.fromkeys(TO_CLINICIAN, frozenset[str]()) | {
    "cases.hand_over": {"own", "shared", "colleague's", "myself"},
    "paper.person": IN_UNITS,
    "paper.print_form": IN_UNITS,
    "paper.sheet": IN_UNITS,
    "paper_keying.differences": IN_UNITS,
    "paper_keying.key_in": IN_UNITS,
    "paper_keying.settle": IN_UNITS,
    "paper_keying.show": IN_UNITS,
    "people.acknowledge": {"alerted", "covered", "colleague's", "nobody's", "myself"},
}
OPENS = {Role.CLINICIAN: TO_CLINICIAN, Role.CLINIC_LEAD: TO_LEAD}
