"""No single administrator gets into an account that has something in it, whatever came before."""

import pytest

from models import vault
from models.tables.accounts import Account, Post
from models.tables.doors import Invitation
from models.tables.lifecycle import Tombstone
from models.tables.people import Identity, Person, PersonKey
from models.vocabulary import LinkEnding, Role
from tests.jobs.conftest import post_office as post_office
from tests.jobs.conftest import worker as worker
from tests.services.doors import come_in
from tests.services.joining.links import NEW, WHO, token_of, use
from tests.services.posts.asking import request
from welfare.errors import RecordNotFound, SignInRefused
from welfare.policies.actor import console
from welfare.policies.own_email import OWN_EMAIL, keep_own_email
from welfare.services.accounts import create_account, disable_account, enable_account
from welfare.services.invitations import ask_reset, confirm_invitation, invite
from welfare.services.posts import confirm_post, end_post, give_post, reject_post
from welfare.services.sessions import end_sessions

NUMBER = {"service_number": "SN-7788"}


@pytest.fixture
def member(edge, make, admin):
    """An account with a first link in the hand of one administrator, and that link's token."""
    made = edge.act(
        create_account,
        actor=admin,
        unit_id=make.root.id,
        role=Role.MEMBER,
        login="noor",
        details=WHO | NUMBER,
        at=make.now,
    )
    link = edge.act(invite, actor=admin, account_id=made.account.id, at=make.now)
    return made.account, token_of(link)


def ask_for_post(edge, make, admin, account_id, role=Role.CLINICIAN):
    given = {"unit_id": make.root.id, "role": role, "at": make.now}
    return edge.act(give_post, actor=admin, account_id=account_id, **given)


def own_email_of(edge, person_id):
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=person_id)
        return vault.opened(key, session.get_one(Identity, person_id), "content").get(OWN_EMAIL)


def person_of(make, person_id):
    with make.kept() as session:
        person = session.get_one(Person, person_id)
        assert person.unit_id
    return person


@pytest.mark.parametrize("way", ["end", "disable"])
def test_a_duty_that_began_and_ended_leaves_two_administrators_needed(
    edge, make, admin, second, noor, way
):
    post = edge.act(give_post, **request(admin, noor, make.root, Role.AUDITOR, make))
    edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)
    given = {"actor": admin, "at": make.now}
    if way == "end":
        edge.act(end_post, post_id=post.id, **given)
    else:
        edge.act(disable_account, account_id=noor.account_id, **given)
        edge.act(enable_account, account_id=noor.account_id, **given)

    made = edge.act(invite, account_id=noor.account_id, **given)

    (account,) = edge.rows(Account, Account.id == noor.account_id)
    assert account.must_change_password and account.used_at is not None
    assert made.path is None and made.code


def test_an_unused_account_that_ever_held_a_duty_needs_two(edge, make, admin, second):
    newcomer = make.actor(must_change_password=True)
    post = ask_for_post(edge, make, admin, newcomer.account_id)
    edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)
    edge.act(end_post, actor=admin, post_id=post.id, even_so=True, at=make.now)

    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)

    assert made.path is None and made.code


def test_answers_from_paper_need_two_before_their_owner_ever_came_in(edge, make, admin):
    newcomer = make.actor(must_change_password=True)
    make.screening(person_of(make, newcomer.person_id))

    made = edge.act(invite, actor=admin, account_id=newcomer.account_id, at=make.now)

    assert made.path is None and made.code


def test_answers_that_arrive_later_end_the_link_of_one_administrator(edge, make, member):
    account, token = member
    make.screening(person_of(make, account.person_id))

    with pytest.raises(RecordNotFound):
        use(edge, make, token, "7788")

    assert edge.rows(Account, Account.id == account.id)[0].used_at is None


def test_a_link_is_mailed_only_where_the_second_administrator_was_shown(
    edge, make, admin, second, member, worker, post_office
):
    account, token = member
    use(edge, make, token, "7788", own_email="asker@example.org")
    asked = edge.act(invite, actor=admin, account_id=account.id, at=make.now)

    given = {"actor": second, "invitation_id": asked.invitation.id, "by_mail": True, "at": make.now}
    edge.act(confirm_invitation, **given)
    worker(make.now)

    assert [letter.to for letter in post_office.letters] == [WHO["email"]]


