"""Every page of care × every relation × every role: what is not granted is as if missing."""

import re

import pytest

from models.vocabulary import Role
from tests.web.matrix.opening import OPENS, TO_CLINICIAN
from tests.web.matrix.world import RELATIONS, World
from welfare.web import work

GONE, NOT_THEIRS = 404, 403
MAIN = re.compile(r"<h1.*</main>", re.DOTALL)  # without what was said about the form before
CARE = ("person_id", "case_id", "alert_id", "window_id", "screening_id", "form_id")


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
        if arguments and arguments <= set(CARE) and rule.endpoint in TO_CLINICIAN:
            for method in sorted({"GET", "POST"} & rule.methods):
                yield rule, method


def said(text):
    found = MAIN.search(text)
    return found.group() if found else ""


def ask(app, visitor, token, rule, method, ids, **more):
    given = {name: ids[name] for name in rule.arguments - {"lang"}} | {"lang": "en"}
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, given)
    form = {"csrf_token": token, "person": ids["person_id"], **more} if method == "POST" else None
    with visitor.client.open(path, method=method, data=form) as answer:
        return answer.status_code, said(answer.text)


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
            if not is_right or (not is_open and found != missing):
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
