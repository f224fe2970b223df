"""An act and its event are one transaction: where the trail cannot be written, nothing happened."""

from uuid import uuid4

import pyotp
import pytest
from sqlalchemy.exc import SQLAlchemyError

from models.tables.people import Person
from models.vocabulary import AlertStatus, ReleaseDecision, Role
from tests.answered import ALWAYS, answered
from tests.factories import APP_KEY, CALM, CRITICAL, TODAY
from tests.policies.population import release_of
from welfare.policies.browser import Browser
from welfare.services import (
    accounts,
    acuity,
    alerts,
    completion,
    drafts,
    interview_list,
    interviews,
    invitations,
    messages,
    notebook,
    notes,
    own_record,
    own_windows,
    posts,
    readiness,
    records,
    releases,
    screenings,
    second_factors,
    sessions,
    site,
    waivers,
    work_list,
)


@pytest.fixture
def scene(make, edge):
    """Everything that the acts below need, and a trail that cannot be written any more."""
    clinician = make.reachable()
    member, admin = make.actor(), make.actor(Role.ADMINISTRATOR)
    person = make.person()
    new = make.alert(person, clinician)
    with make.database.reading() as session:
        critical = make.alert(session.get_one(Person, member.person_id), clinician)
    taken = make.alert(
        person,
        clinician,
        status=AlertStatus.ACKNOWLEDGED,
        acknowledged_at=make.now,
        acknowledged_by=clinician.account_id,
    )
    found = {
        "answered": answered(make, person, programme=ALWAYS).id,
        "waiting": answered(make, make.person(), programme=ALWAYS).id,
        "cared": make.window(person.id, opens_on=TODAY).id,
        "officer": {"actor": make.actor(Role.WELFARE_OFFICER), "at": make.now},
        "clinician": {"actor": clinician, "at": make.now},
        "member": {"actor": member, "at": make.now},
        "admin": {"actor": admin, "at": make.now},
        "privacy": {"actor": make.actor(Role.PRIVACY_OFFICER), "at": make.now},
        "window": make.window(member.person_id).id,
        "person": person.id,
        "new": new.id,
        "critical": critical.screening_id,
        "taken": taken.id,
        "case": make.case(person, clinician).id,
        "release": release_of(make, make.root, [make.root]),
        "unit": make.root.id,
        "token": make.web_session(clinician),
        "post": make.post(clinician, Role.MEMBER, make.root).id,
        "login": make.actor(login="noor"),
        "app": make.app(clinician).id,
        "passkey": make.passkey(clinician).id,  # so that the app is not the last
        "code": pyotp.TOTP(APP_KEY).at(make.now),
        "asked": make.post(clinician, Role.AUDITOR, make.root, confirmed_at=None).id,
        "held": make.post(make.actor(), Role.AUDITOR, make.root).id,
        "gone": make.actor(disabled_at=make.now).account_id,
        "link": make.invitation(clinician).id,
        "message": make.message(member.person_id, clinician).id,
        "entry": make.notebook_entry(member).id,
    }
    edge.break_table("audit_event")
    return found


def send(it, answers):
    return {
        **it["member"],
        "window_id": it["window"],
        "submission_id": uuid4(),
        "answers": answers,
        "language": "en",
    }


CONTACT = {"result": "reached", "channel": "phone", "words": ""}
DETAILS = {"given": "Noor", "family": "Castellane", "email": "noor@example.org"}
ACTS = {
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


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_event_cannot_be_written_did_not_happen(edge, scene, name):
    service, given = ACTS[name]
    before = edge.contents()

    with pytest.raises(SQLAlchemyError):
        edge.act(service, **given(scene))

    assert edge.contents() == before


@pytest.mark.parametrize("name", READS)
def test_a_reading_whose_event_cannot_be_written_is_not_handed_over(edge, scene, name):
    service, given = READS[name]

    with pytest.raises(SQLAlchemyError):
        edge.look(service, **given(scene))
