"""Every page, asked for by every role and by a stranger: what the access table says, happens."""

from uuid import uuid4

from models.vocabulary import Role
from tests.visitors import Visitor
from welfare.policies.access import BY_LINK, GRANTS
from welfare.policies.permissions import Permission
from welfare.web.guard import ANY_SESSION, PRIVATE, PUBLIC, SIGNED_IN, need_of

OWN_ANSWERS = {200, 201, 302, 303}
# An id that is nobody's, an empty form: refused by the service, not by the door.
BY_THE_SERVICE = {404, 409, 422}
VALUES = {"lang": "en", "number": 1, "filename": "dist/manifest.json"}


def paths(app):
    """Every address with its method, ids made up; signing out comes last."""
    with app.test_request_context():
        found = [
            (rule, method, app.url_map.bind("localhost").build(rule.endpoint, values(rule)))
            for rule in app.url_map.iter_rules()
            for method in sorted({"GET", "POST"} & rule.methods)
        ]
    return sorted(found, key=lambda each: (each[0].endpoint == "account.sign_out", each[2]))


def values(rule):
    return {name: VALUES.get(name, uuid4()) for name in rule.arguments}


def expected(need, role):
    """The statuses that the access table leaves open."""
    if need in (PUBLIC, PRIVATE):
        return OWN_ANSWERS | BY_THE_SERVICE
    if role is None:
        return {401}
    if need in (SIGNED_IN, ANY_SESSION) or role in GRANTS[Permission(need)]:
        return OWN_ANSWERS | BY_THE_SERVICE
    return {403}


def expected_by_link(need):
    """The same for whoever came by a link, whatever their role."""
    if need in (PUBLIC, PRIVATE, ANY_SESSION) or need in BY_LINK:
        return OWN_ANSWERS | BY_THE_SERVICE
    return {403}


def test_every_route_answers_every_role_as_the_access_table_says(app, make, visit):
    make.reachable()
    visitors = {role: visit(make.actor(role)) for role in Role} | {None: visit()}
    tokens = {role: each.token() for role, each in visitors.items()}
    seen = {}

    for rule, method, path in paths(app):
        need = need_of(app.view_functions[rule.endpoint])
        for role, visitor in visitors.items():
            form = {"csrf_token": tokens[role]} if method == "POST" else None
            with visitor.client.open(path, method=method, data=form) as answer:
                seen[method, rule.rule, role] = answer.status_code
            assert seen[method, rule.rule, role] in expected(need, role), (method, path, role)

    assert len(seen) == len(paths(app)) * (len(Role) + 1)
    assert len(seen) > 300


def test_every_route_but_those_of_its_window_is_refused_to_whoever_came_by_a_link(app, make, visit):
    make.reachable()
    clinician = make.actor(Role.CLINICIAN)
    visitors = [by_link(app, make, each) for each in (make.actor(), clinician)]
    seen = set()

    for rule, method, path in paths(app):
        need = need_of(app.view_functions[rule.endpoint])
        for visitor in visitors:
            form = {"csrf_token": visitor.token()} if method == "POST" else None
            with visitor.client.open(path, method=method, data=form) as answer:
                seen.add(answer.status_code)
                assert answer.status_code in expected_by_link(need), (method, path)

    assert {200, 403, 404} <= seen


def by_link(app, make, actor):
    visitor = Visitor(app, make, None)
    window = make.window(actor.person_id)
    visitor.client.set_cookie("welfare", make.web_session(actor, window_id=window.id))
    return visitor


def test_every_page_without_an_id_opens_for_some_role(app, make, visit):
    make.reachable()
    visitors = [visit(make.actor(role)) for role in Role]
    pages = [rule for rule, method, _ in paths(app) if method == "GET" and not ids(rule)]

    closed = [
        rule.rule
        for rule in pages
        if not any(status_of(visitor, path_of(app, rule)) in OWN_ANSWERS for visitor in visitors)
    ]

    assert closed == []
    assert len(pages) > 15


def status_of(visitor, path):
    with visitor.get(path) as answer:
        return answer.status_code


def ids(rule):
    return rule.arguments - set(VALUES)


def path_of(app, rule):
    return app.url_map.bind("localhost").build(rule.endpoint, values(rule))
