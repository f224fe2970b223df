"""The list of accounts and the page of one: found, disabled, ended, withdrawn."""

from models.tables.accounts import Account, Post
from models.tables.doors import Invitation
from models.vocabulary import LinkEnding, Role
from tests.web.accounts.asking import add, code_in
from tests.web.pages import actions, steady


def test_an_account_is_disabled_after_a_page_that_says_what_happens(make, edge, first):
    clinician = make.reachable()
    page = f"/en/accounts/{clinician.account_id}/disable"

    asked = first.get(page)
    refused = first.post(page)
    unchanged = edge.rows(Account, Account.id == clinician.account_id)[0].disabled_at
    done = first.post(page, {"even_so": "yes"})

    assert "This happens at once" in asked.text and "even_so" not in asked.text
    assert refused.status_code == 422 and 'name="even_so"' in refused.text
    assert unchanged is None
    assert done.status_code == 302
    assert "No: a gap" in first.get("/en/site/").text
    enabled = first.post(f"/en/accounts/{clinician.account_id}/enable")
    assert enabled.status_code == 302
    assert edge.rows(Account, Account.id == clinician.account_id)[0].disabled_at is None


def test_the_page_before_disabling_is_the_same_whatever_work_is_open(make, first):
    clinician = make.reachable()
    page = f"/en/accounts/{clinician.account_id}/disable"

    def seen():
        return steady(first.get(page).text), steady(first.post(page).text)

    before = seen()
    make.alert(make.person(), clinician)
    make.case(make.person(), clinician)

    assert seen() == before


def test_a_role_is_ended_and_its_colleague_must_be_one_of_the_list(make, edge, first):
    clinician = make.reachable()
    make.actor(Role.CLINIC_LEAD)
    (post,) = edge.rows(Post, Post.account_id == clinician.account_id)
    page = f"/en/accounts/{clinician.account_id}/posts/{post.id}/end"

    assert "Whoever is on duty" in first.get(page).text
    assert first.post(page, {"colleague": "not-an-id"}).status_code == 422
    assert first.post(page, {"colleague": str(make.root.id)}).status_code == 422
    assert first.post(page).status_code == 302
    assert first.get(page).status_code == 404


def test_accounts_are_found_and_paged(make, first):
    for number in range(30):
        make.actor(login=f"member{number}")

    page = first.get("/en/accounts/")
    found = first.get("/en/accounts/?find=member7")

    assert page.text.count("data-label") == 25 * 3
    assert "page=2" in page.text
    assert found.text.count("data-label") == 3
    assert "No account found" in first.get("/en/accounts/?find=memb").text
    assert first.get("/en/accounts/?page=2").status_code == 200
    assert first.get("/en/accounts/?page=-5").status_code == 200
    assert first.get("/en/accounts/?page=x").status_code == 200


def test_what_waits_is_told_on_the_administrators_first_pages(make, first, second):
    add(first, make)

    assert "1 account waits for your word" in second.get("/en/accounts/").text
    assert "1 account waits for your word" in second.get("/en/site/").text
    assert "for your word" not in first.get("/en/site/").text


def test_sessions_are_ended_and_links_withdrawn_from_the_account_page(make, edge, first, second):
    auditor = make.actor(Role.AUDITOR)
    make.web_session(auditor)
    page = f"/en/accounts/{auditor.account_id}"
    asked = first.post(f"{page}/link", {"with_factors": "yes"})

    offered = actions(first.get(page).text)
    done = [first.post(action) for action in offered if action.endswith(("/end", "/withdraw"))]

    assert code_in(asked) and len(done) == 2
    assert all(answer.status_code == 302 for answer in done)
    assert edge.rows(Invitation)[0].closed_for is LinkEnding.WITHDRAWN
    assert "/sessions/end" not in first.get(page).text


def test_nothing_is_offered_for_the_own_account(make, visit):
    admin = make.actor(Role.ADMINISTRATOR)

    page = visit(admin).get(f"/en/accounts/{admin.account_id}").text

    assert actions(page) == []
    assert "/disable" not in page
