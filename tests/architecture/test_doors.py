"""Who may enter is decided by the views; these tests look at all of them at once."""

import pytest

from welfare.policies.permissions import Permission
from welfare.web import guard
from welfare.web.guard import (
    ANY_SESSION,
    PRIVATE,
    PUBLIC,
    SIGNED_IN,
    SilentView,
    fresh_within,
    need_of,
)

OPEN_TO_ALL = {
    "account.home",  # sends everybody to the page they can use
    "account.open_session",
    "account.sign_in",
    "call_me.ask",
    "call_me.keep",
    "passkey.ask",
    "passkey.open_session",
    "joining.ask_reset",
    "joining.forgotten",
    "joining.refuse",
    "joining.show",
    "joining.use",
    "root",
    "static",
    "support.help_now",
    "window_links.another",
    "window_links.done",
    "window_links.refuse",
    "window_links.show",
    "window_links.use",
}
# Nobody is asked who they are, and nothing is changed or kept: no form token is asked for.
FOR_NOBODY_IN_PARTICULAR = {"self_check.ask", "self_check.result", "self_check.topics"}
FOR_ANYBODY_SIGNED_IN = {
    "account.change_password",
    "account.overview",
    "account.password",
    "account.posts",
    "account.switch_post",
    "confirm.ask_passkey",
    "confirm.hold",
    "confirm.by_code",
    "confirm.by_passkey",
    "confirm.by_password",
    "confirm.show",
    "own_sessions.end",
    "own_sessions.end_others",
    "own_sessions.show",
    "second_factor.add_passkey",
    "second_factor.app",
    "second_factor.begin_app",
    "second_factor.begin_passkey",
    "second_factor.confirm_app",
    "second_factor.door",
    "second_factor.remove",
    "second_factor.renew_codes",
    "second_factor.show",
}
# Asked by services alone: it decides which rows a page lists, or it has no page but a command.
ASKED_INSIDE: set[Permission] = {
    Permission.ALERT_READ,
    Permission.CALL_ASK,
    Permission.KEYS_KEEP,
    Permission.PERSON_ERASE,
    Permission.PERSON_EXPORT,
    Permission.PERSON_HOLD,
    Permission.PROGRAMME_CONFIRM_CARE,  # what changes decides who may confirm it
    Permission.PROGRAMME_CONFIRM_WINDOWS,
    Permission.PROGRAMME_COUNT_LOSSES,
    Permission.SCREENING_RECEIVE,  # of the record into which a screening is moved
}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def test_the_house_does_not_open_while_a_view_is_silent(app, database):
    app.view_functions["forgotten"] = lambda: "secret"

    with pytest.raises(SilentView, match="forgotten"):
        guard.init_app(app, database.keys)


@pytest.mark.parametrize(
    ("need", "known"),
    [
        (PUBLIC, OPEN_TO_ALL),
        (PRIVATE, FOR_NOBODY_IN_PARTICULAR),
        (SIGNED_IN, FOR_ANYBODY_SIGNED_IN),
        (ANY_SESSION, {"account.sign_out"}),  # also for whoever came by a link
    ],
)
def test_views_without_a_permission_are_the_ones_we_know(app, need, known):
    assert {name for name, view in app.view_functions.items() if need_of(view) == need} == known


def test_every_permission_is_asked_for_somewhere(app):
    asked = {need_of(view) for view in app.view_functions.values()}

    assert set(Permission) - asked == ASKED_INSIDE


def test_no_page_both_reads_and_writes(app):
    methods = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(rule.endpoint, set()).update(rule.methods)

    both = [name for name, used in methods.items() if "GET" in used and used & WRITING]

    assert both == []


def test_only_get_and_post_are_used(app):
    used = set().union(*(rule.methods for rule in app.url_map.iter_rules()))

    assert used == {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_page_but_files_and_the_root_names_its_language(app):
    without = {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/<any(")}

    assert without == {"/", "/static/<path:filename>"}


def test_the_keys_to_an_account_are_behind_a_fresh_sign_in(app):
    """Whoever finds a screen that was left open adds no key of their own, and takes none away."""
    own = {name for name in app.view_functions if name.startswith(("second_factor.", "own_sess"))}

    stale = {name for name in own if fresh_within(app.view_functions[name]) is None}

    assert stale == {"second_factor.door"}  # it only leads on
    assert len(own) > 10
