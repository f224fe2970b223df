"""What every answer carries, whatever its kind: headers, the help link, no trace in a log."""

from uuid import uuid4

import pytest

from models.vocabulary import Role
from tests.factories import PASSWORD
from tests.visitors import Visitor
from tests.web.pages import HELP
from welfare.app import create_app
from welfare.config import Settings

CANARY = "canary-kestrel-7781"
EXPECTED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}


@pytest.fixture
def answers(visit, make, edge):
    """One answer of every kind, with its status."""
    clinician = make.reachable()
    member = make.actor()
    window = make.window(member.person_id)
    alert = make.alert(make.person(), clinician)
    stranger, me, carer = visit(), visit(member), visit(clinician)
    lonely = make.actor(unit=make.unit("Lonely post"))
    alone = make.window(lonely.person_id)
    carer.post(f"/en/alerts/{alert.id}/acknowledge")
    found = {
        200: stranger.get("/en/help"),
        302: stranger.get("/en/"),
        400: stranger.client.post("/en/sign-in"),
        401: stranger.get("/en/work-list"),
        403: me.get("/en/work-list"),
        404: carer.get(f"/en/people/{uuid4()}"),
        409: carer.post(f"/en/alerts/{alert.id}/acknowledge"),
        413: stranger.post("/en/sign-in", {"login": "x" * 1_100_000}),
        422: me.post(f"/en/me/screenings/{window.id}/parts/1"),
        503: visit(lonely).get(f"/en/me/screenings/{alone.id}"),
    }
    edge.break_table("care_case")
    found[500] = carer.get("/en/work-list")
    return found


def test_every_kind_of_answer_carries_the_headers_and_the_help_link(answers):
    for status, answer in answers.items():
        assert answer.status_code == status
        for name, start in EXPECTED.items():
            assert answer.headers[name].startswith(start), (status, name)
        assert answer.headers["Cache-Control"] == "no-store", status
        if status != 302:
            assert answer.text.count(HELP) >= 2, status
            assert answer.mimetype == "text/html"


def test_the_policy_lets_a_browser_run_and_show_own_files_only(answers):
    policy = answers[200].headers["Content-Security-Policy"]

    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    for part in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy


def test_pages_hold_neither_script_nor_style_of_their_own(answers):
    for answer in answers.values():
        assert "<style" not in answer.text and " style=" not in answer.text
        assert "onclick" not in answer.text
        assert "<script>" not in answer.text


def test_a_fault_says_nothing_about_itself(answers):
    page = answers[500].text

    assert "care_case" not in page and "Traceback" not in page and "SELECT" not in page


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE"])
def test_other_methods_carry_the_headers_too(visit, method):
    answer = visit().client.open("/en/help", method=method)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.status_code in {200, 404, 405}


def test_files_may_be_kept_and_a_missing_one_not(visit, app):
    page = visit().get("/en/help").text
    name = page.split('<link rel="stylesheet" href="')[1].split('"')[0]

    with visit().get(name) as there, visit().get("/static/dist/none.css") as missing:
        assert (there.status_code, missing.status_code) == (200, 404)
        assert "immutable" in there.headers["Cache-Control"]
        assert missing.headers["Cache-Control"] == "no-store"
        assert there.headers["Content-Security-Policy"]
        assert HELP in missing.text


@pytest.mark.parametrize(
    "path", ["/static/../config.py", "/static/%2e%2e/config.py", "/static//etc/passwd"]
)
def test_only_files_below_static_are_served(visit, path):
    with visit().get(path) as answer:
        assert answer.status_code == 404


@pytest.fixture
def over_tls(watched, make):
    settings = Settings.from_environment({"WELFARE_PLAIN_HTTP": "no"})
    return create_app(settings, watched)


def test_over_tls_cookies_are_tied_to_the_host_and_the_browser_stays_with_tls(over_tls, make):
    client = over_tls.test_client()

    page = client.get("/en/sign-in", base_url="https://127.0.0.1")

    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-welfare-form=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_over_tls_the_plain_cookie_of_a_session_opens_nothing(over_tls, make):
    visitor = Visitor(over_tls, make, make.actor(Role.CLINICIAN))

    assert visitor.get("/en/work-list", base_url="https://127.0.0.1").status_code == 401


def test_a_fault_while_asking_leaves_no_value_in_the_log(visit, make, edge, caplog):
    visitor = visit(make.actor(Role.ADMINISTRATOR))
    edge.break_table("crisis_contact")
    form = {
        "unit": str(make.root.id),
        "language": "en",
        "name": CANARY,
        "phone": "+00 555 0142",
        "hours": CANARY,
    }

    answer = visitor.post("/en/site/contacts/new", form)

    assert answer.status_code == 500 and CANARY not in answer.text
    assert "a request failed" in caplog.text
    assert CANARY not in caplog.text


def test_a_fault_while_keeping_leaves_no_value_in_the_log(visit, make, edge, caplog):
    visitor = visit(make.actor(Role.ADMINISTRATOR))
    edge.break_table("audit_event")

    answer = visitor.post("/en/site/units/new", {"unit": str(make.root.id), "name": CANARY})

    assert answer.status_code == 500 and CANARY not in answer.text
    assert "a request failed" in caplog.text
    assert CANARY not in caplog.text


def test_a_wrong_sign_in_leaves_no_value_in_the_log(visit, caplog):
    caplog.set_level("DEBUG")

    visit().post("/en/sign-in", {"login": CANARY, "password": PASSWORD})

    assert CANARY not in caplog.text and PASSWORD not in caplog.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_strange_host_name_gets_no_page(visit, host):
    answer = visit().get("/en/help", base_url=f"http://{host}")

    assert 400 <= answer.status_code < 500
    assert host not in answer.text
