"""Acts and readings, each with what it is given from the scene of `test_one_act_one_event`."""

from uuid import uuid4

from models.vocabulary import ReleaseDecision, Role
from tests.factories import CALM, CRITICAL, TODAY
from welfare.policies.browser import Browser
from welfare.policies.referral_wishes import Wish
from welfare.services import (
    accounts,
    acuity,
    alerts,
    completion,
    consents,
    drafts,
    interview_list,
    interviews,
    invitations,
    messages,
    notebook,
    notes,
    own_messages,
    own_record,
    own_windows,
    posts,
    readiness,
    records,
    referrals,
    releases,
    screenings,
    second_factors,
    sessions,
    site,
    waivers,
    work_list,
)


def send(it, answers):
    return {
        **it["member"],
        "window_id": it["window"],
        "submission_id": uuid4(),
        "answers": answers,
        "language": "en",
    }


REFERRED = Wish(None, True, "Harbour Clinic", "routine", "Sleeps badly.", "law", "A court.")
CONTACT = {"result": "reached", "channel": "phone", "words": ""}
DETAILS = {"given": "Noor", "family": "Castellane", "email": "noor@example.org"}
ACTS = {
    "write a message": (
        own_messages.write_message,
        lambda it: {**it["member"], "message_id": uuid4(), "words": "A word."},
    ),
    "reply to a message": (
        messages.reply,
        lambda it: {
            **it["clinician"],
            "message_id": it["message"],
            "reply_id": uuid4(),
            "words": "A word.",
        },
    ),
    "settle a message": (
        messages.settle,
        lambda it: {**it["clinician"], "message_id": it["message"]},
    ),
    "delete from the notebook": (
        notebook.delete_entry,
        lambda it: {**it["member"], "entry_id": it["entry"]},
    ),
    "send": (screenings.send_screening, lambda it: send(it, CALM)),
    "send a critical answer": (screenings.send_screening, lambda it: send(it, CRITICAL)),
    "save a draft": (
        drafts.save_part,
        lambda it: {
            **it["member"],
            "window_id": it["window"],
            "part": "phq-9",
            "answers": CALM["phq-9"],
            "today": TODAY,
        },
    ),
    "acknowledge": (
        alerts.acknowledge_alert,
        lambda it: {**it["clinician"], "alert_id": it["new"]},
    ),
    "record contact": (
        alerts.record_contact,
        lambda it: {**it["clinician"], "alert_id": it["taken"], **CONTACT},
    ),
    "certify an interview": (
        interviews.certify_screening,
        lambda it: {
            **it["clinician"],
            "screening_id": it["answered"],
            "spoken_on": TODAY,
            "channel": "phone",
            "words": "Agreed.",
        },
    ),
    "take somebody on": (
        interview_list.take_interview,
        lambda it: {**it["clinician"], "screening_id": it["waiting"]},
    ),
    "decline a check": (
        own_windows.decline_window,
        lambda it: {**it["member"], "window_id": it["window"]},
    ),
    "waive a check": (
        waivers.waive_window,
        lambda it: {**it["clinician"], "window_id": it["cared"]},
    ),
    "sign a note": (
        notes.sign_note,
        lambda it: {**it["clinician"], "case_id": it["case"], "words": "A word."},
    ),
    "agree": (consents.give_consent, lambda it: {**it["member"], "purpose": "sharing"}),
    "refer somebody": (
        referrals.send_referral,
        lambda it: {**it["clinician"], "person_id": it["person"], "wish": REFERRED},
    ),
    "tell how pressing it is": (
        acuity.tell_acuity,
        lambda it: {**it["member"], "screening_id": it["critical"], "given": {"today": "yes"}},
    ),
    "decide": (
        releases.decide_release,
        lambda it: {
            **it["privacy"],
            "release_id": it["release"],
            "decision": ReleaseDecision.APPROVED,
            "reason": "",
        },
    ),
    "make a unit": (
        site.create_unit,
        lambda it: {**it["admin"], "parent_id": it["unit"], "name": "A Company"},
    ),
    "add a contact": (
        site.add_crisis_contact,
        lambda it: {
            **it["admin"],
            "unit_id": it["unit"],
            "language": "en",
            "name": "Chaplain",
            "phone": "+00 555 0142",
            "hours": "By day",
        },
    ),
    "make an account": (
        accounts.create_account,
        lambda it: {
            **it["admin"],
            "unit_id": it["unit"],
            "role": Role.CLINICIAN,
            "login": "castellane",
            "details": DETAILS,
        },
    ),
    "disable an account": (
        accounts.disable_account,
        lambda it: {**it["admin"], "account_id": it["login"].account_id},
    ),
    "give a post": (
        posts.give_post,
        lambda it: {
            **it["admin"],
            "account_id": it["login"].account_id,
            "unit_id": it["unit"],
            "role": Role.AUDITOR,
        },
    ),
    "confirm a post": (posts.confirm_post, lambda it: {**it["admin"], "post_id": it["asked"]}),
    "reject a post": (
        posts.reject_post,
        lambda it: {**it["admin"], "post_id": it["asked"], "reason": "wrong_role"},
    ),
    "end a post": (posts.end_post, lambda it: {**it["admin"], "post_id": it["held"]}),
    "enable an account": (
        accounts.enable_account,
        lambda it: {**it["admin"], "account_id": it["gone"]},
    ),
    "make a link": (
        invitations.invite,
        lambda it: {**it["admin"], "account_id": it["login"].account_id},
    ),
    "confirm a link": (
        invitations.confirm_invitation,
        lambda it: {**it["admin"], "invitation_id": it["link"]},
    ),
    "withdraw a link": (
        invitations.withdraw_invitation,
        lambda it: {**it["admin"], "invitation_id": it["link"]},
    ),
    "switch the post": (
        sessions.switch_post,
        lambda it: {**it["clinician"], "token": it["token"], "post_id": it["post"]},
    ),
    "end somebody's sessions": (
        sessions.end_sessions,
        lambda it: {**it["admin"], "account_id": it["clinician"]["actor"].account_id},
    ),
    "end the other sessions": (
        sessions.end_other_sessions,
        lambda it: {**it["clinician"], "token": it["token"]},
    ),
    "give a code": (
        second_factors.prove_by_code,
        lambda it: {**it["clinician"], "browser": Browser(token=it["token"]), "code": it["code"]},
    ),
    "remove an app": (
        second_factors.remove_factor,
        lambda it: {
            **it["clinician"],
            "browser": Browser(token=it["token"]),
            "factor_id": it["app"],
        },
    ),
    "make new codes": (
        second_factors.renew_codes,
        lambda it: {**it["clinician"], "browser": Browser(token=it["token"])},
    ),
    "sign out": (sessions.sign_out, lambda it: {**it["clinician"], "token": it["token"]}),
}
READS = {
    "a record": (
        records.read_record,
        lambda it: {**it["clinician"], "person_id": it["person"]},
    ),
    "the work-list": (work_list.read_work_list, lambda it: {**it["clinician"], "today": TODAY}),
    "who was asked": (
        completion.read_completion,
        lambda it: {**it["officer"], "today": TODAY},
    ),
    "who has finished": (readiness.read_readiness, lambda it: {**it["officer"], "today": TODAY}),
    "who waits for an interview": (interview_list.list_waiting, lambda it: it["clinician"]),
    "the own history": (own_record.read_history, lambda it: it["member"]),
    "the site": (site.read_site, lambda it: it["admin"]),
    "a candidate": (
        releases.read_release,
        lambda it: {**it["privacy"], "release_id": it["release"]},
    ),
}
