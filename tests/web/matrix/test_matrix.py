"""Every page of care × every relation × every role: what is not granted is as if missing."""

import re
from uuid import uuid4

import pytest

from models.vocabulary import Role
from tests.web.matrix.opening import OPENS, TO_CLINICIAN
from tests.web.matrix.world import RELATIONS, World
from welfare.policies import access
from welfare.web import guard, work

GONE, NOT_THEIRS = 404, 403
# What comes with forms, so that the one thing to ask is whose the record is.
KEYS = ("appointment_id", "measure_id", "notice_id", "plan_id", "receiver", "reply_id")
FILLED = dict.fromkeys(KEYS, uuid4()) | {"kind": "care", "day": "2026-02-02", "hour": "10:00"}
MAIN = re.compile(r"<h1.*</main>", re.DOTALL)  # without what was said about the form before
CARE = {
    "person_id",
    "case_id",
    "alert_id",
    "window_id",
    "screening_id",
    "form_id",
    "appointment_id",
    "measure_id",
    "message_id",
    "referral_id",
    "glass_id",
    "delay_id",
    "question_id",
}


@pytest.fixture
def unchanging(monkeypatch):
    """Whatever a form did is undone, so that the next one meets the same world."""
    monkeypatch.setattr(work, "BAD", 0)


@pytest.fixture
def world(make):
    return World(make)


def rules(app):
    """Every address that names a record of care, with its methods."""
    for rule in app.url_map.iter_rules():
        arguments = rule.arguments - {"lang"}
        if arguments and arguments <= CARE and rule.endpoint in TO_CLINICIAN:
            for method in sorted({"GET", "POST"} & rule.methods):
                yield rule, method


def said(text):
    found = MAIN.search(text)
    return found.group() if found else ""


def ask(app, visitor, token, rule, method, ids, **more):
    given = {name: ids[name] for name in rule.arguments - {"lang"}} | {"lang": "en"}
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, given)
    named = {"csrf_token": token} | dict.fromkeys(("person", "person_id"), ids["person_id"])
    form = FILLED | named | more if method == "POST" else None
    with visitor.client.open(path, method=method, data=form) as answer:
        return answer.status_code, said(answer.text)


def _is_as(found, missing):
    """To the letter; what no such role may ever do is refused at the door, whatever the record."""
    return found == missing or found[0] == missing[0] == NOT_THEIRS


def test_no_address_that_names_a_record_of_care_is_left_out(app):
    left_out = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.arguments & CARE and rule.endpoint not in TO_CLINICIAN
        if access.GRANTS.get(guard.need_of(app.view_functions[rule.endpoint]), {}).keys() & OPENS
    ]

    assert left_out == []


@pytest.mark.parametrize("role", OPENS)
def test_a_relation_opens_what_it_should_and_nothing_else(
    role, app, make, world, visit, unchanging
):
    visitor = visit(world.asking if role is Role.CLINICIAN else make.actor(role))
    token = visitor.token()
    named = dict.fromkeys(("share_with", "successor"), world.third.account_id) | {"even_so": "yes"}
    wrong = []
    for rule, method in rules(app):
        missing = ask(app, visitor, token, rule, method, world.ids["missing"], **named)
        for relation in RELATIONS:
            found = ask(app, visitor, token, rule, method, world.ids[relation], **named)
            is_open = found[0] not in (GONE, NOT_THEIRS)
            is_right = is_open == (relation in OPENS[role][rule.endpoint])
            if not is_right or not (is_open or _is_as(found, missing)):
                wrong.append((rule.endpoint, method, relation, found[0]))

    assert wrong == []


@pytest.mark.parametrize("role", [each for each in Role if each not in OPENS])
def test_no_other_role_comes_near_a_page_of_care_whatever_the_record(role, app, world, make, visit):
    visitor = visit(make.actor(role))
    token = visitor.token()

    seen = [
        ask(app, visitor, token, rule, method, world.ids[relation])[0]
        for rule, method in rules(app)
        for relation in RELATIONS
    ]

    assert set(seen) == {NOT_THEIRS}
    assert len(seen) >= len(TO_CLINICIAN) * len(RELATIONS)
