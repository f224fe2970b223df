"""Pages of an administrator: forms that cannot be used, acts that fail, nothing secret shown."""

import re

import pytest

from models.vocabulary import Role


@pytest.mark.parametrize(
    ("path", "form", "kept"),
    [
        ("units", {"name": ""}, []),
        ("accounts", {"role": "clinician", "login": "no", "given": "Noor"}, ["Noor"]),
        ("accounts", {"role": "x", "login": "noor", "given": "Noor", "family": "C"}, ["Noor"]),
        (
            "duty",
            {
                "from": "2026-01-01",
                "until": "9999-12-31",
                "account": "00000000-0000-0000-0000-000000000000",
            },
            [],
        ),
        ("duty", {"from": "", "account": ""}, []),
        ("contacts", {"name": "Chaplain", "phone": "none", "hours": "Always"}, ["Chaplain"]),
        ("contacts", {"name": "C", "phone": "1" * 60, "hours": "Always"}, []),
    ],
)
def test_a_form_of_the_site_that_cannot_be_used_is_shown_again(visit, make, edge, path, form, kept):
    admin = visit(make.actor(Role.ADMINISTRATOR))
    before = edge.contents()

    page = admin.post(f"/en/site/{path}/new", {"unit": str(make.root.id), "language": "en", **form})

    assert page.status_code == 422, page.text
    assert "<title>Error:" in page.text
    assert [word for word in kept if word not in page.text] == []
    assert edge.contents() == before


@pytest.mark.parametrize("unit", ["", "not-an-id", "00000000-0000-0000-0000-000000000000"])
def test_a_unit_that_is_not_on_the_list_is_refused(visit, make, unit):
    admin = visit(make.actor(Role.ADMINISTRATOR))

    answer = admin.post("/en/site/units/new", {"unit": unit, "name": "A Company"})

    assert answer.status_code in {404, 422}


def test_signs_that_no_database_keeps_are_left_out(visit, make, edge):
    admin = visit(make.actor(Role.ADMINISTRATOR))

    answer = admin.post("/en/site/units/new", {"unit": str(make.root.id), "name": "A\x00 Company"})

    assert answer.status_code == 302
    assert "A Company" in admin.get("/en/site/").text


def test_no_page_shows_a_password_and_what_it_shows_is_never_cached(visit, make):
    admin = visit(make.actor(Role.ADMINISTRATOR))
    form = {
        "unit": str(make.root.id),
        "role": "clinician",
        "login": "noor",
        "given": "Noor",
        "family": "Castellane",
        "email": "noor@example.org",
    }

    page = admin.post("/en/site/accounts/new", form)

    code = re.search(r"\b\d{4} \d{4}\b", page.text).group()
    assert page.status_code == 201 and page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b", page.text)
    assert code not in admin.get("/en/site/").text


def test_a_failed_act_never_says_that_it_was_done(visit, make, edge):
    admin = visit(make.actor(Role.ADMINISTRATOR))
    edge.break_table("audit_event")

    failed = admin.post("/en/site/units/new", {"unit": str(make.root.id), "name": "A Company"})

    assert failed.status_code == 500
    for page in (failed, admin.get("/en/help")):
        assert "is there" not in page.text
