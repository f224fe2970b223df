"""Who may enter is decided by the views; these tests look at all of them at once."""

import pytest

from welfare.policies.permissions import Permission
from welfare.web import guard
from welfare.web.guard import PUBLIC, SIGNED_IN, SilentView, need_of

OPEN_TO_ALL = {
    "account.home",  # sends everybody to the page they can use
    "account.open_session",
    "account.sign_in",
    "root",
    "static",
    "support.help_now",
}
FOR_ANYBODY_SIGNED_IN = {
    "account.change_password",
    "account.password",
    "account.posts",
    "account.sign_out",
    "account.switch_post",
}
# Asked by services alone: it decides which rows a page lists, not who may open it.
ASKED_INSIDE: set[Permission] = {Permission.ALERT_READ}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def test_the_house_does_not_open_while_a_view_is_silent(app):
    app.view_functions["forgotten"] = lambda: "secret"

    with pytest.raises(SilentView, match="forgotten"):
        guard.init_app(app)


@pytest.mark.parametrize(
    ("need", "known"), [(PUBLIC, OPEN_TO_ALL), (SIGNED_IN, FOR_ANYBODY_SIGNED_IN)]
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
    without = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/<any(en):lang>")
    }

    assert without == {"/", "/static/<path:filename>"}
