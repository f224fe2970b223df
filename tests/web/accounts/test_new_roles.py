"""Accounts and roles as two administrators make them, from the request to the first sign-in."""

from models.tables.accounts import Account, Post
from models.tables.doors import Invitation
from models.vocabulary import PostEnding, Role
from tests.factories import PASSWORD
from tests.web.accounts.asking import NEW, add, code_in, confirm_first, join, link_in
from tests.web.pages import actions
from welfare.policies.passwords import hashed


def test_two_administrators_make_a_clinician_and_neither_could_alone(
    visit, make, edge, first, second
):
    asked = add(first, make)
    code, shown_to_first = code_in(asked), link_in(asked)
    waiting = first.get("/en/accounts/waiting").text
    confirmed = confirm_first(second)
    path = link_in(confirmed)
    stranger = visit()

    assert asked.status_code == confirmed.status_code == 201
    assert shown_to_first is None and code_in(confirmed) is None
    assert not [each for each in actions(waiting) if each.endswith("/confirm")]
    assert asked.headers["Cache-Control"] == confirmed.headers["Cache-Control"] == "no-store"
    assert "<svg" in confirmed.text and 'aria-label="The same link as a QR code"' in confirmed.text
    assert join(stranger, path, "7788").status_code == 422
    assert join(stranger, path, code).headers["Location"] == "/en/sign-in"
    assert join(stranger, path, code).status_code == 404
    signed_in = stranger.post("/en/sign-in", {"login": "noor", "password": NEW})
    assert signed_in.status_code == 302


def test_a_member_needs_one_administrator_and_what_only_they_know(visit, make, first):
    made = add(first, make, role="member")
    path, stranger = link_in(made), visit()

    page = stranger.get(path)
    done = join(stranger, path, "7788")

    assert code_in(made) is None and "noor" in made.text
    assert "Your service number" in page.text and "Castellane" not in page.text
    assert done.headers["Location"] == "/en/sign-in"
    assert "Your password is set" in stranger.get("/en/sign-in").text


def test_who_asked_cannot_confirm_by_typing_the_address(make, edge, first):
    add(first, make)
    (post,) = edge.rows(Post, Post.confirmed_at.is_(None))
    (link,) = edge.rows(Invitation)

    answers = [
        first.post(f"/en/accounts/posts/{post.id}/confirm"),
        first.post(f"/en/accounts/links/{link.id}/confirm"),
    ]

    assert [each.status_code for each in answers] == [404, 404]
    assert edge.rows(Post, Post.id == post.id)[0].confirmed_at is None
    assert edge.rows(Invitation)[0].confirmed_at is None


def test_an_administrator_of_another_contingent_finds_nothing(make, visit, edge, first):
    add(first, make)
    (post,) = edge.rows(Post, Post.confirmed_at.is_(None))
    other = visit(make.actor(Role.ADMINISTRATOR, make.unit("Another contingent")))

    pages = [
        other.get(f"/en/accounts/{post.account_id}"),
        other.get(f"/en/accounts/{post.account_id}/disable"),
        other.post(f"/en/accounts/posts/{post.id}/confirm"),
        other.post(f"/en/accounts/posts/{post.id}/reject", {"reason": "wrong_role"}),
        other.post(f"/en/accounts/{post.account_id}/link"),
        other.post(f"/en/accounts/{post.account_id}/disable"),
    ]

    assert {page.status_code for page in pages} == {404}
    assert "Castellane" not in other.get("/en/accounts/waiting").text
    assert "Castellane" not in other.get("/en/accounts/").text


def test_extra_fields_of_a_form_change_nothing(make, edge, first):
    extra = {
        "confirmed_at": "2026-01-01",
        "confirmed_by": str(make.root.id),
        "given_by": "",
        "password": NEW,
        "password_hash": "x",
        "must_change_password": "",
        "person_id": str(make.person().id),
        "until_day": "2030-01-01",
        "made_by": "",
        "expires_at": "2030-01-01",
    }

    add(first, make, **extra)

    (post,) = edge.rows(Post, Post.role == Role.CLINICIAN)
    (account,) = edge.rows(Account, Account.id == post.account_id)
    (link,) = edge.rows(Invitation)
    assert post.confirmed_at is None and post.given_by is not None and post.until_day is None
    assert account.must_change_password and account.password_hash != "x"
    assert link.made_by is not None and link.confirmed_at is None


def test_a_further_role_of_a_member_gives_the_code_and_then_the_link(make, edge, first, second):
    noor = make.actor(login="noor", password_hash=hashed(PASSWORD))
    form = {"role": "auditor", "unit": str(make.root.id)}

    asked = first.post(f"/en/accounts/{noor.account_id}/posts", form)
    confirmed = confirm_first(second)

    (account,) = edge.rows(Account, Account.id == noor.account_id)
    assert code_in(asked) and link_in(confirmed)
    assert account.must_change_password


def test_a_role_that_cannot_be_given_says_why(make, first):
    commander = make.actor(Role.COMMANDER)

    page = first.post(
        f"/en/accounts/{commander.account_id}/posts",
        {"role": "clinician", "unit": str(make.root.id)},
    )

    assert page.status_code == 422
    assert "Command and care are never in one hand" in page.text


def test_a_rejected_role_shows_its_reason(make, edge, first, second):
    add(first, make)
    page = second.get("/en/accounts/waiting").text
    action = next(each for each in actions(page) if each.endswith("/reject"))

    unsaid = second.post(action, {"reason": ""})
    done = second.post(action, {"reason": "wrong_person"})

    (post,) = edge.rows(Post, Post.role == Role.CLINICIAN)
    assert (unsaid.status_code, done.status_code) == (422, 302)
    assert post.closed_for is PostEnding.WRONG_PERSON
    assert "Wrong person" in first.get(f"/en/accounts/{post.account_id}").text