def test_with_the_first_duty_the_address_typed_before_is_forgotten(
    edge, make, admin, second, member
):
    account, token = member
    use(edge, make, token, "7788", own_email="asker@example.org")
    post = ask_for_post(edge, make, admin, account.id)
    before = own_email_of(edge, account.person_id)

    edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)

    assert (before, own_email_of(edge, account.person_id)) == ("asker@example.org", None)


def test_a_link_from_administrators_forgets_the_address_that_somebody_typed_before(
    edge, make, admin, second, member
):
    account, token = member
    use(edge, make, token, "7788", own_email="asker@example.org")
    asked = edge.act(invite, actor=admin, account_id=account.id, at=make.now)
    given = {"actor": second, "invitation_id": asked.invitation.id, "at": make.now}
    link = edge.act(confirm_invitation, **given)

    use(edge, make, token_of(link), asked.code)

    assert own_email_of(edge, account.person_id) is None


def test_a_reset_of_ones_own_keeps_the_own_address(edge, make, member, worker, post_office):
    account, token = member
    use(edge, make, token, "7788", own_email="own@example.org")
    edge.act(ask_reset, login="noor", network="", at=make.now)
    worker(make.now)

    own = post_office.letters[0].body.partition("/en/join/")[2].split()[0]
    use(edge, make, own, "7788")

    assert own_email_of(edge, account.person_id) == "own@example.org"


def test_confirmed_at_the_console_everything_begins_anew_too(edge, make, admin, member):
    account, token = member
    use(edge, make, token, "7788")
    post = ask_for_post(edge, make, admin, account.id)

    edge.act(confirm_post, actor=console(make.root.path), post_id=post.id, at=make.now)

    assert edge.rows(Account, Account.id == account.id)[0].must_change_password
    with pytest.raises(SignInRefused):
        edge.act(come_in, login="noor", password=NEW, network="", at=make.now)


@pytest.mark.parametrize("after", ["waits", "confirmed", "rejected"])
def test_a_link_without_a_code_ends_when_a_duty_is_asked_for(
    edge, make, admin, second, member, after
):
    account, token = member
    post = ask_for_post(edge, make, admin, account.id)
    if after == "confirmed":
        edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)
    if after == "rejected":
        given = {"reason": "not_needed", "at": make.now}
        edge.act(reject_post, actor=second, post_id=post.id, **given)

    with pytest.raises(RecordNotFound):
        use(edge, make, token, "7788")

    kept = edge.rows(Post, Post.account_id == account.id, Post.role == Role.CLINICIAN)
    assert len(kept) == 1
    assert edge.rows(Account, Account.id == account.id)[0].used_at is None


def test_a_reset_asked_for_while_a_duty_waits_ends_when_it_is_confirmed(
    edge, make, admin, second, worker, post_office
):
    noor = make.actor(login="noor")
    with make.kept() as session:
        keep_own_email(session, person_id=noor.person_id, address="asker@example.org")
    post = ask_for_post(edge, make, admin, noor.account_id)
    edge.act(ask_reset, login="noor", network="", at=make.now)

    edge.act(confirm_post, actor=second, post_id=post.id, at=make.now)
    worker(make.now)

    endings = [link.closed_for for link in edge.rows(Invitation)]
    assert post_office.letters == [] and endings == [LinkEnding.WITHDRAWN]


@pytest.mark.parametrize("has_key_again", [False, True])
def test_nothing_is_done_for_somebody_who_was_erased(edge, make, admin, noor, has_key_again):
    key = edge.rows(PersonKey, PersonKey.person_id == noor.person_id)[0]
    stone = Tombstone(person_id=noor.person_id, erased_at=make.now, erased_by=None)
    with make.kept() as session:
        session.add(stone) if has_key_again else session.delete(session.merge(key))
    given = {"actor": admin, "account_id": noor.account_id, "at": make.now}

    for act in (invite, disable_account, enable_account, end_sessions):
        with pytest.raises(RecordNotFound):
            edge.act(act, **given)
    with pytest.raises(RecordNotFound):
        ask_for_post(edge, make, admin, noor.account_id)
